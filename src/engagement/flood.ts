/** How much keys that nobody knows yet say in one room: a level that halves with time. */
export interface Meter {
  readonly level: number
  readonly atMs: number
}

/** The level halves in this time, ms: what was said a minute ago hardly counts. */
export const HALF_LIFE_MS = 15_000
/**
 * Level from which a room counts as flooded: 600 messages by new keys at once, or some 28 of them each second, faster than
 * anybody reads. A full house that says hello stays below.
 */
export const FLOOD_LEVEL = 600
/** First price: some 16,000 hashes, a moment on any phone. */
export const BITS_MIN = 14
/** Highest price: some million hashes, a few seconds on a phone; a person still gets through. */
export const BITS_MAX = 20
/** A key that has spoken here for this long pays nothing, ms. */
export const NEW_KEY_MS = 24 * 60 * 60 * 1000

export const levelAt = (meter: Meter | undefined, nowMs: number): number =>
  meter === undefined ? 0 : meter.level * 2 ** (-Math.max(0, nowMs - meter.atMs) / HALF_LIFE_MS)

/** The meter after one more message by a new key. */
export const counted = (meter: Meter | undefined, nowMs: number): Meter => ({
  level: levelAt(meter, nowMs) + 1,
  atMs: Math.max(nowMs, meter?.atMs ?? 0),
})

/** Bits of work asked of a new key for its next message; 0 while the room is calm. Two more each time the flood doubles. */
export function bitsAsked(meter: Meter | undefined, nowMs: number): number {
  const level = levelAt(meter, nowMs)
  if (level < FLOOD_LEVEL) return 0
  return Math.min(BITS_MAX, BITS_MIN + 2 * Math.floor(Math.log2(level / FLOOD_LEVEL)))
}
