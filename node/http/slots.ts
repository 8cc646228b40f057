/** Counts what is open at once, in all and for each address, so that one visitor cannot take every place. */
export class Slots {
  readonly #max: number
  readonly #perKeyMax: number
  readonly #open = new Map<string, number>()
  #total = 0
  constructor(max: number, perKeyMax: number) {
    this.#max = max
    this.#perKeyMax = perKeyMax
  }

  get total(): number {
    return this.#total
  }

  /** Takes a place and answers how to give it back (once; later calls do nothing), or `null` when there is none. */
  take(key: string): (() => void) | null {
    const mine = this.#open.get(key) ?? 0
    if (this.#total >= this.#max || mine >= this.#perKeyMax) return null
    this.#open.set(key, mine + 1)
    this.#total += 1
    let taken = true
    return () => {
      if (!taken) return
      taken = false
      this.#total -= 1
      const left = this.#open.get(key)! - 1
      if (left === 0) this.#open.delete(key)
      else this.#open.set(key, left)
    }
  }
}
