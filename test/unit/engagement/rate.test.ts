import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bucket, takeToken } from '#src/engagement/rate.ts'

const limit = { burst: 5, perSecond: 2 }

describe('rate per author', () => {
  it('allows a burst, then the steady rate', () => {
    let bucket: Bucket | undefined
    const take = (nowMs: number) => {
      const next = takeToken(bucket, limit, nowMs)
      if (next !== null) bucket = next
      return next !== null
    }
    expect(Array.from({ length: 7 }, () => take(0))).toEqual([true, true, true, true, true, false, false])
    expect(take(500)).toBe(true)
    expect(take(500)).toBe(false)
  })

  it('saves up no more than one burst, however long the silence', () => {
    let bucket = takeToken(undefined, limit, 0)
    let allowed = 0
    for (let next = bucket; next !== null; next = takeToken(bucket ?? undefined, limit, 3_600_000)) {
      bucket = next
      allowed++
    }
    expect(allowed).toBe(1 + limit.burst)
  })

  it('never lets more through in any window than burst plus rate times time, also when the clock jumps back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2_000, max: 3_000 }), { maxLength: 200 }), steps => {
        let bucket: Bucket | undefined
        let nowMs = 1_000_000
        let startMs: number | null = null
        let latestMs = 0
        let allowed = 0
        for (const step of steps) {
          nowMs += step
          startMs ??= nowMs
          latestMs = Math.max(latestMs, nowMs)
          const next = takeToken(bucket, limit, nowMs)
          if (next === null) continue
          bucket = next
          allowed++
        }
        expect(allowed).toBeLessThanOrEqual(limit.burst + ((latestMs - (startMs ?? latestMs)) / 1000) * limit.perSecond)
      }),
    )
  })
})
