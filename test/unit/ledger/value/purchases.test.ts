import { describe, expect, it } from 'vitest'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'
import type { TestAuthor } from '#test/support/author.ts'
import { ada, bo, DAY_MS, RELEASE } from '#test/support/ledger-story.ts'
import { codeOf, must } from '#test/support/ledger-writer.ts'
import {
  assetOf,
  CENT,
  createValueLog,
  DESKS,
  fanOf,
  hexOf,
  openTown,
  type ValueLog,
} from '#test/support/value-logs.ts'

const fan = fanOf(0)
const friend = fanOf(1)

function shop(): ValueLog {
  const [log] = openTown(1) as [ValueLog]
  return log
}
const buy = (log: ValueLog, amount = 100n, account = fan.publicKey) =>
  must(log.order(fan, 'value/gift', { account, amount, asset: log.asset, release: RELEASE, reference: null })).index
const dispute = (log: ValueLog, receipt: number, by = fan) => log.order(by, 'value/dispute', { receipt, reason: null })
const refund = (log: ValueLog, receipt: number, by = log.desk) =>
  log.order(by, 'value/refund', { receipt, reference: null })

describe('a purchase', () => {
  it('for oneself or somebody else is divided like any payment, and remembered', () => {
    const log = shop()
    const index = buy(log, 100n, friend.publicKey)
    expect([log.holds(fan.publicKey), log.holds(ada.publicKey), log.holds(friend.publicKey)]).toEqual([
      9_900n * CENT,
      60n * CENT,
      0n,
    ])
    expect(log.machine.bought(index)).toMatchObject({ payer: fan.publicKey, period: '2026-11', disputed: false })
    expect([...log.machine.purchases()].map(one => one.index)).toEqual([index])
  })

  it('is disputed by who paid for it, once', () => {
    const log = shop()
    const index = buy(log)
    expect(codeOf(dispute(log, index, friend))).toBe('wrong-party')
    expect(codeOf(dispute(log, index + 1))).toBe('unknown-receipt')
    must(dispute(log, index))
    expect(codeOf(dispute(log, index))).toBe('already-disputed')
    expect(log.holds(ada.publicKey)).toBe(60n * CENT)
  })

  it('is taken back whole: everybody gives back what they got, by an entry of its own', () => {
    const log = shop()
    const index = buy(log)
    expect(codeOf(refund(log, index, fan))).toBe('not-the-desk')
    must(refund(log, index))
    expect([log.holds(fan.publicKey), log.holds(ada.publicKey), log.holds(bo.publicKey)]).toEqual([
      10_000n * CENT,
      0n,
      0n,
    ])
    expect(codeOf(refund(log, index))).toBe('unknown-receipt')
    expect(codeOf(dispute(log, index))).toBe('unknown-receipt')
  })

  it('is not taken back in part: who spent it is named, and nothing moves', () => {
    const log = shop()
    const index = buy(log)
    must(log.order(bo, 'value/redeem', { amount: 1n, asset: log.asset, reference: null }))
    const root = log.machine.stateRoot()
    const refused = refund(log, index)
    expect(codeOf(refused)).toBe('insufficient-balance')
    expect(log.machine.stateRoot()).toEqual(root)
    must(log.issue(bo.publicKey, 1n))
    must(refund(log, index))
  })

  it('returns to the account, whatever its key is by then', () => {
    const log = shop()
    const next = fanOf(2)
    const index = buy(log)
    must(
      log.order(fan, 'account/open', {
        next: log.init.hasher.sha256(next.publicKey),
        guardians: [],
        threshold: 0,
        delayMs: 0,
      }),
    )
    must(log.order(next, 'account/rotate', { account: fan.publicKey, next: null }))
    expect(codeOf(dispute(log, index))).toBe('retired-key')
    must(dispute(log, index, next))
    must(refund(log, index))
    expect(log.holds(fan.publicKey)).toBe(10_000n * CENT)
  })

  it('can be taken back until the end of the next month, and longer when it was disputed', () => {
    const log = shop()
    const [first, second] = [buy(log), buy(log)]
    must(dispute(log, second))
    log.clock.at += 30 * DAY_MS
    must(log.close())
    expect(log.machine.bought(first)).not.toBeNull()
    log.clock.at += 31 * DAY_MS
    must(log.close())
    expect([log.machine.bought(first), codeOf(refund(log, first))]).toEqual([null, 'unknown-receipt'])
    must(refund(log, second))
  })

  it('is not refunded by another receipt, other lines, or one that was no purchase', () => {
    const log = shop()
    const [index, other] = [buy(log), buy(log, 50n)]
    const tip = must(
      log.order(fan, 'value/tip', { amount: 5n, asset: log.asset, release: RELEASE, reference: null, use: 'purchase' }),
    )
    expect(codeOf(refund(log, tip.index))).toBe('unknown-receipt')
    const order = log.envelope(log.desk, 'value/refund', { receipt: index, reference: null })
    const show = (receipt: number, lines: Uint8Array) =>
      log.machine.fromOrder(order, log.clock.at, () => ({ entry: log.leaf(receipt), lines }))
    const lines = encodeLines([{ holder: `acct:${'00'.repeat(32)}`, party: '', amount: 1n, tag: 'share' }])
    expect(codeOf(show(other, lines))).toBe('bad-leaf')
    expect(codeOf(show(index, lines))).toBe('bad-split')
    expect(codeOf(log.machine.fromOrder(order, log.clock.at))).toBe('unknown-receipt')
    // The same in an entry that a sequencer made up.
    const entry = encodeEntry({ kind: 'refund', at: log.clock.at, receipt: log.leaf(other), lines, order: order.bytes })
    expect(codeOf(log.appendBytes(entry))).toBe('bad-leaf')
  })

  it('leaves an old order for a purchase as it was: paid, and not remembered', () => {
    const log = shop()
    const { index } = must(
      log.order(fan, 'value/tip', { amount: 5n, asset: log.asset, release: RELEASE, reference: null, use: 'purchase' }),
    )
    expect(log.machine.bought(index)).toBeNull()
    const entry = decodeEntry(log.leaf(index))
    expect(entry.ok && entry.value.kind).toBe('receipt')
  })
})

describe('a purchase of which a part is held in reserve', () => {
  /** Half of each share is held back for a month. */
  function reserving(): { log: ValueLog; reserve: () => bigint } {
    const log = createValueLog(DESKS[0] as TestAuthor)
    must(log.genesis())
    must(log.issue(fan.publicKey, 1_000n))
    const base = termsFromSplits(
      RELEASE,
      'Night Bus',
      [{ party: 'Ada', shares: 10_000 }],
      new Map([['Ada', ada.publicKey]]),
    )
    const clause = {
      party: 'ada',
      escalator: null,
      advance: null,
      cap: null,
      guarantee: null,
      withholding: null,
      threshold: null,
    }
    const terms = encodeTerms({ ...base, payees: [{ ...clause, reserve: { rate: 5_000, periods: 1 } }] })
    const agreement = log.init.hasher.sha256(terms)
    must(log.order(log.desk, 'agreement/propose', { terms }))
    must(log.order(ada, 'agreement/sign', { agreement }))
    return { log, reserve: () => log.machine.balance(`rsrv:${hexOf(agreement)}/ada`, assetOf(log)) }
  }

  it('takes its part of the reserve with it, and what others brought is released all the same', () => {
    const { log, reserve } = reserving()
    const [first, second] = [buy(log), buy(log)]
    expect([reserve(), log.holds(ada.publicKey)]).toEqual([100n * CENT, 100n * CENT])
    must(refund(log, first))
    expect([reserve(), log.machine.bought(second)?.disputed]).toEqual([50n * CENT, false])
    for (let month = 0; month < 2; month++) {
      log.clock.at += 31 * DAY_MS
      must(log.close())
    }
    expect([reserve(), log.holds(ada.publicKey)]).toEqual([0n, 100n * CENT])
  })

  it('is not taken back once the reserve was paid out and spent', () => {
    const { log, reserve } = reserving()
    const index = buy(log)
    must(dispute(log, index))
    for (let month = 0; month < 2; month++) {
      log.clock.at += 31 * DAY_MS
      must(log.close())
    }
    expect([reserve(), log.holds(ada.publicKey)]).toEqual([0n, 100n * CENT])
    expect(codeOf(refund(log, index))).toBe('insufficient-balance')
  })
})

describe('credit given to another member', () => {
  const give = (log: ValueLog, amount: bigint, account = friend.publicKey) =>
    log.order(fan, 'value/give', { account, amount, asset: log.asset, reference: null })

  it('moves, and no more than there is', () => {
    const log = shop()
    must(give(log, 300n))
    expect([log.holds(fan.publicKey), log.holds(friend.publicKey)]).toEqual([9_700n * CENT, 300n * CENT])
    expect(codeOf(give(log, 9_701n))).toBe('insufficient-balance')
    expect(codeOf(give(log, 0n))).toBe('zero-amount')
    expect(codeOf(give(log, 1n, fan.publicKey))).toBe('wrong-party')
  })

  it('reaches the account that a newer key belongs to', () => {
    const log = shop()
    const next = fanOf(2)
    must(
      log.order(friend, 'account/open', {
        next: log.init.hasher.sha256(next.publicKey),
        guardians: [],
        threshold: 0,
        delayMs: 0,
      }),
    )
    must(log.order(next, 'account/rotate', { account: friend.publicKey, next: null }))
    must(give(log, 5n, next.publicKey))
    expect(log.holds(friend.publicKey)).toBe(5n * CENT)
  })
})
