/** What one release takes up and how long it plays. */
export interface Weighed {
  readonly bytes: number
  readonly durationMs: number
}

export interface MusicHours {
  readonly hours: number
  /** Measured on the releases given; else reckoned with `USUAL_BYTES_PER_HOUR`. */
  readonly measured: boolean
}

const HOUR_MS = 3_600_000
/** Less music than this says little about the next. */
const MEASURED_FROM_MS = HOUR_MS

/**
 * An hour of stereo at 16 bits and 44.1 kHz is 635 MB as it comes from a CD, about 60 % of that as FLAC; the smaller renditions beside it add
 * about a quarter of a gigabyte.
 */
export const USUAL_BYTES_PER_HOUR = 600e6

/** How many hours of music fit into `bytes`, going by the releases that are here. */
export function musicHours(bytes: number, releases: readonly Weighed[]): MusicHours {
  const weighed = releases.filter(({ durationMs }) => durationMs > 0)
  const heldMs = weighed.reduce((sum, release) => sum + release.durationMs, 0)
  const heldBytes = weighed.reduce((sum, release) => sum + release.bytes, 0)
  const measured = heldMs >= MEASURED_FROM_MS && heldBytes > 0
  const bytesPerHour = measured ? (heldBytes * HOUR_MS) / heldMs : USUAL_BYTES_PER_HOUR
  return { hours: Math.max(0, bytes) / bytesPerHour, measured }
}
