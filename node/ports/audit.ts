import type { AuditAnswer } from '#protocols/audit/v1/codec.ts'
import type { Submission } from '#src/ledger/committee/types.ts'

/** Other stages as auditors, over the network. Everything throws `StageError` when the stage cannot be reached. */
export interface AuditPeers {
  /** Whether there is a connection to this stage now. */
  isConnected(community: Uint8Array): boolean
  submit(
    seat: Uint8Array,
    community: Uint8Array,
    submission: Submission,
    intent: 'cosign' | 'close',
    signal?: AbortSignal,
  ): Promise<AuditAnswer>
  /** The note of the head that it signed of a log, newest generation when `origin` is null; null when it holds none. */
  head(seat: Uint8Array, community: Uint8Array, origin: string | null, signal?: AbortSignal): Promise<string | null>
  /** Offers evidence that is too large for gossip. Answers whether it had been known. */
  offer(peer: Uint8Array, evidence: Uint8Array, signal?: AbortSignal): Promise<boolean>
}
