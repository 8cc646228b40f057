import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Debt, gatherDebts, netBilaterally, sumOf } from '#src/value/netting/debts.ts'
import { netDebts } from '#src/value/netting/net.ts'
import { seeded } from '#test/support/seeded.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const debt = (debtor: string, creditor: string, amount: number | bigint): Debt => ({
  debtor,
  creditor,
  amount: BigInt(amount),
})

const debtsAmong = (names: readonly string[], most: bigint, length: number) =>
  fc
    .array(
      fc.record({
        debtor: fc.constantFrom(...names),
        creditor: fc.constantFrom(...names),
        amount: fc.bigInt({ min: 0n, max: most }),
      }),
      { maxLength: length },
    )
    .map(debts => debts.filter(({ debtor, creditor }) => debtor !== creditor))

const netOf = (debts: readonly Debt[], name: string): bigint =>
  sumOf(debts.filter(({ debtor }) => debtor === name)) - sumOf(debts.filter(({ creditor }) => creditor === name))

const pairs = (debts: readonly Debt[]): Map<string, bigint> =>
  new Map(debts.map(({ debtor, creditor, amount }) => [`${debtor}>${creditor}`, amount]))

/** Everything that could be struck out, tried: the most that leaves everybody's debts and claims equal. */
function mostByTrying(debts: readonly Debt[]): bigint {
  const gathered = gatherDebts(debts)
  const names = [...new Set(gathered.flatMap(({ debtor, creditor }) => [debtor, creditor]))]
  /** After which debt a participant does not occur again: then it must be even. */
  const last = names.map(name => gathered.findLastIndex(({ debtor, creditor }) => debtor === name || creditor === name))
  let best = 0n
  const balance = new Map(names.map(name => [name, 0n]))
  const even = (at: number): boolean => names.every((name, n) => last[n] !== at || balance.get(name) === 0n)
  const tryFrom = (at: number, sum: bigint): void => {
    const next = gathered[at]
    if (next === undefined) {
      if (sum > best) best = sum
      return
    }
    const { debtor, creditor, amount } = next
    for (let struck = 0n; struck <= amount; struck++) {
      balance.set(debtor, (balance.get(debtor) as bigint) + struck)
      balance.set(creditor, (balance.get(creditor) as bigint) - struck)
      if (even(at)) tryFrom(at + 1, sum + struck)
      balance.set(debtor, (balance.get(debtor) as bigint) - struck)
      balance.set(creditor, (balance.get(creditor) as bigint) + struck)
    }
  }
  tryFrom(0, 0n)
  return best
}

describe('multilateral netting', () => {
  it('strikes a circle out, which bilateral netting cannot', () => {
    const circle = [debt('a', 'b', 10), debt('b', 'c', 7), debt('c', 'a', 9)]
    expect(netDebts(circle).cancelled).toEqual([debt('a', 'b', 7), debt('b', 'c', 7), debt('c', 'a', 7)])
    expect(netDebts(circle).remaining).toEqual([debt('a', 'b', 3), debt('c', 'a', 2)])
    expect(netBilaterally(circle).cancelled).toEqual([])
  })

  it('takes the two short circles rather than the long one when they cancel more', () => {
    const debts = [debt('a', 'b', 5), debt('b', 'a', 5), debt('b', 'c', 5), debt('c', 'a', 5), debt('c', 'b', 5)]
    expect(sumOf(netDebts(debts).cancelled)).toBe(20n)
  })

  it('leaves a chain as it is: it would need a new debt', () => {
    const chain = [debt('a', 'b', 4), debt('b', 'c', 4)]
    expect(netDebts(chain)).toEqual({ cancelled: [], remaining: chain })
  })

  it('keeps what everybody owes in all less what they are owed, and no pair owes more than before', () => {
    fc.assert(
      fc.property(debtsAmong(NAMES, (1n << 64n) - 1n, 60), debts => {
        const { cancelled, remaining } = netDebts(debts)
        const before = pairs(gatherDebts(debts))
        for (const name of NAMES) {
          expect(netOf(cancelled, name)).toBe(0n)
          expect(netOf(remaining, name)).toBe(netOf(debts, name))
        }
        for (const { debtor, creditor, amount } of remaining)
          expect(amount <= (before.get(`${debtor}>${creditor}`) ?? 0n)).toBe(true)
        expect(sumOf(cancelled) + sumOf(remaining)).toBe(sumOf(debts))
      }),
    )
  })

  it('leaves no circle in what remains, so that netting twice changes nothing more', () => {
    fc.assert(
      fc.property(debtsAmong(NAMES, 1_000n, 60), debts => {
        const { remaining } = netDebts(debts)
        expect(netDebts(remaining)).toEqual({ cancelled: [], remaining })
      }),
    )
  })

  it('cancels as much as can be: nothing found by trying everything is more', () => {
    fc.assert(
      fc.property(debtsAmong(['a', 'b', 'c', 'd'], 3n, 8), debts => {
        expect(sumOf(netDebts(debts).cancelled)).toBe(mostByTrying(debts))
      }),
      { numRuns: 300 },
    )
  })

  it('cancels at least as much as bilateral netting', () => {
    fc.assert(
      fc.property(debtsAmong(NAMES, 1_000n, 60), debts => {
        expect(sumOf(netDebts(debts).cancelled) >= sumOf(netBilaterally(debts).cancelled)).toBe(true)
      }),
    )
  })

  it('answers the same whatever the order and the pieces of the debts', () => {
    fc.assert(
      fc.property(debtsAmong(NAMES, 1_000n, 30), fc.nat(), (debts, seed) => {
        const random = seeded(seed)
        const pieces = debts.flatMap(one => {
          const part = one.amount / BigInt(1 + random.int(3))
          return [
            { ...one, amount: part },
            { ...one, amount: one.amount - part },
          ]
        })
        expect(netDebts(pieces.sort(() => random.next() - 0.5))).toEqual(netDebts(debts))
      }),
    )
  })

  it('nets 10,000 debts among 50', () => {
    const random = seeded(4)
    const names = Array.from({ length: 50 }, (_, n) => `stage ${n}`)
    const debts = Array.from({ length: 10_000 }, () => {
      const debtor = random.int(50)
      const creditor = (debtor + 1 + random.int(49)) % 50
      return debt(names[debtor] as string, names[creditor] as string, 1 + random.int(1_000_000))
    })
    const { cancelled, remaining } = netDebts(debts)
    for (const name of names) expect(netOf(cancelled, name)).toBe(0n)
    expect(sumOf(cancelled) + sumOf(remaining)).toBe(sumOf(debts))
    expect(sumOf(cancelled) > sumOf(netBilaterally(debts).cancelled)).toBe(true)
    expect(netDebts(remaining).cancelled).toEqual([])
  })

  it('refuses debts that are none', () => {
    expect(() => netDebts([debt('a', 'a', 1)])).toThrow(RangeError)
    expect(() => netDebts([debt('a', 'b', -1)])).toThrow(RangeError)
    expect(netDebts([debt('a', 'b', 0)])).toEqual({ cancelled: [], remaining: [] })
  })
})
