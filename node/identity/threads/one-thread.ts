import type { SignatureChecker } from '#node/ports/signatures.ts'
import type { Verifier } from '#src/kernel/ports.ts'

/** Verifies where it is called: for small machines, short batches and tests. */
export function createOneThreadChecker(verifier: Verifier): SignatureChecker {
  return {
    begin: checks => {
      const bad = checks.findIndex(check => !verifier.verify(check.publicKey, check.message, check.signature))
      return { help: () => {}, result: Promise.resolve(bad < 0 ? null : bad) }
    },
  }
}
