/** Runs jobs strictly one after another. A job that fails does not stop the next. */
export class OneAtATime {
  #tail: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Jobs that run or wait. */
  get waiting(): number {
    return this.#waiting
  }

  run<T>(job: () => T | Promise<T>): Promise<T> {
    this.#waiting++
    const done = this.#tail.then(job).finally(() => {
      this.#waiting--
    })
    this.#tail = done.catch(() => {})
    return done
  }

  /** Settles when everything that waits now has run. */
  async idle(): Promise<void> {
    await this.#tail
  }
}
