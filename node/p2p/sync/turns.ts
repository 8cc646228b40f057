interface Turn<T> {
  readonly current: Promise<T>
  next: Promise<T> | null
}

/**
 * One job at a time under each name. Calls that come while one runs share the next: it starts after they were made, so
 * it sees everything that they want to be seen.
 */
export class Turns<T> {
  readonly #turns = new Map<string, Turn<T>>()

  take(name: string, job: () => Promise<T>): Promise<T> {
    const turn = this.#turns.get(name)
    if (turn === undefined) return this.#start(name, job)
    turn.next ??= turn.current.catch(() => {}).then(() => this.#start(name, job))
    return turn.next
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#turns.size > 0) {
      const turns = [...this.#turns.values()]
      await Promise.allSettled(turns.flatMap(({ current, next }) => (next === null ? [current] : [current, next])))
    }
  }

  #start(name: string, job: () => Promise<T>): Promise<T> {
    const current = job().finally(() => {
      if (this.#turns.get(name) === turn && turn.next === null) this.#turns.delete(name)
    })
    const turn: Turn<T> = { current, next: null }
    this.#turns.set(name, turn)
    return current
  }
}
