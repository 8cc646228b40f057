import { sha256 } from '@noble/hashes/sha2.js'
import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import {
  type AgreementTerms,
  decodeTerms,
  encodeTerms,
  type Party,
  type PayeeTerms,
} from '#protocols/catalog/v1/agreement.ts'
import { PARTS_MAX } from '#protocols/ledger/v1/limits.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada, bo, DAY_MS, fan, label, openedLog, RELEASE } from '#test/support/ledger-story.ts'
import { codeOf, type LedgerWriter, must } from '#test/support/ledger-writer.ts'

const MINOR = 10_000_000n
const TWO = '2'.repeat(32)
const thief = testAuthor(40)
const accomplice = testAuthor(41)
const acct = (key: Uint8Array) => `acct:${toText(key, 'base16')}`
const assetOf = (log: LedgerWriter) => `TEST/2/${toText(log.community, 'base16')}`
const held = (log: LedgerWriter, holder: string) => log.machine.balance(holder, assetOf(log))
const pay = (log: LedgerWriter, amount: bigint, release = RELEASE) =>
  log.order(fan, 'value/tip', { amount, asset: log.asset, release, reference: null, use: 'tip' })

function termsOf(log: LedgerWriter, hash: Uint8Array): AgreementTerms {
  const read = decodeTerms(log.machine.agreement(hash)?.terms ?? new Uint8Array(0))
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}

const person = (id: string, key: Uint8Array | null): Party => ({
  id,
  name: id,
  key,
  roles: ['other'],
  ipi: null,
  isni: null,
})

const NO_CLAUSES = {
  escalator: null,
  advance: null,
  reserve: null,
  cap: null,
  guarantee: null,
  withholding: null,
  threshold: null,
}
const clauses = (party: string, own: Partial<PayeeTerms>): PayeeTerms => ({ party, ...NO_CLAUSES, ...own })

/** Terms in which every payee gets the same part of the master. */
function sheet(title: string, parties: readonly Party[], own: Partial<AgreementTerms> = {}): AgreementTerms {
  const shares = parties.map(({ id }, at) => ({
    party: id,
    agreement: null,
    right: 'all' as const,
    shares: at === 0 ? 10_000 - (parties.length - 1) * 100 : 100,
  }))
  return {
    title,
    subject: null,
    previous: null,
    first: null,
    from: null,
    asset: null,
    parties,
    works: [],
    recordings: [],
    gross: [],
    composition: null,
    master: { weight: 10_000, shares },
    payees: [],
    ...own,
  }
}

/** An amendment in which the label, who has no key yet, has the accomplice's, and the thief is a party, too. */
function forged(log: LedgerWriter, previous: Uint8Array): Uint8Array {
  const terms = termsOf(log, previous)
  const parties = terms.parties.map(party => (party.id === 'label' ? { ...party, key: accomplice.publicKey } : party))
  return encodeTerms({
    ...terms,
    previous,
    first: previous,
    from: '2026-12',
    parties: [...parties, person('x', thief.publicKey)],
  })
}

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

describe('a nested agreement that was amended', () => {
  it('asks for a guarantee until the month from which its amendment is in force, not after it', () => {
    const log = openedLog()
    must(log.issue(ada.publicKey, 1_000n))
    const guarantee = { amount: 10n * MINOR, from: 'ada' }
    const parties = [person('ada', ada.publicKey), person('bo', bo.publicKey)]
    const plain = sheet('Inner', parties, { asset: assetOf(log) })
    const first = encodeTerms({ ...plain, payees: [clauses('bo', { guarantee })] })
    const previous = sha256(first)
    const next = encodeTerms({ ...plain, previous, first: previous, from: '2026-12' })
    must(log.order(ada, 'agreement/propose', { terms: first }))
    must(log.order(bo, 'agreement/sign', { agreement: previous }))
    must(log.order(ada, 'agreement/propose', { terms: next }))
    must(log.order(bo, 'agreement/sign', { agreement: sha256(next) }))
    must(log.order(log.desk, 'agreement/sign', { agreement: sha256(next) }))
    for (let month = 0; month < 3; month++) {
      log.clock.at += 31 * DAY_MS
      must(log.close())
      expect(held(log, acct(bo.publicKey))).toBe(10n * MINOR)
    }
  })
})

describe('the end of a month', () => {
  it('comes although a stranger guarantees himself more than can be counted', () => {
    const log = openedLog()
    const guarantee = { amount: (1n << 64n) - 1n, from: 'y' }
    const terms = encodeTerms(
      sheet('Bomb', [person('x', thief.publicKey), person('y', accomplice.publicKey)], {
        asset: assetOf(log),
        payees: [clauses('x', { guarantee })],
      }),
    )
    must(log.order(thief, 'agreement/propose', { terms }))
    must(log.order(accomplice, 'agreement/sign', { agreement: sha256(terms) }))
    for (let month = 0; month < 4; month++) {
      log.clock.at += 31 * DAY_MS
      must(log.close())
    }
    must(pay(log, 100n))
  })

  it('moves nothing of an agreement that is refused half-way, and says so', () => {
    const log = openedLog()
    const other = { ...log.asset, code: 'AAA' }
    must(log.order(log.desk, 'value/issue', { account: fan.publicKey, amount: 100n, asset: other, reference: null }))
    const terms = encodeTerms(
      sheet('Half', [person('x', thief.publicKey), person('y', accomplice.publicKey)], {
        subject: TWO,
        asset: assetOf(log),
        payees: [
          clauses('x', {
            reserve: { rate: 10_000, periods: 1 },
            guarantee: { amount: (1n << 64n) - 1n, from: 'y' },
          }),
        ],
      }),
    )
    must(log.order(log.desk, 'agreement/propose', { terms }))
    for (const party of [thief, accomplice]) must(log.order(party, 'agreement/sign', { agreement: sha256(terms) }))
    const tip = { amount: 100n, asset: other, release: TWO, reference: null, use: 'tip' as const }
    must(log.order(fan, 'value/tip', tip))
    for (let month = 0; month < 2; month++) {
      log.clock.at += 31 * DAY_MS
      expect(must(log.close()).postings).toEqual([])
    }
    expect(log.machine.balance(acct(thief.publicKey), assetOf(log).replace('TEST', 'AAA'))).toBe(0n)
  })

  it('can still be closed when parts of it were closed as often as a month allows', () => {
    const log = openedLog()
    for (let part = 0; part < PARTS_MAX; part++) must(log.close())
    expect(codeOf(log.close())).toBe('wrong-period')
    log.clock.at += 20 * DAY_MS
    must(log.close())
    must(pay(log, 100n))
  })

  it('draws a guarantee from nobody who did not sign it with a key of its own', () => {
    const log = openedLog()
    const victim = testAuthor(42)
    must(log.issue(victim.publicKey, 1_000n))
    const guarantee = { amount: 900n * MINOR, from: 'payer' }
    const terms = encodeTerms(
      sheet('Trap', [person('x', thief.publicKey), person('payer', null)], {
        asset: assetOf(log),
        payees: [clauses('x', { guarantee })],
      }),
    )
    must(log.order(thief, 'agreement/propose', { terms }))
    const agreement = sha256(terms)
    must(log.order(log.desk, 'agreement/settle', { agreement, party: 'payer', account: victim.publicKey }))
    log.clock.at += 20 * DAY_MS
    must(log.close())
    expect(held(log, acct(victim.publicKey))).toBe(1_000n * MINOR)
    expect(held(log, acct(thief.publicKey))).toBe(0n)
  })
})
