import { sha256 } from '@noble/hashes/sha2.js'
import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { testAuthor } from '#test/support/author.ts'
import { bandTerms, bo, fan, openedLog, RELEASE } from '#test/support/ledger-story.ts'
import { codeOf, createLedgerWriter, type LedgerWriter, must } from '#test/support/ledger-writer.ts'

const MINOR = 10_000_000n
const thief = testAuthor(40)
const guardian = testAuthor(41)
const newcomer = testAuthor(42)
const acct = (key: Uint8Array) => `acct:${toText(key, 'base16')}`
const held = (log: LedgerWriter, holder: string) =>
  log.machine.balance(holder, `TEST/2/${toText(log.community, 'base16')}`)

/** The thief's guardian claims the key of somebody who has no account here yet. */
function claim(log: LedgerWriter, key: Uint8Array, delayMs: number) {
  must(log.order(thief, 'account/open', { next: null, guardians: [guardian.publicKey], threshold: 1, delayMs }))
  log.order(guardian, 'account/recover', { account: thief.publicKey, key, next: null })
}

describe("a newcomer's key that somebody else's guardian names", () => {
  it.each([0, 1_000_000])('still receives its own money, %i ms of delay', delay => {
    const log = openedLog()
    claim(log, newcomer.publicKey, delay)
    must(log.issue(newcomer.publicKey, 100n))
    must(log.order(newcomer, 'value/redeem', { amount: 1n, asset: log.asset, reference: null }))
    expect(held(log, acct(newcomer.publicKey))).toBe(99n * MINOR)
    expect(held(log, acct(thief.publicKey))).toBe(0n)
  })

  it('is still the only one to sign for its party', () => {
    const log = createLedgerWriter()
    must(log.genesis())
    must(log.issue(fan.publicKey, 1_000n))
    const terms = bandTerms('Night Bus', new Map([['Ada', newcomer.publicKey]]))
    const agreement = sha256(terms)
    must(log.order(log.desk, 'agreement/propose', { terms }))
    must(log.order(fan, 'value/tip', { amount: 100n, asset: log.asset, release: RELEASE, reference: null, use: 'tip' }))
    claim(log, newcomer.publicKey, 1_000_000)
    expect(codeOf(log.order(thief, 'agreement/sign', { agreement }))).toBe('wrong-party')
    must(log.order(newcomer, 'agreement/sign', { agreement }))
    expect(held(log, acct(newcomer.publicKey))).toBe(50n * MINOR)
  })
})

describe('a recovery', () => {
  const opened = (log: LedgerWriter) => {
    must(log.order(fan, 'account/open', { next: null, guardians: [bo.publicKey], threshold: 1, delayMs: 1_000 }))
    must(log.order(bo, 'account/recover', { account: fan.publicKey, key: newcomer.publicKey, next: null }))
  }

  it('is taken up by the new key itself, and not before the delay is over', () => {
    const log = openedLog()
    opened(log)
    const rotate = { account: fan.publicKey, next: null }
    log.clock.at += 999
    expect(codeOf(log.order(newcomer, 'account/rotate', rotate))).toBe('wrong-key')
    log.clock.at += 1
    expect(codeOf(log.order(thief, 'account/rotate', rotate))).toBe('wrong-key')
    must(log.order(newcomer, 'account/rotate', rotate))
    must(log.order(newcomer, 'value/redeem', { amount: 1n, asset: log.asset, reference: null }))
    expect(codeOf(log.order(fan, 'value/redeem', { amount: 1n, asset: log.asset, reference: null }))).toBe(
      'retired-key',
    )
    expect(codeOf(log.order(newcomer, 'account/rotate', rotate))).toBe('key-taken')
  })

  it('can be replaced by another while its key does not answer', () => {
    const log = openedLog()
    opened(log)
    log.clock.at += 5_000
    const other = testAuthor(43)
    must(log.order(bo, 'account/recover', { account: fan.publicKey, key: other.publicKey, next: null }))
    log.clock.at += 1_000
    const rotate = { account: fan.publicKey, next: null }
    expect(codeOf(log.order(newcomer, 'account/rotate', rotate))).toBe('wrong-key')
    must(log.order(other, 'account/rotate', rotate))
  })

  it("cannot be to the community's own key, nor can that key take an account over", () => {
    const log = createLedgerWriter()
    must(log.genesis())
    const policy = { next: sha256(log.desk.publicKey), guardians: [bo.publicKey], threshold: 1, delayMs: 0 }
    must(log.order(fan, 'account/open', policy))
    const account = fan.publicKey
    expect(codeOf(log.order(bo, 'account/recover', { account, key: log.community, next: null }))).toBe('key-taken')
    expect(codeOf(log.order(log.desk, 'account/rotate', { account, next: null }))).toBe('key-taken')
  })

  it('is not needed by a key that is the current one already', () => {
    const log = createLedgerWriter()
    must(log.genesis())
    expect(codeOf(log.order(newcomer, 'account/rotate', { account: newcomer.publicKey, next: null }))).toBe('wrong-key')
  })

  it('names the account by its first key, whichever key it has now', () => {
    const log = openedLog()
    const [second, third] = [testAuthor(44), testAuthor(45)]
    const policy = { next: sha256(second.publicKey), guardians: [], threshold: 0, delayMs: 0 }
    must(log.order(fan, 'account/open', policy))
    const next = sha256(third.publicKey)
    must(log.order(second, 'account/rotate', { account: fan.publicKey, next }))
    const named = { account: second.publicKey, next: null }
    expect(codeOf(log.order(third, 'account/rotate', named))).toBe('wrong-key')
    must(log.order(third, 'account/rotate', { account: fan.publicKey, next: null }))
  })
})
