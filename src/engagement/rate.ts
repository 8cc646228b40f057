/** How fast one author may speak. */
export interface RateLimit {
  /** Events that may come at once after a silence. */
  readonly burst: number
  readonly perSecond: number
}

/** State of one author's token bucket. */
export interface Bucket {
  readonly tokens: number
  readonly atMs: number
}

/** A lively fan types, reacts and votes within this; a flood does not. */
export const DEFAULT_RATE: RateLimit = { burst: 30, perSecond: 5 }

/** Takes one token, or answers `null` when none is left. A clock that steps back refills nothing. */
export function takeToken(bucket: Bucket | undefined, limit: RateLimit, nowMs: number): Bucket | null {
  const last = bucket ?? { tokens: limit.burst, atMs: nowMs }
  const elapsedMs = Math.max(0, nowMs - last.atMs)
  const tokens = Math.min(limit.burst, last.tokens + (elapsedMs / 1000) * limit.perSecond)
  return tokens < 1 ? null : { tokens: tokens - 1, atMs: Math.max(nowMs, last.atMs) }
}
