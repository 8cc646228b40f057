import { type Bucket, type RateLimit, takeToken } from '#src/engagement/rate.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { OVER_RATE_MAX, PEERS_MAX, REQUESTS_BURST, REQUESTS_PER_SECOND } from './limits.ts'

const ASKED: RateLimit = { burst: REQUESTS_BURST, perSecond: REQUESTS_PER_SECOND }
const REFUSED: RateLimit = { burst: OVER_RATE_MAX, perSecond: REQUESTS_PER_SECOND }

/** What each peer may still ask: within the rate it is served, a little above it is told so, and beyond that it floods. */
export class Spending {
  readonly #clock: Clock
  readonly #peers = new Map<string, { asked: Bucket | undefined; refused: Bucket | undefined }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  spend(peer: string): 'served' | 'busy' | 'flood' {
    const held = this.#peers.get(peer) ?? { asked: undefined, refused: undefined }
    this.#peers.delete(peer)
    this.#peers.set(peer, held)
    const oldest = this.#peers.size > PEERS_MAX ? this.#peers.keys().next().value : undefined
    if (oldest !== undefined) this.#peers.delete(oldest)
    const now = this.#clock.nowMs()
    const asked = takeToken(held.asked, ASKED, now)
    if (asked !== null) {
      held.asked = asked
      return 'served'
    }
    const refused = takeToken(held.refused, REFUSED, now)
    if (refused === null) return 'flood'
    held.refused = refused
    return 'busy'
  }
}
