import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PoolUse } from '#src/ledger/rules.ts'
import { comparePools, dividePool } from '#src/royalties/pools.ts'
import { totalOf } from './terms-world.ts'

const song = (at: number): Uint8Array => new Uint8Array(32).fill(at)
const use = (payer: string, at: number, weight: bigint): PoolUse => ({ payer, agreement: song(at), weight })
const amountOf = (parts: readonly { agreement: Uint8Array; amount: bigint }[], at: number): bigint =>
  parts.find(({ agreement }) => agreement[0] === at)?.amount ?? 0n

const payers = ['p0', 'p1', 'p2', 'p3']
const paidBy = fc
  .array(fc.bigInt({ min: 0n, max: 1n << 70n }), { minLength: payers.length, maxLength: payers.length })
  .map(fees => new Map(payers.map((payer, at) => [payer, fees[at] ?? 0n])))
const usesOf = fc.array(
  fc.record({
    payer: fc.constantFrom(...payers, 'stranger'),
    agreement: fc.integer({ min: 1, max: 6 }).map(song),
    weight: fc.bigInt({ min: 0n, max: 1n << 70n }),
  }),
  { maxLength: 20 },
)
const heardBy = (uses: readonly PoolUse[], payer: string): PoolUse[] =>
  uses.filter(each => each.payer === payer && each.weight > 0n)

describe('a pool', () => {
  test('user-centric gives away each fee of those who heard something, to the unit', () => {
    fc.assert(
      fc.property(paidBy, usesOf, (paid, uses) => {
        const claimed = [...paid].filter(([payer]) => heardBy(uses, payer).length > 0)
        expect(totalOf(dividePool('user-centric', paid, uses))).toBe(claimed.reduce((sum, [, fee]) => sum + fee, 0n))
      }),
    )
  })

  test('user-centric never pays for what a payer did not hear, and moves no more than the own fee', () => {
    fc.assert(
      fc.property(paidBy, usesOf, fc.bigInt({ min: 1n, max: 1n << 80n }), (paid, uses, weight) => {
        const before = dividePool('user-centric', paid, uses)
        const after = dividePool('user-centric', paid, [...uses, use('p0', 9, weight)])
        expect(amountOf(after, 9) <= (paid.get('p0') ?? 0n)).toBe(true)
        for (let at = 1; at <= 6; at++) {
          const moved = amountOf(before, at) - amountOf(after, at)
          expect(moved <= (paid.get('p0') ?? 0n)).toBe(true)
          // The fees of the others are where they were: at most what p0 had given there is gone.
          if (!heardBy(uses, 'p0').some(({ agreement }) => agreement[0] === at)) expect(moved).toBe(0n)
        }
      }),
    )
  })

  test('pro-rata gives away all fees as soon as somebody who paid heard something', () => {
    fc.assert(
      fc.property(paidBy, usesOf, (paid, uses) => {
        const heard = [...paid].some(([payer, fee]) => fee > 0n && heardBy(uses, payer).length > 0)
        const fees = [...paid.values()].reduce((sum, fee) => sum + fee, 0n)
        expect(totalOf(dividePool('pro-rata', paid, uses))).toBe(heard ? fees : 0n)
      }),
    )
  })

  test('does not depend on the order of payers and uses', () => {
    fc.assert(
      fc.property(paidBy, usesOf, fc.constantFrom('user-centric' as const, 'pro-rata' as const), (paid, uses, kind) => {
        const back = dividePool(kind, new Map([...paid].reverse()), uses.toReversed())
        expect(back).toEqual(dividePool(kind, paid, uses))
      }),
    )
  })

  test('shows both ways beside each other: a heavy listener moves the money of others only pro-rata', () => {
    const paid = new Map([
      ['heavy', 1_000n],
      ['light', 1_000n],
    ])
    const uses = [use('heavy', 1, 990n), use('light', 2, 10n)]
    expect(comparePools(paid, uses)).toEqual([
      { agreement: song(1), userCentric: 1_000n, proRata: 1_980n },
      { agreement: song(2), userCentric: 1_000n, proRata: 20n },
    ])
  })

  test('pays nothing for uses by those who paid nothing', () => {
    const uses = [use('nobody', 1, 5n)]
    expect(dividePool('user-centric', new Map([['p0', 10n]]), uses)).toEqual([])
    expect(dividePool('pro-rata', new Map([['p0', 10n]]), uses)).toEqual([])
  })
})
