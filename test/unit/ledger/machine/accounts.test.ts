import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { testAuthor } from '#test/support/author.ts'
import { ada, bo, fan, label, openedLog, RELEASE } from '#test/support/ledger-story.ts'
import { codeOf, type LedgerWriter, must, NOON } from '#test/support/ledger-writer.ts'

const second = testAuthor(50)
const third = testAuthor(51)
const DELAY_MS = 60_000

const tip = (log: LedgerWriter) => ({
  amount: 1n,
  asset: log.asset,
  release: RELEASE,
  reference: null,
  use: 'tip' as const,
})

function guarded() {
  const log = openedLog()
  must(
    log.order(fan, 'account/open', {
      next: sha256(second.publicKey),
      guardians: [ada.publicKey, bo.publicKey, label.publicKey],
      threshold: 2,
      delayMs: DELAY_MS,
    }),
  )
  return log
}
const wish = (key: Uint8Array) => ({ account: fan.publicKey, key, next: null })

describe('an account with an announced next key', () => {
  it('goes over to that key, and the old one signs for nothing any more', () => {
    const log = guarded()
    must(log.order(second, 'account/rotate', { account: fan.publicKey, next: sha256(third.publicKey) }))
    expect(codeOf(log.order(fan, 'value/tip', tip(log)))).toBe('retired-key')
    must(log.order(second, 'value/tip', tip(log)))
    must(log.order(third, 'account/rotate', { account: fan.publicKey, next: null }))
    expect(codeOf(log.order(second, 'value/tip', tip(log)))).toBe('retired-key')
    must(log.order(third, 'value/tip', tip(log)))
    expect(log.machine.account(second.publicKey)).toMatchObject({ account: fan.publicKey, key: third.publicKey })
    expect(codeOf(log.order(testAuthor(52), 'account/rotate', { account: fan.publicKey, next: null }))).toBe(
      'wrong-key',
    )
  })

  it('gets what is sent to any of its keys', () => {
    const log = guarded()
    must(log.order(second, 'account/rotate', { account: fan.publicKey, next: null }))
    const before = log.machine.account(second.publicKey)
    must(log.issue(second.publicKey, 7n))
    must(log.issue(fan.publicKey, 1n))
    const { asset } = [...log.machine.balances()][0] ?? { asset: '' }
    const hex = (key: Uint8Array) => [...key].map(byte => byte.toString(16).padStart(2, '0')).join('')
    expect(log.machine.balance(`acct:${hex(before.account)}`, asset)).toBe(10_008n * 10_000_000n)
    expect(log.machine.balance(`acct:${hex(second.publicKey)}`, asset)).toBe(0n)
  })

  it('does not take over a key that somebody uses', () => {
    const log = openedLog()
    must(log.order(fan, 'account/open', { next: sha256(ada.publicKey), guardians: [], threshold: 0, delayMs: 0 }))
    expect(codeOf(log.order(ada, 'account/rotate', { account: fan.publicKey, next: null }))).toBe('key-taken')
  })

  it('sets its keys and guardians once', () => {
    const log = guarded()
    const again = { next: null, guardians: [], threshold: 0, delayMs: 0 }
    expect(codeOf(log.order(fan, 'account/open', again))).toBe('account-open')
  })
})

describe('an account with guardians', () => {
  it('is recovered when enough of them agree, and only after the delay', () => {
    const log = guarded()
    must(log.order(ada, 'account/recover', wish(third.publicKey)))
    must(log.order(bo, 'account/recover', wish(testAuthor(53).publicKey)))
    log.clock.at += 2 * DELAY_MS
    expect(codeOf(log.order(fan, 'value/tip', tip(log)))).toBe('ok')
    must(log.order(label, 'account/recover', wish(third.publicKey)))
    const takeOver = { account: fan.publicKey, next: null }
    log.clock.at += DELAY_MS - 1
    expect(codeOf(log.order(third, 'account/rotate', takeOver))).toBe('wrong-key')
    expect(codeOf(log.order(fan, 'value/tip', tip(log)))).toBe('ok')
    log.clock.at += 1
    expect(codeOf(log.order(fan, 'value/tip', tip(log)))).toBe('retired-key')
    must(log.order(third, 'account/rotate', takeOver))
    must(log.order(third, 'value/tip', tip(log)))
    expect(log.machine.account(fan.publicKey).key).toEqual(third.publicKey)
  })

  it('is not recovered by one guardian who asks often', () => {
    const log = guarded()
    for (let i = 0; i < 4; i++) must(log.order(ada, 'account/recover', wish(third.publicKey)))
    log.clock.at += 2 * DELAY_MS
    expect(codeOf(log.order(third, 'account/rotate', { account: fan.publicKey, next: null }))).toBe('wrong-key')
    expect(codeOf(log.order(fan, 'value/tip', tip(log)))).toBe('ok')
  })

  it('keeps its key when the owner cancels in time, or rotates', () => {
    for (const stop of [
      (log: LedgerWriter) => log.order(fan, 'account/cancel', {}),
      (log: LedgerWriter) => log.order(second, 'account/rotate', { account: fan.publicKey, next: null }),
    ]) {
      const log = guarded()
      must(log.order(ada, 'account/recover', wish(third.publicKey)))
      must(log.order(bo, 'account/recover', wish(third.publicKey)))
      must(stop(log))
      log.clock.at += 2 * DELAY_MS
      must(log.commit())
      expect(log.machine.account(fan.publicKey).key).not.toEqual(third.publicKey)
      // The key that was not needed is anybody's again.
      expect(log.machine.account(third.publicKey).account).toEqual(third.publicKey)
    }
  })

  it('gives guardians no hold on a key that never asked for it', () => {
    const log = guarded()
    must(log.order(ada, 'account/recover', wish(third.publicKey)))
    must(log.order(bo, 'account/recover', wish(third.publicKey)))
    log.clock.at += 2 * DELAY_MS
    must(log.issue(third.publicKey, 5n))
    expect(log.machine.account(third.publicKey).account).toEqual(third.publicKey)
    must(log.order(third, 'value/tip', tip(log)))
    expect(codeOf(log.order(third, 'account/rotate', { account: fan.publicKey, next: null }))).toBe('key-taken')
  })

  it('cannot be recovered to a key in use', () => {
    expect(codeOf(guarded().order(ada, 'account/recover', wish(bo.publicKey)))).toBe('key-taken')
  })

  it('takes effect in every copy at the same entry: by the time of entries alone', () => {
    const log = guarded()
    must(log.order(ada, 'account/recover', wish(third.publicKey)))
    must(log.order(bo, 'account/recover', wish(third.publicKey)))
    expect(log.machine.account(fan.publicKey).key).toEqual(fan.publicKey)
    log.clock.at = NOON + DELAY_MS
    must(log.issue(ada.publicKey, 1n))
    expect(log.machine.account(fan.publicKey).key).toEqual(third.publicKey)
  })
})
