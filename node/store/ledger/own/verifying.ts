import type { SignatureChecker } from '#node/ports/signatures.ts'
import type { Verifier } from '#src/kernel/ports.ts'
import type { SignatureCheck } from '#src/ledger/machine/machine.ts'

/** Signatures handed over together: bounds how long the loop is held where there is no other thread, about 12 ms. */
const BATCH_MAX = 256

interface Asked {
  readonly check: SignatureCheck
  readonly resolve: (good: boolean) => void
}

/**
 * Verifies the signatures that arrive in one turn of the loop together, so that other threads can take them while this
 * one writes the batch before. Answers come in the order of the questions: vouchers of one channel keep theirs.
 */
export class Verifying {
  readonly #checker: SignatureChecker
  readonly #verifier: Verifier
  #asked: Asked[] = []
  #answered: Promise<void> = Promise.resolve()

  constructor(checker: SignatureChecker, verifier: Verifier) {
    this.#checker = checker
    this.#verifier = verifier
  }

  /** Signatures that were asked about and not answered yet. */
  waiting = 0

  good(check: SignatureCheck): Promise<boolean> {
    this.waiting++
    return new Promise(resolve => {
      if (this.#asked.length === 0) setImmediate(() => this.#begin())
      this.#asked.push({ check, resolve })
    })
  }

  #begin(): void {
    const batch = this.#asked.slice(0, BATCH_MAX)
    this.#asked = this.#asked.slice(BATCH_MAX)
    if (this.#asked.length > 0) setImmediate(() => this.#begin())
    const { result } = this.#checker.begin(batch.map(({ check }) => check))
    this.#answered = this.#answered.then(async () => {
      const bad = await result
      this.waiting -= batch.length
      for (const { check, resolve } of batch) resolve(bad === null || this.#verify(check))
    })
  }

  /** The checker names one that is bad: each is asked again, so that only those are refused. */
  #verify({ publicKey, message, signature }: SignatureCheck): boolean {
    return this.#verifier.verify(publicKey, message, signature)
  }
}
