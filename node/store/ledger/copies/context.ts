import type { Registry } from '#node/ports/ledger.ts'
import type { SignatureChecker } from '#node/ports/signatures.ts'
import { selfCertified } from '#src/ledger/committee/committee-for.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import type { CopyStore } from './copy-store.ts'
import type { EvidenceStore } from './evidence-store.ts'

/** What followed and audited copies share. */
export interface CopiesContext {
  readonly store: CopyStore
  readonly checker: SignatureChecker
  readonly registry: Registry
  readonly evidence: EvidenceStore
  /** Most bytes of entries kept of one log. */
  readonly logBytesMax: number
  /** Whether people read this log here: then who got what is kept beside its receipts. */
  readonly keepsLines: (community: Uint8Array) => boolean
  /** Entries from `from` to `to` were kept, whichever way they came. Must not throw. */
  readonly grew: (community: Uint8Array, from: number, to: number) => void
}

/** The committee of a log in an epoch, without ejected seats; null for an epoch that is not known here. */
export function committeeOf(registry: Registry, community: Uint8Array): (epoch: number) => Committee | null {
  return epoch => {
    if (epoch === 0) return selfCertified(0)
    return epoch < 0 || epoch > registry.history().length ? null : registry.committee(community, epoch)
  }
}
