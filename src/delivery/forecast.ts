/** How much was stored at one moment. */
export interface UsageSample {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly bytes: number
}

export interface Forecast {
  /** Least-squares slope; `null` until the samples span a day. */
  readonly growthBytesPerDay: number | null
  /** Whole days until the free space is used at that growth; `null` when it is not growing or not known. */
  readonly daysUntilFull: number | null
}

export const DAY_MS = 24 * 60 * 60 * 1000

/** Says when a disk will be full if usage goes on as it did over the samples. */
export function forecast(samples: readonly UsageSample[], freeBytes: number): Forecast {
  const times = samples.map(sample => sample.atMs / DAY_MS)
  if (times.length < 2 || Math.max(...times) - Math.min(...times) < 1) {
    return { growthBytesPerDay: null, daysUntilFull: null }
  }
  const meanTime = times.reduce((sum, t) => sum + t, 0) / times.length
  const meanBytes = samples.reduce((sum, s) => sum + s.bytes, 0) / samples.length
  let covariance = 0
  let variance = 0
  samples.forEach((sample, i) => {
    const dt = (times[i] ?? 0) - meanTime
    covariance += dt * (sample.bytes - meanBytes)
    variance += dt * dt
  })
  const growthBytesPerDay = Math.round(covariance / variance)
  const daysUntilFull = growthBytesPerDay > 0 ? Math.floor(Math.max(0, freeBytes) / growthBytesPerDay) : null
  return { growthBytesPerDay, daysUntilFull }
}
