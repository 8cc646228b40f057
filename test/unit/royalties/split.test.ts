import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Share } from '#protocols/catalog/v1/codec.ts'
import { checkShares, splitAmount } from '#src/royalties/split.ts'

const amounts = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
/** Distinct parties whose shares total 10,000: cut points on the line from 0 to 10,000. */
const splits: fc.Arbitrary<Share[]> = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), { minLength: 1, maxLength: 32 })
  .chain(parties =>
    fc
      .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: parties.length - 1, maxLength: parties.length - 1 })
      .map(cuts => {
        const marks = [0, ...cuts.sort((a, b) => a - b), 10_000]
        return parties.map((party, at) => ({ party, shares: (marks[at + 1] ?? 0) - (marks[at] ?? 0) }))
      }),
  )

describe('a split', () => {
  test('gives away exactly the amount, to the unit', () => {
    fc.assert(
      fc.property(amounts, splits, (amount, shares) => {
        expect(splitAmount(amount, shares).reduce((sum, line) => sum + line.amount, 0n)).toBe(amount)
      }),
    )
  })

  test('does not depend on the order in which parties are listed', () => {
    fc.assert(
      fc.property(
        amounts,
        splits.chain(shares =>
          fc.tuple(fc.constant(shares), fc.shuffledSubarray(shares, { minLength: shares.length })),
        ),
        (amount, [shares, shuffled]) => {
          const byParty = (list: readonly Share[]) =>
            new Map(splitAmount(amount, list).map(line => [line.party, line.amount]))
          expect(byParty(shuffled)).toEqual(byParty(shares))
        },
      ),
    )
  })

  test('is within one unit of the exact share for every party', () => {
    fc.assert(
      fc.property(amounts, splits, (amount, shares) => {
        for (const [at, line] of splitAmount(amount, shares).entries()) {
          const off = line.amount * 10_000n - amount * BigInt(shares[at]?.shares ?? 0)
          expect(off > -10_000n && off < 10_000n).toBe(true)
        }
      }),
    )
  })

  test('never gives a party less for a larger share', () => {
    fc.assert(
      fc.property(amounts, splits, (amount, shares) => {
        const lines = splitAmount(amount, shares).map((line, at) => ({ ...line, shares: shares[at]?.shares ?? 0 }))
        const sorted = lines.sort((a, b) => a.shares - b.shares)
        for (const [at, line] of sorted.slice(1).entries()) {
          const below = sorted[at]
          if (below !== undefined && below.shares < line.shares) expect(line.amount >= below.amount).toBe(true)
        }
      }),
    )
  })

  test('gives an odd unit to the largest remainder, and on a tie to the party whose bytes come first', () => {
    const even = [
      { party: 'b', shares: 5_000 },
      { party: 'a', shares: 5_000 },
    ]
    expect(splitAmount(1n, even)).toEqual([
      { party: 'b', amount: 0n },
      { party: 'a', amount: 1n },
    ])
    // U+FF5E comes before U+1F3B5 in UTF-8 bytes, after it in UTF-16 units.
    const tie = splitAmount(1n, [
      { party: '\u{1F3B5}', shares: 5_000 },
      { party: '\uFF5E', shares: 5_000 },
    ])
    expect(tie.map(line => line.amount)).toEqual([0n, 1n])
    expect(
      splitAmount(7n, [
        { party: 'x', shares: 3_333 },
        { party: 'y', shares: 3_333 },
        { party: 'z', shares: 3_334 },
      ]),
    ).toEqual([
      { party: 'x', amount: 2n },
      { party: 'y', amount: 2n },
      { party: 'z', amount: 3n },
    ])
  })

  test.each([
    ['no-parties', []],
    ['wrong-total', [{ party: 'a', shares: 9_999 }]],
    [
      'duplicate-party',
      [
        { party: 'a', shares: 5_000 },
        { party: 'a', shares: 5_000 },
      ],
    ],
    [
      'bad-share',
      [
        { party: 'a', shares: 0 },
        { party: 'b', shares: 10_000 },
      ],
    ],
    [
      'bad-share',
      [
        { party: 'a', shares: 0.5 },
        { party: 'b', shares: 9_999.5 },
      ],
    ],
    ['too-many-parties', Array.from({ length: 33 }, (_, at) => ({ party: `p${at}`, shares: 303 }))],
  ])('with a fault is refused as %s', (code, shares) => {
    expect(checkShares(shares)).toMatchObject({ ok: false, error: { code } })
  })

  test('that is good passes the check', () => {
    fc.assert(fc.property(splits, shares => checkShares(shares).ok))
  })
})
