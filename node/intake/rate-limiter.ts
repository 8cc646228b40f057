import { toString as asText } from 'uint8arrays/to-string'
import { type Bucket, type RateLimit, takeToken } from '#src/engagement/rate.ts'

/** Authors remembered at once: about 10 MB at the most. The longest silent is forgotten first, which costs it nothing. */
const AUTHORS_MAX = 50_000

/** One token bucket per author, bounded in memory. */
export function createRateLimiter(limit: RateLimit) {
  const buckets = new Map<string, Bucket>()
  return {
    /** Takes a token for this author, or answers false. */
    take(author: Uint8Array, nowMs: number): boolean {
      const key = asText(author, 'base64')
      const next = takeToken(buckets.get(key), limit, nowMs)
      if (next === null) return false
      buckets.delete(key)
      buckets.set(key, next)
      if (buckets.size > AUTHORS_MAX) {
        const oldest = buckets.keys().next().value
        if (oldest !== undefined) buckets.delete(oldest)
      }
      return true
    },
  }
}
