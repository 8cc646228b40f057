import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS, forecast } from '#src/delivery/forecast.ts'

describe('storage forecast', () => {
  it('says nothing before a day of history exists', () => {
    expect(forecast([], 100)).toEqual({ growthBytesPerDay: null, daysUntilFull: null })
    const young = [0, 0.5].map(day => ({ atMs: day * DAY_MS, bytes: day * 1_000 }))
    expect(forecast(young, 100).growthBytesPerDay).toBeNull()
  })

  it('finds a steady growth, and the day on which the disk is full', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 2, max: 60 }),
        fc.nat(1e9),
        (perDay, days, start) => {
          const samples = Array.from({ length: days }, (_, day) => ({
            atMs: day * DAY_MS,
            bytes: start + day * perDay,
          }))
          expect(forecast(samples, perDay * 10)).toEqual({ growthBytesPerDay: perDay, daysUntilFull: 10 })
        },
      ),
    )
  })

  it('gives no day when usage shrinks or stands still', () => {
    const shrinking = [0, 1, 2].map(day => ({ atMs: day * DAY_MS, bytes: 1_000 - day }))
    expect(forecast(shrinking, 100).daysUntilFull).toBeNull()
  })
})
