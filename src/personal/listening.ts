/** Heard for less than this share and left: it was not the right thing just now. */
const SKIPPED_SHARE = 0.25
/** Heard for more than this share: it held them. */
const HELD_SHARE = 0.6
/** What was left within this time was passed over, however short the track is. */
const SKIPPED_MS = 12_000

/**
 * What one play says about taste, from 0 (skipped) to 1 (held to the end); null when it says nothing either way.
 * `left` is whether the listener themself went to something else.
 */
export function likedByListening(heardMs: number, durationMs: number, left: boolean): number | null {
  if (durationMs <= 0) return null
  const share = Math.min(1, heardMs / durationMs)
  if (share >= HELD_SHARE) return 1
  return left && (share < SKIPPED_SHARE || heardMs < SKIPPED_MS) ? 0 : null
}
