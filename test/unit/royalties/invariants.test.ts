import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DivideRequest, DivisionLine } from '#src/ledger/rules.ts'
import { anyTerms, columns } from './terms-arbitraries.ts'
import {
  ASSET,
  byHolder,
  byTag,
  clauses,
  compiled,
  createMemory,
  linesOf,
  OTHER_ASSET,
  requestOf,
  rules,
  termsOf,
  totalOf,
} from './terms-world.ts'

const payment = fc.record({
  amount: fc.bigInt({ min: 0n, max: 5_000n }),
  asset: fc.constantFrom(ASSET, ASSET, ASSET, OTHER_ASSET),
  idle: fc.integer({ min: 0, max: 9 }),
})
const payments = fc.array(payment, { minLength: 1, maxLength: 12 })
/** Some parties wait: decided by their names, so that it is the same throughout one run. */
const standingOf =
  (idle: number): DivideRequest['standing'] =>
  (_, party) =>
    party.charCodeAt(0) % 10 === idle ? 'unsigned' : 'active'

describe('any agreement', () => {
  test('conserves every payment to the unit, and writes no line of nothing', () => {
    fc.assert(
      fc.property(anyTerms, payments, (terms, list) => {
        const agreement = compiled(terms)
        const memory = createMemory()
        for (const { amount, asset, idle } of list) {
          const lines = linesOf(agreement, requestOf(amount, { memory, asset, standing: standingOf(idle) }))
          expect(totalOf(lines)).toBe(amount)
          expect(lines.every(line => line.amount > 0n && line.holder.length <= 200)).toBe(true)
        }
        for (const [key, value] of memory.entries) {
          expect(value > 0n).toBe(true)
          expect(key).toMatch(/^[\x21-\x7e]{1,250}$/)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('conserves what leaves suspense, and gives the same as if it had never waited', () => {
    fc.assert(
      fc.property(anyTerms, payments, (terms, list) => {
        const agreement = compiled(terms)
        const [waited, direct] = [createMemory(), createMemory()]
        const who = terms.parties[0]?.id ?? ''
        const standing: DivideRequest['standing'] = (_, party) => (party === who ? 'disputed' : 'active')
        for (const { amount, asset } of list) {
          const at = { asset, memory: waited }
          const lines = linesOf(agreement, requestOf(amount, { ...at, standing }))
          const share = lines.filter(line => line.party === who && line.tag === 'share')
          const { amount: _, ...rest } = requestOf(0n, at)
          const released =
            totalOf(share) === 0n ? [] : agreement.release({ ...rest, amount: totalOf(share), party: who })
          expect(totalOf(released)).toBe(totalOf(share))
          const all = lines.filter(line => !share.includes(line)).concat(released)
          const never = linesOf(agreement, requestOf(amount, { asset, memory: direct }))
          expect(totalOf(all)).toBe(totalOf(never))
          // What others' clauses pay this party waits too, under its own tag: so only tags can be compared.
          expect(byTag(all)).toEqual(byTag(never))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('answers the same again for the same terms, memory and request', () => {
    fc.assert(
      fc.property(anyTerms, payments, (terms, list) => {
        const run = (): DivisionLine[][] => {
          const agreement = compiled(terms)
          const memory = createMemory()
          return list.map(({ amount, asset, idle }) => [
            ...linesOf(agreement, requestOf(amount, { memory, asset, standing: standingOf(idle) })),
          ])
        }
        expect(run()).toEqual(run())
      }),
    )
  })

  test('moves nothing at the end of a month that is not there, and neither makes nor loses a unit over a year', () => {
    fc.assert(
      fc.property(anyTerms, payments, (terms, list) => {
        const agreement = compiled(terms)
        const memory = createMemory()
        const balances = new Map<string, bigint>()
        const add = (holder: string, by: bigint): void => void balances.set(holder, (balances.get(holder) ?? 0n) + by)
        let total = 0n
        for (let month = 0; month < 40; month++) {
          const period = `${2026 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`
          const paid = list[month]
          total += paid?.amount ?? 0n
          if (paid !== undefined)
            for (const { holder, amount } of linesOf(agreement, requestOf(paid.amount, { memory, period })))
              add(holder, amount)
          const balance = (holder: string): bigint => balances.get(holder) ?? 0n
          const request = { asset: ASSET, period, memory, balance, ended: true, account: () => null }
          const moves = rules.endPeriod(agreement, { ...request, standing: () => 'active' })
          for (const { from, to, amount } of moves) {
            expect(amount > 0n && from !== to).toBe(true)
            add(from, -amount)
            add(to, amount)
          }
          expect([...balances.values()].every(units => units >= 0n)).toBe(true)
          expect([...balances.values()].reduce((sum, units) => sum + units, 0n)).toBe(total)
        }
        // Two years after the last payment no reserve is held back for anybody who may be paid.
        for (const [holder, units] of balances)
          if (holder.startsWith('rsrv:') && units > 0n) {
            const id = holder.split('/')[1]
            expect(terms.parties.find(party => party.id === id)?.key).toBeNull()
          }
      }),
      { numRuns: 150 },
    )
  })
})

describe('however a payment is cut into parts', () => {
  const cuts = fc.array(fc.bigInt({ min: 1n, max: 4_000n }), { minLength: 1, maxLength: 15 })

  test('plain shares stay within one fine unit a receipt of what they give at once', () => {
    fc.assert(
      fc.property(columns, cuts, (shares, parts) => {
        const agreement = compiled(termsOf(shares))
        const once = byTag(linesOf(agreement, requestOf(parts.reduce((sum, part) => sum + part, 0n))))
        const cut = byTag(parts.flatMap(part => [...linesOf(agreement, requestOf(part))]))
        for (const [id] of shares) {
          const off = (cut[`share ${id}`] ?? 0n) - (once[`share ${id}`] ?? 0n)
          expect(off <= BigInt(parts.length) && -off <= BigInt(parts.length)).toBe(true)
        }
      }),
    )
  })

  test('an escalator, a full recoupment and a cap give the same totals exactly', () => {
    fc.assert(
      fc.property(
        cuts,
        fc.bigInt({ min: 1n, max: 9_000n }),
        fc.bigInt({ min: 0n, max: 9_000n }),
        fc.bigInt({ min: 0n, max: 9_000n }),
        fc.integer({ min: 0, max: 10_000 }),
        (parts, above, advance, cap, keeps) => {
          const terms = termsOf([['artist', 10_000]])
          const agreement = compiled({
            ...terms,
            parties: [...terms.parties, ...termsOf([['label', 10_000]]).parties],
            payees: [
              clauses('artist', {
                escalator: {
                  to: 'label',
                  tiers: [
                    { above: 0n, keeps },
                    { above, keeps: 7_777 },
                  ],
                },
                advance: { amount: advance, to: 'label', rate: 10_000 },
                cap: { amount: cap, to: 'label' },
              }),
            ],
          })
          const memory = createMemory()
          const once = byTag(linesOf(agreement, requestOf(parts.reduce((sum, part) => sum + part, 0n))))
          const cut = byTag(parts.flatMap(part => [...linesOf(agreement, requestOf(part, { memory }))]))
          expect(cut).toEqual(once)
          expect((once['recoup label'] ?? 0n) <= advance).toBe(true)
          expect((once['share artist'] ?? 0n) <= cap).toBe(true)
        },
      ),
    )
  })

  test('a gross step, a reserve and a withholding stay within one fine unit a receipt', () => {
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 10_000 }), (parts, rate) => {
        const agreement = compiled(
          termsOf([['artist', 10_000]], {
            gross: [{ kind: 'tax', name: 'vat', party: null, rate, upTo: null }],
          }),
        )
        const once = byTag(linesOf(agreement, requestOf(parts.reduce((sum, part) => sum + part, 0n))))
        const cut = byTag(parts.flatMap(part => [...linesOf(agreement, requestOf(part))]))
        const off = (once.tax ?? 0n) - (cut.tax ?? 0n)
        expect(off >= 0n && off <= BigInt(parts.length)).toBe(true)
      }),
    )
  })

  test('any agreement stays within one fine unit a receipt for each rounding on the way, in any order', () => {
    fc.assert(
      fc.property(
        anyTerms,
        fc.array(fc.bigInt({ min: 1n, max: 4_000_000n }), { minLength: 1, maxLength: 5 }),
        (terms, parts) => {
          const agreement = compiled(terms)
          const totals = (list: readonly bigint[]): Map<string, bigint> => {
            const memory = createMemory()
            return byHolder(list.flatMap(part => [...linesOf(agreement, requestOf(part, { memory }))]))
          }
          const once = totals([parts.reduce((sum, part) => sum + part, 0n)])
          // Each gross step, the shares and five steps of a payee round once; a holder is paid by its share and by others' steps.
          const roundings = BigInt((terms.gross.length + 6) * (terms.payees.length + 1) * (parts.length + 1))
          for (const cut of [totals(parts), totals(parts.toReversed())])
            for (const holder of new Set([...once.keys(), ...cut.keys()])) {
              const off = (cut.get(holder) ?? 0n) - (once.get(holder) ?? 0n)
              expect(off <= roundings && -off <= roundings).toBe(true)
            }
        },
      ),
      { numRuns: 300 },
    )
  })
})
