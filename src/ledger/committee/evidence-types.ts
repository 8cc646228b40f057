import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import type { Rules } from '../rules.ts'

/** What evidence proves. */
export interface Conviction {
  readonly origin: string
  /** Keys of the community and of the seats that signed what no honest one signs. */
  readonly guilty: readonly Uint8Array[]
  /** Whether a log is among them: its community broke its word. Otherwise seats alone did. */
  readonly log: boolean
  /** What is proven and who did it, in a sentence. */
  readonly sentence: string
}

export interface EvidenceFault {
  /** `unsigned`: somebody's signature is missing or wrong. `not-proven`: all is signed, and shows no breach. */
  readonly code: 'malformed' | 'unsigned' | 'not-proven'
  readonly message: string
}

export interface EvidencePorts {
  readonly hasher: Hasher
  readonly verifier: Verifier
  /** Rules of division, for batches that are executed again. */
  readonly rules: Rules
}
