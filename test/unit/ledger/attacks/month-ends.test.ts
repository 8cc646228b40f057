import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { PARTS_MAX } from '#protocols/ledger/v1/limits.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada, bo, DAY_MS, fan, openedLog } from '#test/support/ledger-story.ts'
import {
  accomplice,
  acct,
  assetOf,
  clauses,
  held,
  MINOR,
  pay,
  person,
  sheet,
  TWO,
  thief,
} from '#test/support/ledger-thieves.ts'
import { codeOf, must } from '#test/support/ledger-writer.ts'

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
