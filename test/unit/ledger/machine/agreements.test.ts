import { sha256 } from '@noble/hashes/sha2.js'
import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { type AgreementTerms, decodeTerms, encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada, bandTerms, bo, DAY_MS, fan, label, openedLog, RELEASE } from '#test/support/ledger-story.ts'
import { codeOf, createLedgerWriter, type LedgerWriter, must } from '#test/support/ledger-writer.ts'

const MINOR = 10_000_000n
const acct = (key: Uint8Array) => `acct:${toText(key, 'base16')}`
const assetOf = (log: LedgerWriter) => `TEST/2/${toText(log.community, 'base16')}`
const held = (log: LedgerWriter, holder: string) => log.machine.balance(holder, assetOf(log))
const suspended = (log: LedgerWriter) =>
  [...log.machine.balances()].filter(({ holder }) => holder.startsWith('susp:')).map(({ amount }) => amount)

function proposed() {
  const log = createLedgerWriter()
  must(log.genesis())
  must(log.issue(fan.publicKey, 1_000n))
  const terms = bandTerms()
  must(log.order(log.desk, 'agreement/propose', { terms }))
  return { ...log, agreement: sha256(terms) }
}
const tip = (log: LedgerWriter, amount = 100n) =>
  log.order(fan, 'value/tip', { amount, asset: log.asset, release: RELEASE, reference: null, use: 'tip' })

/** The next version: half as much for Ada, twice as much for the label, from the next month. */
function amendment(log: LedgerWriter, previous: Uint8Array, from = '2026-12'): Uint8Array {
  const read = decodeTerms(log.machine.agreement(previous)?.terms ?? previous)
  if (!read.ok) throw new Error(read.error.message)
  const terms = read.value
  const shares = terms.master?.shares.map(share =>
    share.party === 'ada' ? { ...share, shares: 3_000 } : share.party === 'label' ? { ...share, shares: 4_000 } : share,
  )
  const master = terms.master === null ? null : { ...terms.master, shares: shares ?? [] }
  return encodeTerms({ ...terms, master, previous, first: previous, from } as AgreementTerms)
}

describe('an agreement', () => {
  it('pays who signed, keeps the others in suspense, and pays them when they sign', () => {
    const log = proposed()
    must(log.order(ada, 'agreement/sign', { agreement: log.agreement }))
    must(tip(log))
    expect(held(log, acct(ada.publicKey))).toBe(50n * MINOR)
    expect(suspended(log).sort()).toEqual([20n * MINOR, 30n * MINOR].sort())
    expect(log.machine.agreement(log.agreement)?.active).toBe(false)
    must(log.order(bo, 'agreement/sign', { agreement: log.agreement }))
    expect(held(log, acct(bo.publicKey))).toBe(30n * MINOR)
    expect(log.machine.agreement(log.agreement)?.active).toBe(true)
  })

  it('pays a party without a key once the community has settled its account', () => {
    const log = proposed()
    must(tip(log))
    const settle = { agreement: log.agreement, party: 'label', account: label.publicKey }
    must(log.order(log.desk, 'agreement/settle', settle))
    expect(held(log, acct(label.publicKey))).toBe(20n * MINOR)
    must(tip(log))
    expect(held(log, acct(label.publicKey))).toBe(40n * MINOR)
  })

  it('holds a disputed share back, and pays it when the dispute is settled', () => {
    const log = openedLog()
    must(log.order(ada, 'agreement/dispute', { agreement: log.agreement, party: 'bo', reason: null }))
    const again = { agreement: log.agreement, party: 'bo', reason: null }
    expect(codeOf(log.order(ada, 'agreement/dispute', again))).toBe('already-disputed')
    must(tip(log))
    expect(held(log, acct(bo.publicKey))).toBe(0n)
    const settle = { agreement: log.agreement, party: 'bo', account: bo.publicKey }
    must(log.order(log.desk, 'agreement/settle', settle))
    expect(held(log, acct(bo.publicKey))).toBe(30n * MINOR)
  })

  it('binds its release only once the community stands by it', () => {
    const log = createLedgerWriter()
    must(log.genesis())
    must(log.issue(fan.publicKey, 1_000n))
    const terms = bandTerms()
    must(log.order(ada, 'agreement/propose', { terms }))
    must(log.order(bo, 'agreement/sign', { agreement: sha256(terms) }))
    expect(codeOf(tip(log))).toBe('unknown-agreement')
    must(log.order(log.desk, 'agreement/sign', { agreement: sha256(terms) }))
    expect(codeOf(tip(log))).toBe('ok')
    expect(log.machine.agreementOf(RELEASE)).toEqual(sha256(terms))
  })

  it('is replaced by an amendment that all affected signed, from its month on', () => {
    const log = openedLog()
    const terms = amendment(log, log.agreement)
    const next = sha256(terms)
    must(log.order(log.desk, 'agreement/propose', { terms }))
    expect(log.machine.agreementOf(RELEASE)).toEqual(log.agreement)
    must(log.order(ada, 'agreement/sign', { agreement: next }))
    must(tip(log))
    expect(held(log, acct(ada.publicKey))).toBe(50n * MINOR)
    expect(log.machine.agreementOf(RELEASE)).toEqual(log.agreement)
    log.clock.at += 20 * DAY_MS
    must(log.close())
    expect(log.machine.agreementOf(RELEASE)).toEqual(next)
    must(tip(log))
    expect(held(log, acct(ada.publicKey))).toBe(80n * MINOR)
    expect(held(log, acct(bo.publicKey))).toBe(60n * MINOR)
  })

  it('is not replaced while one who is affected has not signed', () => {
    const log = openedLog()
    const terms = amendment(log, log.agreement)
    must(log.order(log.desk, 'agreement/propose', { terms }))
    log.clock.at += 20 * DAY_MS
    must(log.close())
    expect(log.machine.agreementOf(RELEASE)).toEqual(log.agreement)
  })

  it('is amended once: who comes second must amend the amendment', () => {
    const log = openedLog()
    const [first, second] = [amendment(log, log.agreement), amendment(log, log.agreement, '2027-01')]
    must(log.order(log.desk, 'agreement/propose', { terms: first }))
    must(log.order(log.desk, 'agreement/propose', { terms: second }))
    must(log.order(ada, 'agreement/sign', { agreement: sha256(first) }))
    expect(codeOf(log.order(ada, 'agreement/sign', { agreement: sha256(second) }))).toBe('bad-amendment')
  })

  it('is amended only from one that is known', () => {
    const log = openedLog()
    const read = decodeTerms(bandTerms())
    const nowhere = new Uint8Array(32).fill(9)
    const terms = read.ok ? encodeTerms({ ...read.value, previous: nowhere, first: nowhere, from: '2026-12' }) : nowhere
    expect(codeOf(log.order(log.desk, 'agreement/propose', { terms }))).toBe('unknown-agreement')
  })

  it('is refused when its shares do not make a whole', () => {
    const log = openedLog()
    const read = decodeTerms(bandTerms('Other'))
    const shares = read.ok ? (read.value.master?.shares.slice(1) ?? []) : []
    const terms = read.ok
      ? encodeTerms({ ...read.value, master: { weight: 10_000, shares } } as AgreementTerms)
      : fan.publicKey
    expect(['shares-not-whole', 'bad-terms']).toContain(codeOf(log.order(log.desk, 'agreement/propose', { terms })))
    expect(testAuthor(1).publicKey).toEqual(log.community)
  })
})
