import { equals } from 'uint8arrays/equals'

const slotOf = (key: Uint8Array): number =>
  ((key[0] as number) << 24) | ((key[1] as number) << 16) | ((key[2] as number) << 8) | (key[3] as number)

/** A map from 32-byte keys, without making text of them: this is looked up for every stream. */
export class ByteMap<T> {
  readonly #slots = new Map<number, { readonly key: Uint8Array; readonly value: T }[]>()

  get(key: Uint8Array): T | undefined {
    const slot = this.#slots.get(slotOf(key))
    if (slot === undefined) return undefined
    for (const entry of slot) if (equals(entry.key, key)) return entry.value
    return undefined
  }

  /** The value under a key, made and kept when there is none. The key is copied. */
  ensure(key: Uint8Array, make: (key: Uint8Array) => T): T {
    const found = this.get(key)
    if (found !== undefined) return found
    const own = key.slice()
    const value = make(own)
    const slot = this.#slots.get(slotOf(own))
    if (slot === undefined) this.#slots.set(slotOf(own), [{ key: own, value }])
    else slot.push({ key: own, value })
    return value
  }

  *values(): Iterable<T> {
    for (const slot of this.#slots.values()) for (const { value } of slot) yield value
  }
}
