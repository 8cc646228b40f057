import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { NO_TITLES } from '#src/royalties/statements/book.ts'
import { buildBundle } from '#src/royalties/statements/build-bundle.ts'
import { exportCsv } from '#src/royalties/statements/csv.ts'
import { exportDsrShaped } from '#src/royalties/statements/dsr.ts'
import { exportJournal, HLEDGER } from '#src/royalties/statements/journal.ts'
import { holderText, parseSubject, type Subject, subjectText } from '#src/royalties/statements/subject.ts'
import { verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import { ada, DAY_MS } from '#test/support/ledger-story.ts'
import { must } from '#test/support/ledger-writer.ts'
import * as world from '#test/support/statement-world.ts'
import { CENT, fanOf, hexOf, meet, openTown, type ValueLog } from '#test/support/value-logs.ts'

/** A month of the first community: paid by and to the second, and between the third and the second. */
function month(): { entries: readonly Uint8Array[]; second: ValueLog } {
  const [me, second, third] = openTown(3) as [ValueLog, ValueLog, ValueLog]
  must(me.line(second, 5_000n, { haircut: 100 }))
  must(me.line(third, 5_000n))
  must(second.line(me, 5_000n))
  must(second.send(fanOf(1), me, { amount: 1_000n }))
  must(second.send(fanOf(1), me, { amount: 9_000n }))
  must(me.send(fanOf(0), second, { amount: 300n, use: 'purchase' }))
  must(third.send(fanOf(2), second, { amount: 200n, via: [me.community] }))
  meet(third, me)
  meet(me, second)
  meet(third, me)
  me.clock.at += 20 * DAY_MS
  must(me.close())
  must(me.issue(ada.publicKey, 1n))
  must(me.commit())
  return { entries: me.entries, second }
}

const { entries, second } = month()
const counterparty: Subject = { kind: 'peer', key: hexOf(second.community) }
const collected = world.collect({ entries }, counterparty, '2026-11')

function bundle(subject: Subject) {
  const { checkpoint, leaf } = world.logOver(entries)
  const { note, size } = checkpoint()
  const books = world.collect({ entries }, subject, '2026-11')
  const built = buildBundle({
    hasher,
    subject,
    collected: books,
    checkpoint: note,
    size,
    charters: [],
    leaf: leaf(size),
  })
  if (!built.ok) throw new Error(built.error)
  const judged = verifyBundle(world.ports, built.value)
  if (!judged.ok) throw new Error(`${judged.error.part}: ${judged.error.message}`)
  return judged.value
}

describe('the statement of another community', () => {
  test('has what was owed and what was on its way, and proves itself', () => {
    const { statements } = bundle(counterparty)
    const closing = new Map(statements.map(({ holder, closing }) => [holder.split(':')[0], closing]))
    expect(closing).toEqual(
      new Map([
        ['hold', 0n],
        ['peer', -500n * CENT],
      ]),
    )
  })

  test('says in every form what each movement was for', () => {
    const csv = [...exportCsv(collected.book, NO_TITLES)].join('')
    expect(csv).toMatch(/,tip,.*,transfer,/)
    expect(csv).toMatch(/,transfer-end,.*,delivered,/)
    const journal = [...exportJournal(collected.book, HLEDGER)].join('')
    expect(journal).toContain(`liabilities:peer:${hexOf(second.community)}`)
    expect(journal).toContain('transfer-out')
    expect([subjectText(counterparty), parseSubject(subjectText(counterparty))]).toEqual([
      `peer:${counterparty.key}`,
      counterparty,
    ])
    expect(holderText(`hold:${counterparty.key}`)).toMatch(/^on its way to community/)
    expect(holderText(`peer:${counterparty.key}`)).toMatch(/^community/)
    expect(holderText('codes:00')).toMatch(/voucher codes/)
  })
})

describe('an artist who was paid from another community', () => {
  const artist: Subject = { kind: 'account', key: hexOf(ada.publicKey) }

  test('has a bundle that proves it, with the division of the payment', () => {
    const { statements } = bundle(artist)
    expect(statements[0]).toMatchObject({ earned: 594n * CENT, spent: 0n })
  })

  test('finds it among the sales, as what its payer said that it was', () => {
    const { book } = world.collect({ entries }, artist, '2026-11')
    const dsr = [...exportDsrShaped(book, 'ada', NO_TITLES)].join('')
    expect(dsr).toMatch(/SU01\t.*\ttip\t1\t5\.94/)
  })

  test('leaves the haircut in the community’s own statement', () => {
    const own: Subject = { kind: 'account', key: hexOf(world.community) }
    expect(bundle(own).statements[0]).toMatchObject({ earned: 10n * CENT })
  })
})
