import { type Bucket, type RateLimit, takeToken } from '#src/engagement/rate.ts'
import type { Clock } from '#src/kernel/ports.ts'

export interface SpendingLimits {
  /** Requests that are served. */
  readonly asked: RateLimit
  /** Requests over that, which are told so, before it is a flood. */
  readonly refused: RateLimit
  /** Peers whose spending is remembered. */
  readonly peersMax: number
}

/** What each peer may still ask: within the rate it is served, a little above it is told so, and beyond that it floods. */
export class Spending {
  readonly #clock: Clock
  readonly #limits: SpendingLimits
  readonly #peers = new Map<string, { asked: Bucket | undefined; refused: Bucket | undefined }>()

  constructor(clock: Clock, limits: SpendingLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  spend(peer: string): 'served' | 'busy' | 'flood' {
    const { asked: served, refused: over, peersMax } = this.#limits
    const held = this.#peers.get(peer) ?? { asked: undefined, refused: undefined }
    this.#peers.delete(peer)
    this.#peers.set(peer, held)
    const oldest = this.#peers.size > peersMax ? this.#peers.keys().next().value : undefined
    if (oldest !== undefined) this.#peers.delete(oldest)
    const now = this.#clock.nowMs()
    const asked = takeToken(held.asked, served, now)
    if (asked !== null) {
      held.asked = asked
      return 'served'
    }
    const refused = takeToken(held.refused, over, now)
    if (refused === null) return 'flood'
    held.refused = refused
    return 'busy'
  }
}
