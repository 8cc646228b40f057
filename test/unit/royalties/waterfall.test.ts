import { describe, expect, test } from 'vitest'
import {
  ASSET,
  byTag,
  clauses,
  compiled,
  createMemory,
  linesOf,
  OTHER_ASSET,
  requestOf,
  termsOf,
  totalOf,
} from './terms-world.ts'

const pair = [
  ['artist', 5_000],
  ['label', 5_000],
] as const

describe('the gross', () => {
  const step = { party: null, upTo: null }
  const agreement = compiled(
    termsOf(pair, {
      gross: [
        { ...step, kind: 'tax', name: 'vat', rate: 1_000 },
        { ...step, kind: 'rail-fee', name: 'card', rate: 200 },
        { ...step, kind: 'distribution-fee', name: 'distribution', rate: 1_500, party: 'label' },
        { ...step, kind: 'cost', name: 'mastering', rate: 5_000, party: 'artist', upTo: 500n },
      ],
    }),
  )

  test('gives up tax, rail fee, distribution fee and costs in this order, each from what is left', () => {
    // 10,000 - 1,000 = 9,000; 2 % = 180 -> 8,820; 15 % = 1,323 -> 7,497; half is 3,748, at most 500 -> 6,997.
    const lines = linesOf(agreement, requestOf(10_000n))
    expect(byTag(lines)).toEqual({
      tax: 1_000n,
      'rail-fee': 180n,
      'distribution-fee label': 1_323n,
      'cost artist': 500n,
      'share artist': 3_499n,
      'share label': 3_498n,
    })
    expect(lines.map(({ holder }) => holder.slice(0, 4))).toEqual(['tax:', 'fee:', 'acct', 'acct', 'acct', 'acct'])
  })

  test('gives up a bounded cost until it is recouped, and nothing of another money', () => {
    const memory = createMemory()
    const costs = [100n, 100n, 1_000n, 1_000n].map(
      amount => byTag(linesOf(agreement, requestOf(amount, { memory })))['cost artist'] ?? 0n,
    )
    // Half of 75, 75 and 749, then what is missing to 500.
    expect(costs).toEqual([38n, 38n, 375n, 49n])
    expect(linesOf(agreement, requestOf(1_000n, { memory, asset: OTHER_ASSET })).map(({ tag }) => tag)).not.toContain(
      'cost',
    )
  })
})

describe('the share of a payee', () => {
  test('is split exactly at the threshold of an escalator', () => {
    const tiers = [
      { above: 0n, keeps: 5_000 },
      { above: 1_000n, keeps: 10_000 },
    ]
    const agreement = compiled(termsOf(pair, { payees: [clauses('artist', { escalator: { to: 'label', tiers } })] }))
    const memory = createMemory()
    // A share of 800, then one of 400 of which half lies below the threshold.
    expect(byTag(linesOf(agreement, requestOf(1_600n, { memory })))['share artist']).toBe(400n)
    expect(byTag(linesOf(agreement, requestOf(800n, { memory })))).toEqual({
      'escalator label': 100n,
      'share artist': 300n,
      'share label': 400n,
    })
    expect(byTag(linesOf(agreement, requestOf(800n, { memory })))['share artist']).toBe(400n)
    expect(byTag(linesOf(agreement, requestOf(800n, { memory, asset: OTHER_ASSET })))['share artist']).toBe(200n)
  })

  test('pays back an advance and no unit more; what is not recouped is no debt', () => {
    const advance = { amount: 500n, to: 'label', rate: 5_000 }
    const agreement = compiled(termsOf(pair, { payees: [clauses('artist', { advance })] }))
    const memory = createMemory()
    const rows = [800n, 1_000n, 1_000n].map(amount => byTag(linesOf(agreement, requestOf(amount, { memory }))))
    expect(rows.map(row => row['recoup label'] ?? 0n)).toEqual([200n, 250n, 50n])
    expect(rows.map(row => row['share artist'])).toEqual([200n, 250n, 450n])
    expect(rows.map(row => row['share label'])).toEqual([400n, 500n, 500n])
    const next = linesOf(agreement, requestOf(1_000n, { memory }))
    expect(byTag(next)).toEqual({ 'share artist': 500n, 'share label': 500n })
  })

  test('is capped, and the rest goes to who is named', () => {
    const agreement = compiled(termsOf(pair, { payees: [clauses('artist', { cap: { amount: 300n, to: 'label' } })] }))
    const memory = createMemory()
    expect(byTag(linesOf(agreement, requestOf(400n, { memory })))['share artist']).toBe(200n)
    expect(byTag(linesOf(agreement, requestOf(400n, { memory })))).toEqual({
      'cap label': 100n,
      'share artist': 100n,
      'share label': 200n,
    })
    expect(byTag(linesOf(agreement, requestOf(400n, { memory })))['share artist']).toBeUndefined()
  })

  test('is reduced by withholding, and held below the payout threshold', () => {
    const terms = termsOf(pair, {
      payees: [clauses('artist', { withholding: { rate: 1_500, name: 'wht', to: null }, threshold: 1_000n })],
    })
    const agreement = compiled(terms)
    const lines = linesOf(agreement, requestOf(400n))
    expect(byTag(lines)).toEqual({ withholding: 30n, 'share artist': 170n, 'share label': 200n })
    expect(lines.map(({ holder }) => holder.slice(0, 5))).toEqual([expect.stringMatching(/^tax:/), 'held:', 'acct:'])
  })

  test('takes its steps in the order of the trade', () => {
    const agreement = compiled(
      termsOf(pair, {
        payees: [
          clauses('artist', {
            escalator: { to: 'label', tiers: [{ above: 0n, keeps: 8_000 }] },
            advance: { amount: 1_000n, to: 'label', rate: 5_000 },
            reserve: { rate: 2_500, periods: 6 },
            cap: { amount: 100n, to: 'label' },
            withholding: { rate: 1_000, name: 'wht', to: null },
          }),
        ],
      }),
    )
    // 500: keeps 400; half recoups 200; a quarter of the rest, 50, is held back; 100 of 150 below the cap; 10 withheld.
    expect(byTag(linesOf(agreement, requestOf(1_000n)))).toEqual({
      'escalator label': 100n,
      'recoup label': 200n,
      'reserve artist': 50n,
      'cap label': 50n,
      withholding: 10n,
      'share artist': 90n,
      'share label': 500n,
    })
  })

  test('waits as a whole in suspense, and takes its steps when it leaves', () => {
    const agreement = compiled(
      termsOf(pair, { payees: [clauses('artist', { advance: { amount: 500n, to: 'label', rate: 10_000 } })] }),
    )
    const memory = createMemory()
    const standing = () => 'unsigned' as const
    const lines = linesOf(agreement, requestOf(1_000n, { memory, standing }))
    expect(byTag(lines)).toEqual({ 'share artist': 500n, 'share label': 500n })
    expect(memory.entries.size).toBe(0)
    const { amount, ...rest } = requestOf(500n, { memory })
    expect(byTag(agreement.release({ ...rest, amount: 200n, party: 'artist' }))).toEqual({ 'recoup label': 200n })
    expect(byTag(agreement.release({ ...rest, amount, party: 'artist' }))).toEqual({
      'recoup label': 300n,
      'share artist': 200n,
    })
    const still = agreement.release({ ...rest, amount, standing, party: 'artist' })
    expect(still.map(({ holder }) => holder)).toEqual([agreement.holders('artist').suspense])
    expect(totalOf(still)).toBe(amount)
  })

  test('in another money passes by every amount, and stays on the first tier', () => {
    const tiers = [
      { above: 0n, keeps: 5_000 },
      { above: 100n, keeps: 10_000 },
    ]
    const amount = 10_000n
    for (const [clause, own, other] of [
      [{ escalator: { to: 'label', tiers } }, 9_950n, 5_000n],
      [{ advance: { amount, to: 'label', rate: 10_000 } }, undefined, amount],
      [{ cap: { amount: 1n, to: 'label' } }, 1n, amount],
    ] as const) {
      const agreement = compiled(termsOf(pair, { payees: [clauses('artist', clause)] }))
      const shareIn = (asset: string) => byTag(linesOf(agreement, requestOf(2n * amount, { asset })))['share artist']
      expect([shareIn(ASSET), shareIn(OTHER_ASSET)]).toEqual([own, other])
    }
    const held = compiled(termsOf(pair, { payees: [clauses('artist', { threshold: 1n })] }))
    const holders = linesOf(held, requestOf(2n, { asset: OTHER_ASSET })).map(({ holder }) => holder.slice(0, 5))
    expect(holders).toEqual(['acct:', 'acct:'])
  })
})
