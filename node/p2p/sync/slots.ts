/** At most `size` jobs at once under each name; others wait their turn. */
export class Slots {
  readonly #size: number
  readonly #held = new Map<string, { running: number; waiting: (() => void)[] }>()

  constructor(size: number) {
    this.#size = size
  }

  async use<T>(name: string, job: () => Promise<T>): Promise<T> {
    const slot = this.#held.get(name) ?? { running: 0, waiting: [] }
    this.#held.set(name, slot)
    if (slot.running >= this.#size) await new Promise<void>(resolve => slot.waiting.push(resolve))
    else slot.running++
    try {
      return await job()
    } finally {
      // A waiter takes the place over, so the count stays.
      const next = slot.waiting.shift()
      if (next !== undefined) next()
      else if (--slot.running === 0) this.#held.delete(name)
    }
  }
}
