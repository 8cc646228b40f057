import { describe, expect, test } from 'vitest'
import type { AgreementTerms, PayeeTerms } from '#protocols/catalog/v1/agreement.ts'
import type { PeriodEnd, PeriodMove } from '#src/ledger/rules.ts'
import {
  ASSET,
  byTag,
  clauses,
  compiled,
  createMemory,
  keyOf,
  linesOf,
  OTHER_ASSET,
  requestOf,
  rules,
  termsOf,
} from './terms-world.ts'

const pair = [
  ['artist', 5_000],
  ['label', 5_000],
] as const

/** A log of one agreement: payments and month ends over the same memory and balances. */
function openBook(some: Partial<PayeeTerms>, more: Partial<AgreementTerms> = {}) {
  const agreement = compiled(termsOf(pair, { payees: [clauses('artist', some)], ...more }))
  const memory = createMemory()
  const balances = new Map<string, bigint>()
  const add = (holder: string, by: bigint): void => void balances.set(holder, (balances.get(holder) ?? 0n) + by)
  return {
    agreement,
    balances,
    memory,
    of: (id: string): bigint =>
      balances.get(
        agreement.parties.find(party => party.id === id)?.key ? `acct:${Buffer.from(keyOf(id)).toString('hex')}` : '',
      ) ?? 0n,
    pay(amount: bigint, period: string): void {
      for (const line of linesOf(agreement, requestOf(amount, { memory, period }))) add(line.holder, line.amount)
    },
    spend: (id: string, amount: bigint): void => add(`acct:${Buffer.from(keyOf(id)).toString('hex')}`, -amount),
    end(period: string, some: Partial<PeriodEnd> = {}): readonly PeriodMove[] {
      const moves = rules.endPeriod(agreement, {
        asset: ASSET,
        period,
        memory,
        ended: true,
        balance: holder => balances.get(holder) ?? 0n,
        standing: () => 'active',
        account: () => null,
        ...some,
      })
      for (const { from, to, amount } of moves) {
        add(from, -amount)
        add(to, amount)
      }
      return moves
    },
  }
}

describe('the end of a month', () => {
  test('releases a reserve after the months that the terms name, also over months that nobody closed', () => {
    const book = openBook({ reserve: { rate: 2_000, periods: 3 } })
    book.pay(1_000n, '2026-11')
    book.pay(2_000n, '2026-12')
    expect(book.of('artist')).toBe(1_200n)
    expect(book.end('2026-11')).toEqual([])
    expect(book.end('2027-01')).toEqual([])
    expect(byTag(book.end('2027-02'))).toEqual({ 'release artist': 100n })
    expect(byTag(book.end('2027-06'))).toEqual({ 'release artist': 200n })
    expect(book.end('2027-07')).toEqual([])
    // All that is left to remember is where to look next: no note of a month that is settled stays in the state.
    expect([...book.memory.entries.keys()].filter(key => key.includes('/due-'))).toHaveLength(1)
    expect([...book.memory.entries.values()]).toEqual([BigInt(2027 * 12 + 7)])
    expect(book.of('artist')).toBe(1_500n)
    expect(book.balances.get(book.agreement.holders('artist').reserve)).toBe(0n)
  })

  test('runs a released reserve through cap and withholding', () => {
    const book = openBook({
      reserve: { rate: 5_000, periods: 1 },
      cap: { amount: 350n, to: 'label' },
      withholding: { rate: 1_000, name: 'wht', to: null },
    })
    book.pay(1_000n, '2026-11')
    expect(byTag(book.end('2026-12'))).toEqual({ 'cap label': 150n, withholding: 10n, 'release artist': 90n })
  })

  test('keeps the reserve of a party in dispute until the dispute is over', () => {
    const book = openBook({ reserve: { rate: 2_000, periods: 1 } })
    book.pay(1_000n, '2026-11')
    expect(book.end('2026-12', { standing: (_, id) => (id === 'artist' ? 'disputed' : 'active') })).toEqual([])
    expect(byTag(book.end('2027-01'))).toEqual({ 'release artist': 100n })
  })

  test('tops a month up to its guarantee, from what the guarantor has; the rest is asked for again', () => {
    const book = openBook({ guarantee: { amount: 700n, from: 'label' } })
    book.pay(1_000n, '2026-11')
    expect(byTag(book.end('2026-11'))).toEqual({ 'guarantee artist': 200n })
    book.pay(2_000n, '2026-12')
    expect(book.end('2026-12')).toEqual([])
    book.spend('label', 1_200n)
    // 700 are missing in January, and 100 are there.
    expect(byTag(book.end('2027-01'))).toEqual({ 'guarantee artist': 100n })
    book.pay(3_000n, '2027-02')
    expect(byTag(book.end('2027-02'))).toEqual({ 'guarantee artist': 600n })
    expect(book.of('label')).toBe(900n)
    // Nobody closed March and April: they lack 1,400 together, May lacks 700, and 900 are there.
    expect(byTag(book.end('2027-05'))).toEqual({ 'guarantee artist': 900n })
    book.pay(6_000n, '2027-06')
    expect(byTag(book.end('2027-06'))).toEqual({ 'guarantee artist': 1_200n })
    expect(book.end('2027-06')).toEqual([])
  })

  test('pays out what was held once it reaches the threshold', () => {
    const book = openBook({ threshold: 1_000n })
    book.pay(1_000n, '2026-11')
    expect(book.of('artist')).toBe(0n)
    expect(book.end('2026-11')).toEqual([])
    book.pay(1_000n, '2026-12')
    expect(byTag(book.end('2026-12'))).toEqual({ 'payout artist': 1_000n })
    expect(book.of('artist')).toBe(1_000n)
  })

  test('is not the end of an early part, and counts one money only', () => {
    const book = openBook({ guarantee: { amount: 700n, from: 'label' } })
    book.pay(1_000n, '2026-11')
    expect(book.end('2026-11', { ended: false })).toEqual([])
    expect(book.end('2026-11', { asset: OTHER_ASSET })).toEqual([])
    expect(byTag(book.end('2026-11'))).toEqual({ 'guarantee artist': 200n })
  })

  test('counts a month once for a guarantee, also when two versions of an agreement end it', () => {
    const book = openBook({ guarantee: { amount: 700n, from: 'label' } })
    book.pay(1_000n, '2026-11')
    expect(byTag(book.end('2026-11'))).toEqual({ 'guarantee artist': 200n })
    book.pay(1_000n, '2026-11')
    expect(book.end('2026-11')).toEqual([])
    expect(byTag(book.end('2026-12'))).toEqual({ 'guarantee artist': 200n })
  })
})
