import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'
import { testAuthor } from './author.ts'
import { createLedgerWriter, type LedgerWriter, must } from './ledger-writer.ts'

export const RELEASE = '00112233445566778899aabbccddeeff'
export const RECORDING = `${RELEASE}/1`

export const fan = testAuthor(2)
export const ada = testAuthor(3)
export const bo = testAuthor(4)
export const label = testAuthor(5)

/** Terms of three parties; `Label` has no key unless it is given one. */
export function bandTerms(
  title = 'Night Bus',
  keys = new Map([
    ['Ada', ada.publicKey],
    ['Bo', bo.publicKey],
  ]),
): Uint8Array {
  const splits = [
    { party: 'Ada', shares: 5_000 },
    { party: 'Bo', shares: 3_000 },
    { party: 'Label', shares: 2_000 },
  ]
  return encodeTerms(termsFromSplits(RELEASE, title, splits, keys))
}

export const DAY_MS = 86_400_000

/** A log with a fan who holds 100.00, and an agreement in force that Ada and Bo signed. */
export function openedLog(
  given: Parameters<typeof createLedgerWriter>[0] = {},
): LedgerWriter & { agreement: Uint8Array } {
  const log = createLedgerWriter(given)
  must(log.genesis())
  must(log.issue(fan.publicKey, 10_000n))
  const terms = bandTerms()
  const agreement = sha256(terms)
  must(log.order(log.desk, 'agreement/propose', { terms }))
  must(log.order(ada, 'agreement/sign', { agreement }))
  must(log.order(bo, 'agreement/sign', { agreement }))
  return { ...log, agreement }
}

/** State root after the last entry of `ledgerStory`, in hex. */
export const STORY_ROOT = 'bfd762ebeeec4e2990daf09723838003252859b3943a74f78bcfc2c96281a1f3'

/**
 * A fixed month in the life of a log, with every kind of entry in it. The same bytes on every machine: replaying them must
 * give the same state root everywhere.
 */
export function ledgerStory(): LedgerWriter {
  const log = openedLog()
  const { agreement, asset, clock } = log
  const channel = testAuthor(20)
  const subscription = testAuthor(21)
  const expiry = clock.at + DAY_MS
  const play = { use: 'stream' as const, recording: RECORDING, agreement, reference: null }
  must(
    log.order(fan, 'value/channel-open', { channel: channel.publicKey, asset, deposit: 500n, expiry, pool: 'direct' }),
  )
  must(
    log.order(fan, 'value/channel-open', {
      channel: subscription.publicKey,
      asset,
      deposit: 999n,
      expiry: expiry + 30 * DAY_MS,
      pool: 'user-centric',
    }),
  )
  for (let n = 1n; n <= 7n; n++) must(log.voucher(channel, { ...play, cumulative: n * 3n }))
  must(log.voucher(subscription, { ...play, cumulative: 10n }))
  must(log.commit())
  clock.at += 1_000
  const reference = sha256(fromString('a salted sentence'))
  must(log.order(fan, 'value/tip', { amount: 1_001n, asset, release: RELEASE, reference, use: 'tip' }))
  must(log.order(ada, 'value/redeem', { amount: 100n, asset, reference: null }))
  must(log.order(log.desk, 'agreement/dispute', { agreement, party: 'bo', reason: null }))
  must(log.order(fan, 'value/tip', { amount: 777n, asset, release: RELEASE, reference: null, use: 'purchase' }))
  must(log.order(log.desk, 'agreement/settle', { agreement, party: 'bo', account: bo.publicKey }))
  must(log.order(log.desk, 'agreement/settle', { agreement, party: 'label', account: label.publicKey }))
  must(log.commit())
  const next = testAuthor(30)
  const opened = {
    next: sha256(next.publicKey),
    guardians: [ada.publicKey, bo.publicKey],
    threshold: 2,
    delayMs: 1_000,
  }
  must(log.order(fan, 'account/open', opened))
  must(log.order(next, 'account/rotate', { account: fan.publicKey, next: null }))
  const recovered = testAuthor(31)
  const vote = { account: fan.publicKey, key: recovered.publicKey, next: null }
  must(log.order(ada, 'account/recover', vote))
  must(log.order(bo, 'account/recover', vote))
  clock.at += DAY_MS + 1
  must(log.order(recovered, 'account/rotate', { account: fan.publicKey, next: null }))
  must(log.order(recovered, 'value/channel-close', { channel: channel.publicKey }))
  must(log.commit())
  clock.at += 20 * DAY_MS
  must(log.close())
  must(log.issue(recovered.publicKey, 5n))
  must(log.commit())
  return log
}
