import { type Bucket, type RateLimit, takeToken } from '#src/engagement/rate.ts'
import { hex } from '../keys.ts'

/** Entries that one neighbour may have appended here by asking, refused ones among them: well above what two busy communities pay. */
const ASKS: RateLimit = { burst: 2_048, perSecond: 256 }

/** What is over the rate is not taken; the neighbour shows it again. One bucket for each community with dealings here. */
export function createAskLimiter() {
  const buckets = new Map<string, Bucket>()
  return {
    take(peer: Uint8Array, now: number): boolean {
      const name = hex(peer)
      const next = takeToken(buckets.get(name), ASKS, now)
      if (next === null) return false
      buckets.set(name, next)
      return true
    },
  }
}
