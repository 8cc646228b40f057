import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalShares, parsePercent, readSplit, remaining, WHOLE } from '#web/parts/studio/split-math.ts'

const rows = (...pairs: [string, string][]) => pairs.map(([party, percent]) => ({ party, percent }))

describe('the splits editor', () => {
  test('percent is read to the hundredth, with a point or a comma', () => {
    expect(parsePercent('50')).toBe(5_000)
    expect(parsePercent('33,34')).toBe(3_334)
    expect(parsePercent('0.5')).toBe(50)
    for (const bad of ['', '0', '100.01', '-5', '33.333', 'half', '1e2']) expect(parsePercent(bad)).toBeNull()
  })

  test('what remains is exact, also beyond a hundred', () => {
    expect(remaining(rows(['a', '50'], ['b', '30']))).toBe(2_000)
    expect(remaining(rows(['a', '33.33'], ['b', '33.33'], ['c', '33.34']))).toBe(0)
    expect(remaining(rows(['a', '80'], ['b', '30']))).toBe(-1_000)
  })

  test('a complete split is handed over in hundredths', () => {
    expect(readSplit(rows(['Maren ', '50'], ['Jules', '50'], ['', '']))).toEqual({
      splits: [
        { party: 'Maren', shares: 5_000 },
        { party: 'Jules', shares: 5_000 },
      ],
    })
  })

  test('no rows filled in is no split', () => {
    expect(readSplit(rows(['', '']))).toEqual({ splits: [] })
  })

  test('a split that does not add up is refused with a sentence', () => {
    expect(readSplit(rows(['a', '50']))).toEqual({ fault: '50 % is still to be given to somebody.' })
    expect(readSplit(rows(['a', '60'], ['b', '60.5']))).toEqual({ fault: 'That is 20.50 % too much.' })
    expect(readSplit(rows(['a', '50'], ['a', '50']))).toHaveProperty('fault')
    expect(readSplit(rows(['', '50'], ['b', '50']))).toHaveProperty('fault')
    expect(readSplit(rows(['a', 'x'], ['b', '50']))).toHaveProperty('fault')
  })

  test('equal shares always total exactly a hundred', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), count => {
        const shared = equalShares(Array.from({ length: count }, (_, index) => ({ party: `p${index}`, percent: '' })))
        const read = readSplit(shared)
        expect('splits' in read && read.splits.reduce((sum, one) => sum + one.shares, 0)).toBe(WHOLE)
      }),
    )
  })
})
