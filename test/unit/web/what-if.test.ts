import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitAmount } from '#src/royalties/split.ts'
import { equalShares, readSplit } from '#web/parts/studio/split-math.ts'
import { playsBring, tryDraft } from '#web/parts/studio/what-if-run.ts'

const ASSET = `TEST/2/${'a'.repeat(64)}`

describe('what if, before anything is published', () => {
  test('a tip is divided to the last unit, by the rules that divide payments', () => {
    const splits = [
      { party: 'Ana', shares: 3_334 },
      { party: 'Ben & Söhne', shares: 3_333 },
      { party: 'ben söhne', shares: 3_333 },
    ]
    expect(tryDraft(10_000_000_000n, ASSET, splits)).toEqual([3_334_000_000n, 3_333_000_000n, 3_333_000_000n])
  })

  test('it says what a fan is shown when tipping', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.bigInt({ min: 1n, max: 10n ** 15n }), (count, amount) => {
        const read = readSplit(
          equalShares(Array.from({ length: count }, (_, at) => ({ party: `p${at}`, percent: '' }))),
        )
        if ('fault' in read) throw new Error(read.fault)
        const parts = tryDraft(amount, ASSET, read.splits) ?? []
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount)
        const shown = splitAmount(amount, read.splits).map(line => line.amount)
        // Units left over go by the bytes of an id, which the agreement makes of the name.
        for (const [at, part] of parts.entries()) expect(Number(part - (shown[at] ?? 0n)) ** 2).toBeLessThanOrEqual(1)
      }),
      { numRuns: 50 },
    )
  })

  test('a split that the rules refuse has no answer', () => {
    expect(tryDraft(100n, ASSET, [{ party: 'Ana', shares: 9_999 }])).toBeNull()
  })

  test('plays bring what listeners are charged: each play rounded down by itself', () => {
    expect(playsBring(1_000n, 3n, [29_999])).toBe(2_000n)
    expect(playsBring(1_000n, 3n, [30_000, 60_000])).toBe(9_000n)
    expect(playsBring(1_000n, 0n, [60_000])).toBe(0n)
  })
})
