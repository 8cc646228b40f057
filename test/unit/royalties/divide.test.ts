import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitAmount } from '#src/royalties/split.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'
import { columns } from './terms-arbitraries.ts'
import { byHolder, compiled, keyOf, linesOf, OTHER_ASSET, RELEASE, requestOf, termsOf, totalOf } from './terms-world.ts'

const amounts = fc.bigInt({ min: 0n, max: 1n << 94n })
describe('dividing by shares', () => {
  test('gives away exactly the amount, each part within one fine unit of exact', () => {
    fc.assert(
      fc.property(amounts, columns, (amount, shares) => {
        const lines = linesOf(compiled(termsOf(shares)), requestOf(amount))
        expect(totalOf(lines)).toBe(amount)
        for (const [id, part] of shares) {
          const got = lines.find(line => line.party === id)?.amount ?? 0n
          const off = got * 10_000n - amount * BigInt(part)
          expect(off > -10_000n && off < 10_000n).toBe(true)
        }
      }),
    )
  })

  test('answers as the split that a page shows before a tip', () => {
    fc.assert(
      fc.property(amounts, columns, (amount, shares) => {
        const shown = splitAmount(
          amount,
          shares.map(([party, part]) => ({ party, shares: part })),
        )
        const lines = linesOf(compiled(termsOf(shares)), requestOf(amount))
        for (const { party, amount: part } of shown)
          expect(lines.find(line => line.party === party)?.amount ?? 0n).toBe(part)
      }),
    )
  })

  test('does not depend on the order in which parties and shares are listed', () => {
    fc.assert(
      fc.property(amounts, columns, (amount, shares) => {
        const there = linesOf(compiled(termsOf(shares)), requestOf(amount))
        const back = linesOf(compiled(termsOf(shares.toReversed())), requestOf(amount))
        expect(back).toEqual(there)
      }),
    )
  })

  test('loses nothing over many three-way splits of 7 units', () => {
    const agreement = compiled(
      termsOf([
        ['a', 3_333],
        ['b', 3_333],
        ['c', 3_334],
      ]),
    )
    const sums = new Map<string, bigint>()
    for (let at = 0; at < 20_000; at++)
      for (const [holder, amount] of byHolder(linesOf(agreement, requestOf(7n))))
        sums.set(holder, (sums.get(holder) ?? 0n) + amount)
    expect([...sums.values()].reduce((sum, part) => sum + part, 0n)).toBe(140_000n)
    expect(sums.size).toBe(3)
  })

  test('weighs composition and master as the agreement says', () => {
    const terms = termsOf([['artist', 10_000]])
    const writer = termsOf([['writer', 10_000]])
    const both = compiled({
      ...terms,
      parties: [...terms.parties, ...writer.parties],
      composition: { weight: 1_500, shares: writer.master?.shares ?? [] },
      master: { weight: 8_500, shares: terms.master?.shares ?? [] },
    })
    expect(linesOf(both, requestOf(1_000n)).map(({ party, amount }) => [party, amount])).toEqual([
      ['artist', 850n],
      ['writer', 150n],
    ])
  })

  test('lets unsigned, disputed and keyless parts wait, and pays the others', () => {
    const terms = termsOf([
      ['a', 2_500],
      ['b', 2_500],
      ['c', 2_500],
      ['d', 2_500],
    ])
    const agreement = compiled({ ...terms, parties: terms.parties.map(p => (p.id === 'c' ? { ...p, key: null } : p)) })
    const lines = linesOf(
      agreement,
      requestOf(400n, { standing: (_, id) => (id === 'a' ? 'unsigned' : id === 'b' ? 'disputed' : 'active') }),
    )
    const { suspense } = agreement.holders('a')
    expect(suspense).toMatch(/^susp:[0-9a-f]{64}\/a$/)
    expect(lines.map(({ holder }) => holder.slice(0, 5))).toEqual(['susp:', 'susp:', 'susp:', 'acct:'])
    const settled = linesOf(agreement, requestOf(400n, { account: (_, id) => (id === 'c' ? keyOf('x') : null) }))
    expect(settled.every(({ holder }) => holder.startsWith('acct:'))).toBe(true)
  })

  test('of nothing gives no line, in any asset', () => {
    const agreement = compiled(termsOf([['a', 10_000]]))
    expect(linesOf(agreement, requestOf(0n))).toEqual([])
    expect(totalOf(linesOf(agreement, requestOf(5n, { asset: OTHER_ASSET })))).toBe(5n)
    expect(agreement.divide(requestOf(-1n))).toMatchObject({ ok: false, error: { code: 'zero-amount' } })
  })
})

describe('the agreement made of a simple split', () => {
  test('pays the accounts that are known and lets the others wait', () => {
    const splits = [
      { party: 'Ana', shares: 5_000 },
      { party: 'Žofie & Söhne', shares: 2_500 },
      { party: '音楽', shares: 1_250 },
      { party: 'ana', shares: 1_250 },
    ]
    const terms = termsFromSplits(RELEASE, 'Songs for a Park', splits, new Map([['Ana', keyOf('ana')]]))
    expect(terms.parties.map(({ id }) => id)).toEqual(['ana', 'zofie-sohne', 'party', 'ana-2'])
    const agreement = compiled(terms)
    expect(agreement.subject).toBe(RELEASE)
    const lines = linesOf(agreement, requestOf(1_000n))
    expect(totalOf(lines)).toBe(1_000n)
    expect(lines.filter(({ holder }) => holder.startsWith('acct:')).map(({ party }) => party)).toEqual(['ana'])
  })

  test('can be compiled for any names', () => {
    fc.assert(
      fc.property(
        columns,
        fc.array(
          fc
            .string({ minLength: 1, maxLength: 80, unit: 'grapheme' })
            .filter(name => name.length <= 80 && /^[^\p{C}\u2028\u2029]+$/u.test(name)),
        ),
        (shares, names) => {
          const splits = shares.map(([id, part], at) => ({ party: names[at] ?? id, shares: part }))
          compiled(termsFromSplits(RELEASE, 'A title', splits, new Map()))
        },
      ),
    )
  })
})
