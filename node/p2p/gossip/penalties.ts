import type { Clock } from '#src/kernel/ports.ts'
import { GOSSIP_INVALID_COST, GOSSIP_INVALID_HALF_LIFE_MS, GOSSIP_PENALTIES_MAX } from '../host/limits.ts'

interface Penalty {
  cost: number
  atMs: number
}

/**
 * What peers lost by sending messages that were rejected. gossipsub's own counters are per topic and fixed when the
 * node is composed, while a stage joins communities all the time: so the count is kept here and enters the score as
 * the application's part.
 */
export interface Penalties {
  add(peer: string): void
  /** Zero or negative. */
  score(peer: string): number
}

export function createPenalties(clock: Clock): Penalties {
  const penalties = new Map<string, Penalty>()
  const costNow = (peer: string): number => {
    const penalty = penalties.get(peer)
    if (penalty === undefined) return 0
    const halfLives = Math.max(0, clock.nowMs() - penalty.atMs) / GOSSIP_INVALID_HALF_LIFE_MS
    return penalty.cost * 0.5 ** halfLives
  }
  return {
    add: peer => {
      const cost = costNow(peer) + GOSSIP_INVALID_COST
      // Re-inserted, so that the oldest is the first to be forgotten.
      penalties.delete(peer)
      penalties.set(peer, { cost, atMs: clock.nowMs() })
      const oldest = penalties.keys().next().value
      if (penalties.size > GOSSIP_PENALTIES_MAX && oldest !== undefined) penalties.delete(oldest)
    },
    score: peer => -costNow(peer),
  }
}
