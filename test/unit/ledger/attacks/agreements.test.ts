import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { ada, bo, DAY_MS, label, openedLog } from '#test/support/ledger-story.ts'
import {
  accomplice,
  acct,
  assetOf,
  clauses,
  forged,
  held,
  MINOR,
  pay,
  person,
  sheet,
  TWO,
  termsOf,
  thief,
} from '#test/support/ledger-thieves.ts'
import { codeOf, must } from '#test/support/ledger-writer.ts'

describe('an amendment that nobody agreed to', () => {
  it('releases no suspended share to the key it names for the party', () => {
    const log = openedLog()
    must(pay(log, 100n))
    const terms = forged(log, log.agreement)
    must(log.order(thief, 'agreement/propose', { terms }))
    log.order(accomplice, 'agreement/sign', { agreement: sha256(terms) })
    expect(held(log, acct(accomplice.publicKey))).toBe(0n)
    must(
      log.order(log.desk, 'agreement/settle', { agreement: log.agreement, party: 'label', account: label.publicKey }),
    )
    expect(held(log, acct(label.publicKey))).toBe(20n * MINOR)
  })

  it('lets nobody dispute a share of the agreement that it would amend', () => {
    const log = openedLog()
    const terms = forged(log, log.agreement)
    must(log.order(thief, 'agreement/propose', { terms }))
    const dispute = { agreement: sha256(terms), party: 'ada', reason: null }
    expect(codeOf(log.order(thief, 'agreement/dispute', dispute))).toBe('not-in-force')
    must(pay(log, 100n))
    expect(held(log, acct(ada.publicKey))).toBe(50n * MINOR)
  })

  it('moves nothing at the end of a month, also when no release names it', () => {
    const log = openedLog()
    const guarantee = { amount: 50n * MINOR, from: 'ada' }
    const inner = encodeTerms(
      sheet('Inner', [person('ada', ada.publicKey), person('label', null)], {
        asset: assetOf(log),
        payees: [clauses('label', { guarantee })],
      }),
    )
    must(log.issue(ada.publicKey, 1_000n))
    must(log.order(ada, 'agreement/propose', { terms: inner }))
    const terms = forged(log, sha256(inner))
    must(log.order(thief, 'agreement/propose', { terms }))
    log.order(accomplice, 'agreement/sign', { agreement: sha256(terms) })
    log.clock.at += 20 * DAY_MS
    must(log.close())
    expect(held(log, acct(accomplice.publicKey))).toBe(0n)
    expect(held(log, acct(ada.publicKey))).toBe(1_000n * MINOR)
  })

  it('cannot be nested, so that nobody counts up the counters of the agreement that it would amend', () => {
    const log = openedLog()
    const advance = { amount: 100n * MINOR, to: 'label', rate: 10_000 }
    const inner = encodeTerms(
      sheet('Inner', [person('ada', ada.publicKey), person('label', label.publicKey)], {
        asset: assetOf(log),
        payees: [clauses('ada', { advance })],
      }),
    )
    must(log.order(ada, 'agreement/propose', { terms: inner }))
    const first = sha256(inner)
    const mine = encodeTerms({
      ...termsOf(log, first),
      previous: first,
      first,
      from: '2026-12',
      parties: [...termsOf(log, first).parties, person('x', thief.publicKey)],
      payees: [clauses('ada', { advance: { ...advance, to: 'x' } })],
    })
    must(log.order(ada, 'agreement/propose', { terms: mine }))
    const outer = sheet('Outer', [person('ada', ada.publicKey)], {
      subject: 'f'.repeat(32),
      master: { weight: 10_000, shares: [{ party: null, agreement: sha256(mine), right: 'all', shares: 10_000 }] },
    })
    expect(codeOf(log.order(log.desk, 'agreement/propose', { terms: encodeTerms(outer) }))).toBe('unknown-agreement')
  })

  it('gives a party who signed it early its suspended share once the others agree', () => {
    const log = openedLog()
    must(pay(log, 100n))
    const terms = termsOf(log, log.agreement)
    const amended = encodeTerms({
      ...terms,
      previous: log.agreement,
      first: log.agreement,
      from: '2026-12',
      parties: terms.parties.map(party => (party.id === 'label' ? { ...party, key: label.publicKey } : party)),
    })
    must(log.order(label, 'agreement/propose', { terms: amended }))
    expect(held(log, acct(label.publicKey))).toBe(0n)
    must(log.order(log.desk, 'agreement/sign', { agreement: sha256(amended) }))
    expect(held(log, acct(label.publicKey))).toBe(20n * MINOR)
    // Until its month comes, the version before still divides, under which this party cannot be paid.
    must(pay(log, 100n))
    expect(held(log, acct(label.publicKey))).toBe(20n * MINOR)
    log.clock.at += 20 * DAY_MS
    must(log.close())
    expect(held(log, acct(label.publicKey))).toBe(40n * MINOR)
  })

  it('that exchanges a nested agreement needs the signature of every party', () => {
    const log = openedLog()
    const inner = encodeTerms(sheet('Inner', [person('bo', bo.publicKey)]))
    const other = encodeTerms(sheet('Other', [person('x', thief.publicKey)]))
    must(log.order(bo, 'agreement/propose', { terms: inner }))
    must(log.order(thief, 'agreement/propose', { terms: other }))
    const subject = 'e'.repeat(32)
    const shares = (nested: Uint8Array) => [
      { party: 'ada', agreement: null, right: 'all' as const, shares: 5_000 },
      { party: null, agreement: sha256(nested), right: 'all' as const, shares: 5_000 },
    ]
    const outer = sheet('Outer', [person('ada', ada.publicKey)], { subject })
    const first = encodeTerms({ ...outer, master: { weight: 10_000, shares: shares(inner) } })
    must(log.order(log.desk, 'agreement/propose', { terms: first }))
    must(log.order(ada, 'agreement/sign', { agreement: sha256(first) }))
    const next = encodeTerms({
      ...outer,
      previous: sha256(first),
      first: sha256(first),
      from: '2026-11',
      master: { weight: 10_000, shares: shares(other) },
    })
    must(log.order(log.desk, 'agreement/propose', { terms: next }))
    expect(log.machine.agreementOf(subject)).toEqual(sha256(first))
    must(log.order(ada, 'agreement/sign', { agreement: sha256(next) }))
    expect(log.machine.agreementOf(subject)).toEqual(sha256(next))
  })

  it.each([null, thief.publicKey])('can neither drop nor exchange the key of a party (%#)', key => {
    const log = openedLog()
    const terms = termsOf(log, log.agreement)
    const parties = terms.parties.map(party => (party.id === 'bo' ? { ...party, key } : party))
    const next = { ...terms, parties, previous: log.agreement, first: log.agreement, from: '2026-12' }
    expect(codeOf(log.order(log.desk, 'agreement/propose', { terms: encodeTerms(next) }))).toBe('bad-amendment')
  })

  it('cannot itself be amended', () => {
    const log = openedLog()
    const terms = forged(log, log.agreement)
    must(log.order(thief, 'agreement/propose', { terms }))
    const again = { ...termsOf(log, sha256(terms)), title: 'Again', previous: sha256(terms), from: '2027-01' }
    const next = log.order(thief, 'agreement/propose', { terms: encodeTerms(again) })
    expect(codeOf(next)).toBe('not-in-force')
  })
})

describe('a signature', () => {
  it('moves nothing but what waited for its own party', () => {
    const log = openedLog()
    const terms = encodeTerms(
      sheet('Two', [person('ada', ada.publicKey), person('bo', bo.publicKey)], { subject: TWO }),
    )
    must(log.order(log.desk, 'agreement/propose', { terms }))
    must(pay(log, 100n, TWO))
    const { postings } = must(log.order(ada, 'agreement/sign', { agreement: sha256(terms) }))
    expect(postings.map(({ party }) => party)).toEqual(['ada', 'ada'])
  })
})
