import { toString as asText } from 'uint8arrays/to-string'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { REFUSAL_MS, REFUSALS_MAX } from './limits.ts'

const hex = (bytes: Uint8Array): string => asText(bytes, 'base16')

/** Events that the rules of this stage refused although peers hold them. */
export class Refusals {
  readonly #clock: Clock
  readonly #ids = new Map<string, number>()
  readonly #authors = new Map<string, { seq: number; untilMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(id: Uint8Array, { community, author, seq }: Envelope): void {
    const untilMs = this.#clock.nowMs() + REFUSAL_MS
    this.#ids.set(hex(id), untilMs)
    const name = hex(community) + hex(author)
    const before = this.#authors.get(name)?.seq ?? 0
    this.#authors.set(name, { seq: Math.max(before, seq), untilMs })
    for (const map of [this.#ids, this.#authors]) {
      const oldest = map.size > REFUSALS_MAX ? map.keys().next().value : undefined
      if (oldest !== undefined) map.delete(oldest)
    }
  }

  has(id: Uint8Array): boolean {
    return (this.#ids.get(hex(id)) ?? 0) > this.#clock.nowMs()
  }

  /** Highest refused sequence of an author in a community; 0 when none. */
  refusedUpTo(community: Uint8Array, author: Uint8Array): number {
    const entry = this.#authors.get(hex(community) + hex(author))
    return entry !== undefined && entry.untilMs > this.#clock.nowMs() ? entry.seq : 0
  }
}
