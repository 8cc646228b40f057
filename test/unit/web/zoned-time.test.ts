import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameClock, zonedMs, zonedText } from '#web/setup/zoned-time.ts'

const ZONES = [
  'Europe/Lisbon',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'UTC',
  null,
]
const MINUTE_MS = 60_000

describe('the clock of a place', () => {
  it('shows what people there see', () => {
    const noon = Date.UTC(2026, 6, 1, 12)
    expect(zonedText(noon, 'Asia/Kathmandu')).toBe('2026-07-01T17:45')
    expect(zonedText(noon, 'Europe/Lisbon')).toBe('2026-07-01T13:00')
    expect(zonedMs('2026-01-01T13:00', 'Europe/Lisbon')).toBe(Date.UTC(2026, 0, 1, 13))
    expect(isSameClock(noon, 'Pacific/Apia')).toBe(false)
  })

  it('is read back as the same moment, but for the hour that it shows twice, which is the first', () => {
    const minutes = fc.integer({ min: Date.UTC(2020) / MINUTE_MS, max: Date.UTC(2035) / MINUTE_MS })
    fc.assert(
      fc.property(minutes, fc.constantFrom(...ZONES), (minute, zone) => {
        const ms = minute * MINUTE_MS
        const again = zonedMs(zonedText(ms, zone), zone)
        expect(zonedText(again, zone)).toBe(zonedText(ms, zone))
        expect(again).toBeLessThanOrEqual(ms)
        expect(ms - again).toBeLessThanOrEqual(60 * MINUTE_MS)
      }),
    )
  })

  it('names a moment also for an hour that it skips, and none for what is no time', () => {
    // 29 March 2026 in Lisbon: 01:00 is followed by 02:00.
    expect(zonedMs('2026-03-29T01:30', 'Europe/Lisbon')).toBe(Date.UTC(2026, 2, 29, 1, 30))
    expect(zonedMs('tomorrow', 'UTC')).toBeNaN()
    expect(zonedMs('', null)).toBeNaN()
  })
})
