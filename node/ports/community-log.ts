import type { StageErrorCode } from '#node/errors.ts'
import type { Share } from '#protocols/catalog/v1/codec.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'

/** Why the ledger refused an order: nothing was appended. */
export interface LedgerFault {
  readonly code: StageErrorCode
  readonly message: string
}

export interface ReceiptLineRecord {
  readonly party: string
  readonly amount: bigint
}

/** A ledger entry as people see it, read back from entry bytes. */
export interface ReceiptRecord {
  readonly community: Uint8Array
  readonly index: number
  readonly kind: 'issue' | 'tip'
  readonly release: string | null
  readonly amount: bigint
  readonly asset: { readonly code: string; readonly scale: number; readonly issuer: Uint8Array }
  readonly at: number
  /** Account that paid (a tip) or was credited (an issue), 32 bytes. */
  readonly account: Uint8Array
  readonly lines: readonly ReceiptLineRecord[]
  readonly leafHash: Uint8Array
  /** Canonical entry bytes: the leaf's preimage. */
  readonly entry: Uint8Array
}

export interface ProvenReceipt extends ReceiptRecord {
  readonly checkpoint: string
  readonly proof: readonly Uint8Array[]
}

/** This community's own append-only log and the balances that follow from it. Every write is durable when it returns. */
export interface CommunityLog {
  /** Credits an account. The caller has verified the envelope and that the desk signed it. */
  issue(envelope: Envelope, id: Uint8Array): Result<ReceiptRecord, LedgerFault>
  /** Executes a tip over the release's splits. The same order id twice answers with the first receipt. */
  tip(envelope: Envelope, id: Uint8Array, splits: readonly Share[]): Result<ReceiptRecord, LedgerFault>
  balance(account: Uint8Array): bigint
  /** What a party earned from one release. */
  earned(release: string, party: string): bigint
  size(): number
  /** Signed note over the current size and root (C2SP tlog-checkpoint). */
  checkpoint(): string
  root(): Uint8Array
  receipt(index: number): ReceiptRecord | null
  recent(limit: number): ReceiptRecord[]
  /** With inclusion proof against the current checkpoint. */
  prove(index: number): ProvenReceipt | null
  /** Message for the receipts topic: entry, index, checkpoint, inclusion proof, consistency proof from `index`. */
  announce(index: number): Uint8Array
  /** Raw entries for log fetch: at most `limit`, from `start`. */
  entries(start: number, limit: number): Uint8Array[]
  consistencyProof(from: number, to: number): Uint8Array[]
}

/** Verified copies of the logs of followed communities. */
export interface FollowedLogs {
  /**
   * Checks signature, inclusion and consistency with what is held, then keeps it. `added: false` = already held.
   * `gap: true` = kept on its own proof, but entries before it are missing: fetch the log from `contiguous` on, and
   * `extend`. Fault 'conflict' = the community signed two histories, or an invalid entry; the evidence is kept.
   */
  accept(
    community: Uint8Array,
    message: Uint8Array,
  ): Result<{ added: boolean; index: number; gap: boolean }, LedgerFault>
  /** Highest size such that every entry below it is held and verified. */
  contiguous(community: Uint8Array): number
  /**
   * Appends consecutive entries fetched from the log and checks them against a signed checkpoint before keeping any.
   * `start` is at most `contiguous`; entries that are held already must be the same. `consistency` is the proof from
   * size `start + entries.length` to the checkpoint's size (`consistencyProof` of the sender), empty when these are
   * equal. Answers the records that were new.
   */
  extend(
    community: Uint8Array,
    start: number,
    entries: readonly Uint8Array[],
    checkpoint: string,
    consistency: readonly Uint8Array[],
  ): Result<ReceiptRecord[], LedgerFault>
  receipt(community: Uint8Array, index: number): ReceiptRecord | null
  /** What a party earned from one release, as far as entries are held without a gap. */
  earned(community: Uint8Array, release: string, party: string): bigint
  recent(community: Uint8Array, limit: number): ReceiptRecord[]
  /** `null` also while no held checkpoint covers the entry with a proof: the rest of a fetched log brings one. */
  prove(community: Uint8Array, index: number): ProvenReceipt | null
}
