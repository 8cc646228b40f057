import { type Bucket, type RateLimit, takeToken } from '#src/engagement/rate.ts'
import { hex } from '../keys.ts'

/** Entries that one neighbour may have appended here by asking over an open line: above what two busy communities pay. */
const OPEN: RateLimit = { burst: 4_096, perSecond: 1_024 }
/** The same without one: each is refused, so that money under way returns, and more of them only fill the log. */
const REFUSED: RateLimit = { burst: 256, perSecond: 8 }

/** What is over the rate is not taken; the neighbour shows it again. Two buckets for each community with dealings here. */
export function createAskLimiter() {
  const buckets = new Map<string, Bucket>()
  return {
    take(peer: Uint8Array, isOpen: boolean, now: number): boolean {
      const name = `${hex(peer)} ${isOpen}`
      const next = takeToken(buckets.get(name), isOpen ? OPEN : REFUSED, now)
      if (next === null) return false
      buckets.set(name, next)
      return true
    },
  }
}
