import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AgreementTerms } from '#protocols/catalog/v1/agreement.ts'
import type { CompiledAgreement } from '#src/ledger/rules.ts'
import { adjustments } from '#src/royalties/adjust.ts'
import { columns } from './terms-arbitraries.ts'
import {
  byHolder,
  clauses,
  compiled,
  createMemory,
  keyOf,
  linesOf,
  party,
  requestOf,
  rules,
  shareOf,
  termsOf,
} from './terms-world.ts'

const trio = [
  ['artist', 4_000],
  ['drummer', 1_000],
  ['label', 5_000],
] as const
const first = termsOf(trio, { payees: [clauses('artist', { advance: { amount: 500n, to: 'label', rate: 10_000 } })] })
const amend = (previous: CompiledAgreement, some: Partial<AgreementTerms>): CompiledAgreement =>
  compiled({ ...first, previous: previous.hash, first: previous.first, from: '2026-12', ...some })
const shares = (artist: number, drummer: number, label: number) => ({
  weight: 10_000,
  shares: [shareOf('artist', artist), shareOf('drummer', drummer), shareOf('label', label)],
})

describe('an amendment', () => {
  const one = compiled(first)

  test.each<[string, Partial<AgreementTerms>, string[]]>([
    ['shares of two', { master: shares(3_500, 1_000, 5_500) }, ['artist', 'label']],
    ['nothing but the title', { title: 'Songs for a Park, again' }, []],
    ['clauses of one with another', { payees: [] }, ['artist', 'label']],
    [
      'the gross',
      { gross: [{ kind: 'tax', name: 'vat', party: null, rate: 1, upTo: null }] },
      ['artist', 'drummer', 'label'],
    ],
    ['the parties', { parties: [...first.parties, party('choir')] }, ['choir']],
  ])('of %s is signed by those whom it concerns', (_, change, signers) => {
    expect(rules.checkAmendment(one, amend(one, change))).toEqual({ ok: true, value: signers })
  })

  test.each<[string, Partial<AgreementTerms>]>([
    ['follows another version', { previous: new Uint8Array(32) }],
    ['names another first version', { first: new Uint8Array(32) }],
    ['is about another release', { subject: 'cd'.repeat(16) }],
    [
      'drops a party',
      {
        parties: [...first.parties.slice(1), party('artiste')],
        payees: [],
        master: { weight: 10_000, shares: [shareOf('label', 10_000)] },
      },
    ],
    ['changes an account', { parties: first.parties.map(who => ({ ...who, key: keyOf('thief') })) }],
  ])('that %s is refused', (_, change) => {
    expect(rules.checkAmendment(one, amend(one, change))).toMatchObject({ ok: false, error: { code: 'bad-amendment' } })
  })

  test('starts later than what it amends', () => {
    const two = amend(one, {})
    expect(
      rules.checkAmendment(two, compiled({ ...first, previous: two.hash, first: one.hash, from: '2026-12' })).ok,
    ).toBe(false)
    expect(
      rules.checkAmendment(two, compiled({ ...first, previous: two.hash, first: one.hash, from: '2027-01' })).ok,
    ).toBe(true)
  })

  test('goes on with what was recouped and set aside before', () => {
    const two = amend(one, { master: shares(5_000, 1_000, 4_000) })
    const memory = createMemory()
    linesOf(one, requestOf(1_000n, { memory }))
    const lines = linesOf(two, requestOf(1_000n, { memory }))
    expect(lines.filter(({ tag }) => tag === 'recoup').map(({ amount }) => amount)).toEqual([100n])
    expect(two.holders('artist')).toEqual(one.holders('artist'))
  })
})

describe('a correction', () => {
  test('moves exactly the difference, and no unit is made or lost', () => {
    fc.assert(
      fc.property(columns, columns, fc.bigInt({ min: 0n, max: 1n << 70n }), (was, right, amount) => {
        const [paid, due] = [
          linesOf(compiled(termsOf(was)), requestOf(amount)),
          linesOf(compiled(termsOf(right)), requestOf(amount)),
        ]
        const balances = byHolder(paid)
        for (const { from, to, amount: moved, tag } of adjustments(paid, due)) {
          expect([moved > 0n, tag]).toEqual([true, 'adjustment'])
          balances.set(from, (balances.get(from) ?? 0n) - moved)
          balances.set(to, (balances.get(to) ?? 0n) + moved)
        }
        const wanted = byHolder(due)
        for (const [holder, units] of balances) expect(units).toBe(wanted.get(holder) ?? 0n)
      }),
    )
  })

  test('of different totals is refused', () => {
    expect(() => adjustments([], [{ holder: 'acct:a', party: 'a', amount: 1n, tag: 'share' }])).toThrow(RangeError)
  })
})
