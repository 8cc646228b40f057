import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { type AgreementTerms, encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { hex } from '#src/royalties/holders.ts'
import { testAuthor } from '#test/support/author.ts'
import { codeOf, createLedgerWriter, must } from '#test/support/ledger-writer.ts'
import { clauses, party, RELEASE, termsOf, UNIT } from './terms-world.ts'

const fan = testAuthor(2)
const artist = testAuthor(3)
const label = testAuthor(4)
const DECEMBER = Date.UTC(2026, 11, 5)

/** A log in which a fan holds 1,000.00, and terms of an artist and a label with clauses in its money. */
function open(some: Partial<AgreementTerms> = {}) {
  const log = createLedgerWriter()
  must(log.genesis())
  must(log.issue(fan.publicKey, 100_000n))
  const asset = `TEST/2/${hex(log.community)}`
  const pair = [
    ['artist', 6_000],
    ['label', 4_000],
  ] as const
  const terms = termsOf(pair, {
    asset,
    parties: [party('artist', artist.publicKey), party('label', label.publicKey)],
    payees: [
      clauses('artist', {
        advance: { amount: 20n * UNIT, to: 'label', rate: 5_000 },
        reserve: { rate: 2_000, periods: 1 },
      }),
    ],
    ...some,
  })
  const bytes = encodeTerms(terms)
  const agreement = sha256(bytes)
  must(log.order(log.desk, 'agreement/propose', { terms: bytes }))
  const of = (holder: string): bigint => log.machine.balance(holder, asset)
  return {
    log,
    terms,
    agreement,
    of,
    artist: () => of(`acct:${hex(artist.publicKey)}`),
    label: () => of(`acct:${hex(label.publicKey)}`),
    waits: (id: string) => of(`susp:${hex(agreement)}/${id}`),
    tip: (amount: bigint) =>
      must(log.order(fan, 'value/tip', { amount, asset: log.asset, release: RELEASE, reference: null, use: 'tip' })),
    total: () => [...log.machine.balances()].reduce((sum, { amount }) => sum + amount, 0n),
  }
}

describe('an agreement in the log', () => {
  test('lets unsigned shares wait, and runs them through their clauses when they are signed', () => {
    const { log, agreement, tip, artist: has, label: labelHas, waits, of, total } = open()
    tip(10_000n)
    expect([waits('artist'), waits('label')]).toEqual([60n * UNIT, 40n * UNIT])
    must(log.order(label, 'agreement/sign', { agreement }))
    expect([waits('label'), labelHas()]).toEqual([0n, 40n * UNIT])
    must(log.order(artist, 'agreement/sign', { agreement }))
    // Of 60: half pays back at most 20 of the advance; a fifth of the remaining 40 is held back.
    expect([waits('artist'), has(), labelHas()]).toEqual([0n, 32n * UNIT, 60n * UNIT])
    expect(of(`rsrv:${hex(agreement)}/artist`)).toBe(8n * UNIT)
    tip(1_000n)
    expect(has()).toBe(32n * UNIT + (6n * UNIT * 8_000n) / 10_000n)
    expect(total()).toBe(0n)
  })

  test('holds one disputed share while the other is paid, until the community settles it', () => {
    const { log, agreement, tip, artist: has, label: labelHas, waits } = open({ payees: [] })
    must(log.order(artist, 'agreement/sign', { agreement }))
    must(log.order(label, 'agreement/sign', { agreement }))
    must(log.order(label, 'agreement/dispute', { agreement, party: 'artist', reason: null }))
    tip(1_000n)
    expect([has(), waits('artist'), labelHas()]).toEqual([0n, 6n * UNIT, 4n * UNIT])
    must(log.order(log.desk, 'agreement/settle', { agreement, party: 'artist', account: artist.publicKey }))
    expect([has(), waits('artist')]).toEqual([6n * UNIT, 0n])
  })

  test('releases a reserve when the month in which it is due is closed', () => {
    const { log, agreement, tip, artist: has, of, total } = open()
    must(log.order(label, 'agreement/sign', { agreement }))
    must(log.order(artist, 'agreement/sign', { agreement }))
    tip(10_000n)
    log.clock.at = DECEMBER
    must(log.close())
    expect(has()).toBe(32n * UNIT)
    log.clock.at = Date.UTC(2027, 0, 2)
    must(log.close())
    expect([has(), of(`rsrv:${hex(agreement)}/artist`), total()]).toEqual([40n * UNIT, 0n, 0n])
  })

  test('is amended from a month on, by those whom it concerns, and goes on recouping where it was', () => {
    const { log, terms, agreement, tip, artist: has, label: labelHas } = open()
    must(log.order(label, 'agreement/sign', { agreement }))
    must(log.order(artist, 'agreement/sign', { agreement }))
    tip(1_000n)
    // 6.00: half recoups 3.00; a fifth of the rest, 0.60, is held back.
    expect([has(), labelHas()]).toEqual([24n * (UNIT / 10n), 7n * UNIT])
    const amended = encodeTerms({
      ...terms,
      previous: agreement,
      first: agreement,
      from: '2026-12',
      master: {
        weight: 10_000,
        shares: (terms.master?.shares ?? []).map(share => ({ ...share, shares: 5_000 })),
      },
    })
    const next = sha256(amended)
    must(log.order(log.desk, 'agreement/propose', { terms: amended }))
    must(log.order(label, 'agreement/sign', { agreement: next }))
    expect(hex(log.machine.agreementOf(RELEASE) ?? next)).toBe(hex(agreement))
    must(log.order(artist, 'agreement/sign', { agreement: next }))
    expect(hex(log.machine.agreementOf(RELEASE) ?? next)).toBe(hex(agreement))
    log.clock.at = DECEMBER
    must(log.close())
    const before = labelHas()
    expect(hex(log.machine.agreementOf(RELEASE) ?? agreement)).toBe(hex(next))
    tip(10_000n)
    // Half of 50.00 would recoup 25.00; 17.00 of the advance are open.
    expect(labelHas() - before).toBe(67n * UNIT)
  })

  test.each<[string, Partial<AgreementTerms>]>([
    ['shares-not-whole', { master: null }],
    ['unknown-party', { gross: [{ kind: 'tax', name: 'vat', party: 'stranger', rate: 1, upTo: null }] }],
    ['bad-amendment', { from: '2026-12', previous: new Uint8Array(32), first: null }],
  ])('is refused as %s before anything is written', (code, change) => {
    const { log, terms } = open()
    const size = log.machine.size
    const bytes = encodeTerms({ ...terms, ...change })
    expect(codeOf(log.order(log.desk, 'agreement/propose', { terms: bytes }))).toBe(code)
    expect(log.machine.size).toBe(size)
  })
})
