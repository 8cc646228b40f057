import { toString as asText } from 'uint8arrays/to-string'
import { LEAD_WAIT_MS } from './limits.ts'

/** What a session did, as far as it got. */
export interface Tally {
  readonly received: number
  readonly sent: number
  readonly rounds: number
  readonly bytes: number
}

/** The sessions that are under way: one per peer and community, whoever asked for it. */
export class Registry {
  readonly #inbound = new Map<string, Promise<Tally>>()
  readonly #outbound = new Set<string>()
  readonly #awaited = new Map<string, Set<() => void>>()

  static key(peer: string, community: Uint8Array): string {
    return `${peer}/${asText(community, 'base16')}`
  }

  /** How the session that this peer runs here will end, if it runs one. */
  inbound(key: string): Promise<Tally> | undefined {
    return this.#inbound.get(key)
  }

  isOutbound(key: string): boolean {
    return this.#outbound.has(key)
  }

  /** As `inbound`, but waits a moment for one that is on its way. */
  async awaitInbound(key: string): Promise<Tally | undefined> {
    if (!this.#inbound.has(key)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiting = this.#awaited.get(key) ?? new Set()
      this.#awaited.set(key, waiting.add(resolve))
      const timer = setTimeout(resolve, LEAD_WAIT_MS)
      await promise
      clearTimeout(timer)
      waiting.delete(resolve)
      if (waiting.size === 0) this.#awaited.delete(key)
    }
    return this.#inbound.get(key)
  }

  /** Registers an inbound session; the returned function ends it. */
  enter(key: string): (tally: Tally) => void {
    const { promise, resolve } = Promise.withResolvers<Tally>()
    this.#inbound.set(key, promise)
    for (const wake of this.#awaited.get(key) ?? []) wake()
    return tally => {
      this.#inbound.delete(key)
      resolve(tally)
    }
  }

  /** Registers an outbound session; the returned function ends it. */
  leave(key: string): () => void {
    this.#outbound.add(key)
    return () => this.#outbound.delete(key)
  }
}
