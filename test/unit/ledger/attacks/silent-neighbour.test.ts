import { expect, it } from 'vitest'
import { RECOURSE_MS } from '#src/ledger/transfer-times.ts'
import { roomToGiveUp } from '#src/value/line-policy.ts'
import { planRelay } from '#src/value/relay/plan.ts'
import type { PendingOut } from '#src/value/relay/view.ts'
import { ada } from '#test/support/ledger-story.ts'
import { must } from '#test/support/ledger-writer.ts'
import { CENT, fanOf, hexOf, openTown, type ValueLog } from '#test/support/value-logs.ts'

const DAYS = 8
const ASSET = 'TEST/2'
const accomplice = fanOf(0)

/** The relay's acts of giving up, as a stage carries them out that knows all it gave up toward the other before. */
function giveUp(log: ValueLog, other: ValueLog, lateBefore: bigint): number[] {
  const next = hexOf(other.community)
  const pending = [...log.machine.outs(other.community)].map(
    ({ sequence, expiry, written, net }): PendingOut => ({
      next,
      sequence,
      index: 0,
      expiry,
      written,
      asset: ASSET,
      net,
    }),
  )
  const given = pending.reduce((sum, { written, net }) => (written ? sum + net : sum), lateBefore)
  const position = log.position(other)
  const line = log.machine.line(other.community, 'TEST', 2)
  const use = { position, frozen: false }
  const credit = line === null ? null : { code: 'TEST', scale: 2, ...line }
  const trust = [{ community: next, asset: ASSET, room: roomToGiveUp(credit, use, given, log.clock.at) }]
  const view = { certified: 0, pending, decided: [], waiting: [], neighbours: [], trust }
  return planRelay(view, log.clock.at, { askEveryMs: 1_000, recourseMs: RECOURSE_MS }).flatMap(act =>
    act.act === 'write-off' ? [act.sequence] : [],
  )
}

/**
 * A neighbour with an accomplice here: every day it lets a payment expire in silence, waits until the payer has the money again,
 * and only then writes down, dated before the expiry, that it delivered. Answers what the community lost.
 */
function robbed(granted: bigint | null): bigint {
  const [a, b] = openTown(2) as [ValueLog, ValueLog]
  must(b.line(a, 1_000_000n))
  if (granted !== null) must(a.line(b, granted))
  let lost = 0n
  for (let day = 1; day <= DAYS; day++) {
    const expiry = a.clock.at + 1_000
    const sent = a.send(accomplice, b, { amount: 500n, expiry, payee: `acct/${hexOf(ada.publicKey)}` })
    if (!sent.ok) break
    const back = expiry
    a.clock.at = expiry + RECOURSE_MS
    const written = giveUp(a, b, lost)
    for (const sequence of written) must(a.writeOff(b, sequence))
    b.clock.at = Math.max(b.machine.lastAt, back)
    must(b.take(a))
    for (const sequence of written) {
      must(a.end(b, sequence))
      lost += 500n * CENT
    }
    for (const { sequence } of [...a.machine.outs(b.community)]) must(a.end(b, sequence))
    b.clock.at = a.clock.at
  }
  return lost
}

it('a neighbour that is silent on purpose takes no more in all than the line that was granted to it', () => {
  expect(robbed(1_200n)).toBe(1_000n * CENT)
  expect(robbed(499n)).toBe(0n)
  expect(robbed(null)).toBe(0n)
  // Without a bound it takes the same money again every day.
  expect(robbed(1_000_000n)).toBe(BigInt(DAYS) * 500n * CENT)
})
