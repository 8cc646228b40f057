/** Counts free slots; waiters are served in order of arrival. */
export class Semaphore {
  #free: number
  readonly #waiters: (() => void)[] = []

  constructor(slots: number) {
    this.#free = slots
  }

  get waiting(): number {
    return this.#waiters.length
  }

  acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve()
    }
    return new Promise(resolve => this.#waiters.push(resolve))
  }

  release(): void {
    const next = this.#waiters.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
