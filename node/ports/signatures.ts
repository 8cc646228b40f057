import type { SignatureCheck } from '#src/ledger/machine/machine.ts'

/** Signatures under way. */
export interface Verification {
  /** The calling thread takes its part now, until nothing is left to take. Blocks; for callers with nothing else to do. */
  help(): void
  /** Index of a signature that does not verify, or null when all do. */
  readonly result: Promise<number | null>
}

/** Verifies Ed25519 signatures many at a time. Strict acceptance, whichever thread does it. */
export interface SignatureChecker {
  begin(checks: readonly SignatureCheck[]): Verification
}
