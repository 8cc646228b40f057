import { describe, expect, it } from 'vitest'
import { testAuthor } from '#test/support/author.ts'
import { fan, openedLog, RECORDING } from '#test/support/ledger-story.ts'
import { codeOf, must } from '#test/support/ledger-writer.ts'

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
