/** Least-recently-used map bounded by the summed weight of its values. */
export class WeightedLru<V> {
  readonly #weightMax: number
  readonly #entries = new Map<string, { readonly value: V; readonly weight: number }>()
  #weight = 0
  constructor(weightMax: number) {
    this.#weightMax = weightMax
  }

  get weight(): number {
    return this.#weight
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** A value heavier than a quarter of the whole is not kept: it would push out everything else. */
  set(key: string, value: V, weight: number): void {
    this.#drop(key)
    if (weight * 4 > this.#weightMax) return
    this.#entries.set(key, { value, weight })
    this.#weight += weight
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#weightMax) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#weight -= entry.weight
  }
}
