const MINUTE_MS = 60_000
const TEXT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/

/** What the clock on the wall shows in a zone, as if it were UTC, to the minute. Null: the zone of this device. */
function wallMs(ms: number, zone: string | null): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone ?? undefined,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(ms)
  const of = (type: string): number => Number(parts.find(part => part.type === type)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'))
}

/** `2026-05-01T20:00` as the clock in the zone shows it: what an input of type datetime-local has. */
export const zonedText = (ms: number, zone: string | null): string =>
  new Date(wallMs(ms, zone)).toISOString().slice(0, 16)

/** The moment at which the clock in the zone shows that; where it shows it twice, the first time. NaN for what is no time. */
export function zonedMs(text: string, zone: string | null): number {
  const [, year, month, day, hour, minute] = (TEXT.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined) return Number.NaN
  const wanted = Date.UTC(year, month - 1, day, hour, minute)
  // How far the clock is off a day before and after; between them it may be turned once.
  const offsets = [-24, 24].map(hours => {
    const near = wanted + hours * 60 * MINUTE_MS
    return wallMs(near, zone) - near
  })
  const found = offsets.map(offset => wanted - offset).filter(ms => wallMs(ms, zone) === wanted)
  // An hour that the clock skips does not exist: what it would have been.
  return found.length > 0 ? Math.min(...found) : wanted - Math.min(...offsets)
}

/** Whether the clocks of the zone and of this device show the same then. */
export const isSameClock = (ms: number, zone: string): boolean => wallMs(ms, zone) === wallMs(ms, null)
