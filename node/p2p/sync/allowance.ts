import { type Bucket, type RateLimit, takeToken } from '#src/engagement/rate.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { OPENS_BURST, OPENS_PER_SECOND } from './limits.ts'

/** Peers remembered: above this the longest silent starts afresh. */
const PEERS_MAX = 1_024
const LIMIT: RateLimit = { burst: OPENS_BURST, perSecond: OPENS_PER_SECOND }

/** How many session opens each peer has left. */
export class Allowance {
  readonly #clock: Clock
  readonly #peers = new Map<string, Bucket>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  take(peer: string): boolean {
    const bucket = takeToken(this.#peers.get(peer), LIMIT, this.#clock.nowMs())
    if (bucket === null) return false
    this.#peers.delete(peer)
    this.#peers.set(peer, bucket)
    const oldest = this.#peers.size > PEERS_MAX ? this.#peers.keys().next().value : undefined
    if (oldest !== undefined) this.#peers.delete(oldest)
    return true
  }
}
