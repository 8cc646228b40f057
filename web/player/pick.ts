/** A rendition may use at most this share of what was measured, so that the buffer grows while it plays. */
const SHARE_OF_THROUGHPUT = 0.6
/** Weight of the newest measurement. */
const NEWEST_WEIGHT = 0.35

/** Smoothed bits per second; null before anything was measured. */
export function measure(previous: number | null, bytes: number, ms: number): number {
  const now = (bytes * 8 * 1000) / Math.max(ms, 1)
  return previous === null ? now : previous * (1 - NEWEST_WEIGHT) + now * NEWEST_WEIGHT
}

/**
 * Index of the rendition to play: the best that fits what was measured; the smallest when saving data, and for the first seconds
 * of all, so that sound starts soon on any line: what comes next is as good as the line allows.
 */
export function pickRendition(
  renditions: readonly { readonly bitsPerSecond: number }[],
  throughput: number | null,
  saver: boolean,
): number {
  const order = renditions.map((_, index) => index).sort((a, b) => bits(renditions, a) - bits(renditions, b))
  const smallest = order[0] ?? 0
  if (saver || throughput === null) return smallest
  const fitting = order.filter(index => bits(renditions, index) <= throughput * SHARE_OF_THROUGHPUT)
  return fitting.at(-1) ?? smallest
}

const bits = (renditions: readonly { readonly bitsPerSecond: number }[], index: number): number =>
  renditions[index]?.bitsPerSecond ?? 0
