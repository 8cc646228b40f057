import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { musicHours, USUAL_BYTES_PER_HOUR } from '#src/delivery/hours.ts'

const HOUR_MS = 3_600_000

describe('how much music fits', () => {
  it('goes by the releases that are here, once they play for an hour', () => {
    const hour = { bytes: 100e6, durationMs: HOUR_MS }
    expect(musicHours(1e9, [hour])).toEqual({ hours: 10, measured: true })
    expect(musicHours(1e9, [hour, { bytes: 300e6, durationMs: HOUR_MS }])).toEqual({ hours: 5, measured: true })
    expect(musicHours(USUAL_BYTES_PER_HOUR, [{ bytes: 1, durationMs: HOUR_MS - 1 }])).toEqual({
      hours: 1,
      measured: false,
    })
    expect(musicHours(USUAL_BYTES_PER_HOUR, [])).toEqual({ hours: 1, measured: false })
  })

  it('is a number that grows with the room, whatever the releases', () => {
    const release = fc.record({ bytes: fc.nat(), durationMs: fc.nat() })
    fc.assert(
      fc.property(fc.array(release), fc.nat(), fc.nat(), (releases, a, b) => {
        const [less, more] = [musicHours(Math.min(a, b), releases).hours, musicHours(Math.max(a, b), releases).hours]
        expect(less).toBeGreaterThanOrEqual(0)
        expect(Number.isFinite(more)).toBe(true)
        expect(less).toBeLessThanOrEqual(more)
      }),
    )
  })
})
