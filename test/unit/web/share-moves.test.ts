import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moveShare } from '#web/parts/studio/share-moves.ts'
import { equalShares, WHOLE } from '#web/parts/studio/split-math.ts'

const NOBODY: ReadonlySet<number> = new Set()
const sum = (shares: readonly number[]) => shares.reduce((total, share) => total + share, 0)

/** Shares as they may stand in the editor: typed, so of any total. */
const typed = fc.array(fc.integer({ min: 0, max: WHOLE }), { minLength: 1, maxLength: 32 })
/** Shares that total 100 %, each above nothing. */
const whole = fc.integer({ min: 1, max: 32 }).chain(count =>
  fc.array(fc.integer({ min: 1, max: 300 }), { minLength: count, maxLength: count }).map(parts => {
    const rest = parts.slice(1)
    return [WHOLE - sum(rest), ...rest]
  }),
)

describe('dragging a share', () => {
  test('leaves exactly 100 %, with nobody at nothing, whatever was typed before', () => {
    fc.assert(
      fc.property(typed, fc.nat(31), fc.integer({ min: -100, max: 11_000 }), (shares, at, to) => {
        const moved = moveShare(shares, { index: at % shares.length, to, held: NOBODY })
        expect(sum(moved)).toBe(WHOLE)
        expect(Math.min(...moved)).toBeGreaterThan(0)
        expect(moved.every(Number.isInteger)).toBe(true)
      }),
    )
  })

  test('gives the one who is moved what was asked, as far as there is something to take', () => {
    expect(moveShare([5_000, 3_000, 2_000], { index: 0, to: 6_000, held: NOBODY })).toEqual([6_000, 2_400, 1_600])
    expect(moveShare([5_000, 3_000, 2_000], { index: 0, to: 10_000, held: NOBODY })).toEqual([9_800, 100, 100])
    expect(moveShare([3_334, 3_333, 3_333], { index: 0, to: 5_000, held: NOBODY })).toEqual([5_000, 2_500, 2_500])
  })

  test('who is held keeps theirs, and the total stays', () => {
    expect(moveShare([5_000, 3_000, 2_000], { index: 0, to: 6_000, held: new Set([1]) })).toEqual([6_000, 3_000, 1_000])
    expect(moveShare([5_000, 3_000, 2_000], { index: 0, to: 9_000, held: new Set([1, 2]) })).toEqual([
      5_000, 3_000, 2_000,
    ])
    fc.assert(
      fc.property(whole, fc.nat(31), fc.nat(31), fc.integer({ min: 0, max: WHOLE }), (shares, at, kept, to) => {
        const [index, held] = [at % shares.length, kept % shares.length]
        const moved = moveShare(shares, { index, to, held: new Set([held]) })
        expect(sum(moved)).toBe(WHOLE)
        expect(Math.min(...moved)).toBeGreaterThan(0)
        if (held !== index) expect(moved[held]).toBe(shares[held])
      }),
    )
  })

  test('one alone has everything', () => {
    expect(moveShare([4_000], { index: 0, to: 100, held: NOBODY })).toEqual([WHOLE])
  })

  test('32 parties can all be moved', () => {
    const shares = equalShares(Array.from({ length: 32 }, (_, at) => ({ party: `p${at}`, percent: '' }))).map(row =>
      Math.round(Number(row.percent) * 100),
    )
    expect(sum(moveShare(shares, { index: 31, to: WHOLE, held: NOBODY }))).toBe(WHOLE)
  })
})
