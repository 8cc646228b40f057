import type { Auditor, LogCopies, Registry } from '#node/ports/ledger.ts'
import type { SignatureChecker } from '#node/ports/signatures.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { createAuditor } from './auditor.ts'
import type { CopiesContext } from './context.ts'
import { CopyStore, type CopyStoreOptions } from './copy-store.ts'
import { type EvidenceStore, openEvidenceStore } from './evidence-store.ts'
import { type Handovers, openHandovers } from './handovers.ts'
import { createLogCopies } from './log-copies.ts'

export interface CopiesOptions extends CopyStoreOptions {
  readonly checker: SignatureChecker
  readonly registry: Registry
  /** Holds the community's own key: what its seats sign with. */
  readonly signer: SyncSigner
  /** Most bytes of entries kept of one log. */
  readonly logBytesMax?: number
  /** Whether people read this log here: then who got what is kept beside its receipts. All, unless said otherwise. */
  readonly keepsLines?: (community: Uint8Array) => boolean
  /** Entries from `from` to `to` were kept, whichever way they came. Must not throw. */
  readonly grew?: (community: Uint8Array, from: number, to: number) => void
  /** New evidence, found here or told by others: it goes on to everybody. Must not throw. */
  readonly found?: (community: Uint8Array, evidence: Uint8Array) => void
}

export interface Copies {
  readonly logs: LogCopies
  readonly auditor: Auditor
  readonly evidence: EvidenceStore
  readonly handovers: Handovers
  close(): Promise<void>
}

/** Four million receipts. */
const LOG_BYTES_MAX = 1024 ** 3

const nothing = (): void => {}

/** Opens the copies of other communities' logs: those that this stage follows, and those that it audits. Throws `StageError`. */
export function openCopies(options: CopiesOptions): Copies {
  const { checker, registry, signer, logBytesMax = LOG_BYTES_MAX } = options
  const { keepsLines = () => true, grew = nothing, found = nothing } = options
  const store = new CopyStore(options)
  const evidence = openEvidenceStore({ ...store.ports, db: store.db, registry, found })
  const context: CopiesContext = { store, checker, registry, evidence, logBytesMax, keepsLines, grew }
  return {
    logs: createLogCopies(context),
    auditor: createAuditor(context, { signer }),
    evidence,
    handovers: openHandovers(store.db),
    close: () => store.close(),
  }
}
