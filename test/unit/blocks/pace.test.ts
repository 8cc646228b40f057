import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEPTH_MAX, DEPTH_MIN } from '#node/p2p/blocks/limits.ts'
import { Pace } from '#node/p2p/blocks/pace.ts'

const MIB = 1024 * 1024

function pacedAt(bytesPerMs: number, blockBytes: number): Pace {
  const pace = new Pace()
  pace.begin(0)
  for (let i = 1; i <= 30; i++) pace.answered(blockBytes, (i * blockBytes) / bytesPerMs)
  return pace
}

describe('the pace of a holder', () => {
  test('keeps a fast one deep in work, and leaves a slow one room for a seek', () => {
    expect(pacedAt(200_000, MIB).depth).toBe(DEPTH_MAX)
    expect(pacedAt(2_500, MIB).depth).toBe(DEPTH_MIN)
  })

  test('settles on the speed that was measured', () => {
    expect(pacedAt(2_500, MIB).bytesPerMs).toBeCloseTo(2_500, 0)
    expect(pacedAt(2_500, MIB).etaMs(1)).toBeCloseTo((2 * MIB) / 2_500, 0)
  })

  test('forgets a slow start', () => {
    const pace = pacedAt(10, MIB)
    pace.begin(0)
    for (let i = 1; i <= 60; i++) pace.answered(MIB, (i * MIB) / 100_000)
    expect(pace.depth).toBeGreaterThan(8)
  })

  test('stays within its bounds whatever is measured', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2 * MIB), fc.nat(100_000))), answers => {
        const pace = new Pace()
        let now = 0
        pace.begin(now)
        for (const [bytes, ms] of answers) {
          now += ms
          pace.answered(bytes, now)
          expect(pace.depth).toBeGreaterThanOrEqual(DEPTH_MIN)
          expect(pace.depth).toBeLessThanOrEqual(DEPTH_MAX)
          expect(pace.etaMs(3)).toBeGreaterThan(0)
        }
      }),
    )
  })
})
