import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { ok } from '#protocols/codec/result.ts'
import { createRules } from '#src/royalties/rules.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada, fan, openedLog, RECORDING, RELEASE } from '#test/support/ledger-story.ts'
import { codeOf, must, nobleHasher } from '#test/support/ledger-writer.ts'

describe('a channel', () => {
  it('takes vouchers up to the millisecond of its expiry, and is its payer’s to close from the next on', () => {
    const log = openedLog()
    const channel = testAuthor(50)
    const { publicKey } = channel
    const expiry = log.clock.at + 1_000
    must(
      log.order(fan, 'value/channel-open', {
        channel: publicKey,
        asset: log.asset,
        deposit: 9n,
        expiry,
        pool: 'direct',
      }),
    )
    const play = { use: 'stream' as const, recording: RECORDING, agreement: log.agreement, reference: null }
    log.clock.at = expiry
    must(log.voucher(channel, { ...play, cumulative: 1n }))
    expect(codeOf(log.order(fan, 'value/channel-close', { channel: publicKey }))).toBe('channel-open')
    log.clock.at = expiry + 1
    expect(codeOf(log.voucher(channel, { ...play, cumulative: 2n }))).toBe('channel-expired')
    must(log.order(fan, 'value/channel-close', { channel: publicKey }))
  })

  it.each(['direct', 'user-centric'] as const)(
    'of a %s kind takes no entry with another division than its own',
    pool => {
      const log = openedLog()
      const channel = testAuthor(50)
      const { publicKey } = channel
      const expiry = log.clock.at + 1_000
      must(log.order(fan, 'value/channel-open', { channel: publicKey, asset: log.asset, deposit: 9n, expiry, pool }))
      const play = { use: 'stream' as const, recording: RECORDING, agreement: log.agreement, reference: null }
      const voucher = { channel: publicKey, cumulative: 1n, ...play }
      const entry = must(log.machine.fromVoucher(voucher, new Uint8Array(64), log.clock.at))
      expect(codeOf(log.append({ ...entry, split: new Uint8Array(32) }))).toBe('bad-split')
      must(log.append(entry))
    },
  )
})

describe('an amount', () => {
  it('is counted up to 2^64 - 1 fine units, for the desk as for a holder and in a part', () => {
    const log = openedLog()
    const asset = { code: 'FINE', scale: 9, issuer: log.community }
    const issue = (account: Uint8Array, amount: bigint) =>
      codeOf(log.order(log.desk, 'value/issue', { account, amount, asset, reference: null }))
    expect(issue(fan.publicKey, (1n << 64n) - 2n)).toBe('ok')
    expect(issue(ada.publicKey, 2n)).toBe('amount-overflow')
    expect(issue(ada.publicKey, 1n)).toBe('ok')
    expect(issue(ada.publicKey, 1n)).toBe('amount-overflow')
    const redeem = (amount: bigint) => codeOf(log.order(fan, 'value/redeem', { amount, asset, reference: null }))
    expect(redeem(1n)).toBe('ok')
    // The desk owes less again, but what it gave in this part is counted up to there already.
    expect(issue(fan.publicKey, 1n)).toBe('amount-overflow')
    must(log.close())
    expect(issue(fan.publicKey, 1n)).toBe('ok')
    expect(issue(ada.publicKey, 1n)).toBe('amount-overflow')
    must(log.commit())
    expect(log.machine.stateRoot()).toHaveLength(32)
  })
})

describe('an order', () => {
  it('may be signed up to an hour away from its entry', () => {
    const log = openedLog()
    const body = { amount: 1n, asset: log.asset, reference: null }
    const redeem = (off: number) =>
      codeOf(log.submit(log.envelope(fan, 'value/redeem', body, { at: log.clock.at + off })))
    expect([3_600_000, -3_600_000].map(redeem)).toEqual(['ok', 'ok'])
    expect([3_600_001, -3_600_001].map(redeem)).toEqual(['time-off', 'time-off'])
  })
})

describe('rules that err', () => {
  it.each([
    ['more', [11n], 'unbalanced'],
    ['less', [9n], 'unbalanced'],
    ['to one what they take from another', [20n, -10n], 'unbalanced'],
    ['it in more lines than can be shown', [10n, ...Array.from({ length: 1_024 }, () => 0n)], 'too-many-payees'],
  ])('move nothing when they give %s', (_, parts, code) => {
    const rules = createRules({ hasher: nobleHasher })
    const compile: typeof rules.compile = terms => {
      const compiled = rules.compile(terms)
      if (!compiled.ok) return compiled
      const lines = parts.map(part => ({
        holder: `acct:${toText(ada.publicKey, 'base16')}`,
        party: 'ada',
        amount: part * 10_000_000n,
        tag: 'share',
      }))
      return ok({ ...compiled.value, divide: () => ok(lines) })
    }
    const community = testAuthor(1).publicKey
    const log = openedLog({ init: { hasher: nobleHasher, rules: { ...rules, compile }, community } })
    const before = log.machine.stateRoot()
    const tip = { amount: 10n, asset: log.asset, release: RELEASE, reference: null, use: 'tip' as const }
    expect(codeOf(log.order(fan, 'value/tip', tip))).toBe(code)
    expect(log.machine.stateRoot()).toEqual(before)
  })
})
