import type { LedgerFault } from '#node/ports/ledger.ts'
import { err, type Result } from '#protocols/codec/result.ts'
import type { OwnLogLimits } from './options.ts'

interface Waiting<J, T> {
  readonly job: J
  readonly bytes: number
  readonly resolve: (outcome: Result<T, LedgerFault>) => void
  readonly reject: (cause: unknown) => void
}

export const BUSY: LedgerFault = {
  code: 'busy',
  message: 'More orders wait than this stage can write at once. Send it again in a second; nothing was charged.',
}

/**
 * Gathers the orders that wait into one durable write, so that they share the price of an fsync. While one batch is
 * written the next one gathers. `write` answers once for each job, in order, after the write is durable; what it throws
 * is a defect, and every job of its batch rejects with it.
 */
export class Group<J, T> {
  readonly #write: (jobs: readonly J[]) => readonly Result<T, LedgerFault>[]
  readonly #limits: OwnLogLimits
  #waiting: Waiting<J, T>[] = []
  #bytes = 0
  #scheduled = false
  #idle: (() => void)[] = []

  constructor(limits: OwnLogLimits, write: (jobs: readonly J[]) => readonly Result<T, LedgerFault>[]) {
    this.#limits = limits
    this.#write = write
  }

  add(job: J, bytes: number): Promise<Result<T, LedgerFault>> {
    const { queueMax, queueBytesMax } = this.#limits
    if (this.#waiting.length >= queueMax || this.#bytes + bytes > queueBytesMax) return Promise.resolve(err(BUSY))
    this.#bytes += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, bytes, resolve, reject })
      this.#schedule()
    })
  }

  /** Resolves when nothing waits any longer. */
  drained(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    // After the sockets of this turn were read: what arrived together is written together.
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = false
    const batch = this.#waiting.slice(0, this.#limits.batchMax)
    this.#waiting = this.#waiting.slice(this.#limits.batchMax)
    for (const { bytes } of batch) this.#bytes -= bytes
    if (this.#waiting.length > 0) this.#schedule()
    try {
      const outcomes = this.#write(batch.map(item => item.job))
      batch.forEach((item, index) => {
        item.resolve(outcomes[index] as Result<T, LedgerFault>)
      })
    } catch (cause) {
      for (const item of batch) item.reject(cause)
    }
    if (this.#waiting.length > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}
