import { sha256 } from '@noble/hashes/sha2.js'
import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada, DAY_MS, fan, openedLog, RECORDING } from '#test/support/ledger-story.ts'
import { type LedgerWriter, must } from '#test/support/ledger-writer.ts'

const MINOR = 10_000_000n
const thief = testAuthor(40)
const assetOf = (log: LedgerWriter) => `TEST/2/${toText(log.community, 'base16')}`
const held = (log: LedgerWriter, holder: string) => log.machine.balance(holder, assetOf(log))

function subscribe(log: LedgerWriter, payer: typeof thief, channel: typeof thief, deposit: bigint) {
  const expiry = log.clock.at + 300 * DAY_MS
  must(
    log.order(payer, 'value/channel-open', {
      channel: channel.publicKey,
      asset: log.asset,
      deposit,
      expiry,
      pool: 'pro-rata',
    }),
  )
}
const month = (log: LedgerWriter) => {
  log.clock.at += 31 * DAY_MS
  must(log.close())
}

describe('a pro-rata pool', () => {
  it('keeps the fees of a month in which only those used it who had paid before', () => {
    const log = openedLog()
    const { agreement } = log
    const [early, late] = [testAuthor(50), testAuthor(51)]
    const play = { use: 'stream' as const, recording: RECORDING, agreement, reference: null }
    subscribe(log, fan, early, 100n)
    must(log.voucher(early, { ...play, cumulative: 1n }))
    month(log)
    must(log.issue(ada.publicKey, 50n))
    subscribe(log, ada, late, 50n)
    must(log.voucher(early, { ...play, cumulative: 2n }))
    month(log)
    expect(held(log, 'pool:pro-rata')).toBe(50n * MINOR)
    must(log.voucher(late, { ...play, cumulative: 1n }))
    month(log)
    expect(held(log, 'pool:pro-rata')).toBe(0n)
  })

  it('gives nobody more weight in a month than what was paid in it', () => {
    const log = openedLog()
    const mine = 'd'.repeat(32)
    const terms = encodeTerms(
      termsFromSplits(mine, 'Noise', [{ party: 'Thief', shares: 10_000 }], new Map([['Thief', thief.publicKey]])),
    )
    must(log.order(log.desk, 'agreement/propose', { terms }))
    must(log.order(thief, 'agreement/sign', { agreement: sha256(terms) }))
    must(log.issue(thief.publicKey, 10_001n))
    const [big, small, honest] = [testAuthor(50), testAuthor(51), testAuthor(52)]
    const noise = { use: 'stream' as const, recording: `${mine}/1`, agreement: sha256(terms), reference: null }
    subscribe(log, thief, big, 10_000n)
    must(log.voucher(big, { ...noise, cumulative: 1n }))
    month(log)
    expect(held(log, `acct:${toText(thief.publicKey, 'base16')}`)).toBe(10_001n * MINOR)
    subscribe(log, thief, small, 1n)
    subscribe(log, fan, honest, 1_000n)
    const play = { use: 'stream' as const, recording: RECORDING, agreement: log.agreement, reference: null }
    must(log.voucher(honest, { ...play, cumulative: 999n }))
    must(log.voucher(big, { ...noise, cumulative: 10_000n }))
    month(log)
    expect(held(log, `acct:${toText(thief.publicKey, 'base16')}`)).toBeLessThan(10_002n * MINOR)
  })
})

describe('a fee', () => {
  it.each(['user-centric', 'pro-rata'] as const)('of a %s pool is not divided by closing a part early', pool => {
    const log = openedLog()
    const channel = testAuthor(50)
    const play = { use: 'stream' as const, recording: RECORDING, agreement: log.agreement, reference: null }
    const expiry = log.clock.at + 300 * DAY_MS
    const body = { channel: channel.publicKey, asset: log.asset, deposit: 100n, expiry, pool }
    must(log.order(fan, 'value/channel-open', body))
    must(log.voucher(channel, { ...play, cumulative: 1n }))
    must(log.close())
    expect(held(log, `pool:${pool}`)).toBe(100n * MINOR)
    month(log)
    expect(held(log, `pool:${pool}`)).toBe(0n)
  })
})
