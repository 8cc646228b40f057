import { refuse } from './refusal.ts'

/** Last millisecond that a period can name: the end of the year 9999. */
const AT_MAX = 253_402_300_799_999

/** `YYYY-MM` in UTC. */
export function periodOf(at: number): string {
  if (at > AT_MAX) return refuse('time-off', 'the time lies beyond the year 9999')
  const date = new Date(at)
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${String(date.getUTCMonth() + 1).padStart(2, '0')}`
}

let known = { period: '', end: 0 }

/** First millisecond after a period. Asked for every entry, so the last answer is kept. */
export function periodEnd(period: string): number {
  if (known.period !== period) known = { period, end: Date.UTC(Number(period.slice(0, 4)), Number(period.slice(5)), 1) }
  return known.end
}
