/** First wait after a lost or failed connection: a restarted stage is back within it. */
export const BACKOFF_FIRST_MS = 500
/** Longest wait: a stage that was away for a week is found within minutes of its return. */
export const BACKOFF_CAP_MS = 300_000

/** Wait before attempt `failures` (0 for the first), doubling up to the cap. `random` in [0, 1) spreads the second half. */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 30))
  return Math.round(ceiling / 2 + (ceiling / 2) * random)
}
