import { describe, expect, it } from 'vitest'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import { codeOf, must } from '#test/support/ledger-writer.ts'
import { agree, CENT, createValueLog, fanOf, hexOf, meet, openTown, type ValueLog } from '#test/support/value-logs.ts'

const fan = fanOf(0)
const HASH = new Uint8Array(32).fill(7)

describe('a sequencer that writes its own answer', () => {
  function asked(): [ValueLog, ValueLog, TransferInEntry] {
    const [a, b] = openTown(2) as [ValueLog, ValueLog]
    must(b.line(a, 1_000n, { haircut: 100 }))
    must(a.send(fan, b))
    must(b.learn(a))
    const index = a.places.asks.get(`${hexOf(b.community)}/1`) ?? -1
    const entry = must(b.machine.transferIn({ source: a.community, sequence: 1, ...b.show(a, index) }, b.clock.at))
    return [a, b, entry]
  }

  it.each([
    ['another amount', { amount: 500n * CENT }, 'wrong-outcome'],
    ['another division', { split: HASH }, 'bad-split'],
    ['that it passed on what is for itself', { outcome: 'forwarded', onward: 1 }, 'wrong-outcome'],
  ] as const)('is refused by everybody who executes it: %s', (_, change, code) => {
    const [, b, entry] = asked()
    const root = b.machine.stateRoot()
    expect(codeOf(b.append({ ...entry, ...change }))).toBe(code)
    expect(b.machine.stateRoot()).toEqual(root)
    must(b.append(entry))
  })

  it('may refuse what it could deliver, and no money moves', () => {
    const [, b, entry] = asked()
    expect(codeOf(b.append({ ...entry, outcome: 'declined', amount: 0n }))).toBe('bad-split')
    const declined = must(b.machine.transferIn(entry, b.clock.at, 'declined'))
    expect(must(b.append(declined)).postings).toEqual([])
  })

  it('cannot deliver what is beyond its own rules', () => {
    const [, b, entry] = asked()
    must(b.line({ community: entry.source }, 1n))
    expect(codeOf(b.append(entry))).toBe('over-limit')
  })
})

describe('an answer to another transfer', () => {
  it('ends nothing, also when a log that lost its end has used the number again', () => {
    const [a, b] = openTown(2) as [ValueLog, ValueLog]
    must(b.line(a, 1_000n))
    must(a.send(fan, b, { amount: 1n }))
    must(b.take(a))
    // The same community from an older backup: its first transfer is another one.
    const restored = createValueLog(a.desk)
    must(restored.genesis())
    must(restored.issue(fan.publicKey, 10_000n))
    agree(restored)
    must(restored.send(fan, b, { amount: 1_000n }))
    expect(codeOf(restored.end(b, 1))).toBe('wrong-pair')
    expect(restored.held(b)).toBe(1_000n * CENT)
  })

  it('is shown for another number, another community, or out of a log that never wrote it', () => {
    const [a, b, c] = openTown(3) as [ValueLog, ValueLog, ValueLog]
    for (const other of [a, c]) must(b.line(other, 1_000n))
    for (const from of [a, c]) must(from.send(fanOf(from === a ? 0 : 2), b, { amount: 10n }))
    must(a.send(fan, b, { amount: 20n }))
    must(b.take(a))
    must(b.take(c))
    must(b.take(a))
    must(a.learn(b))
    const show = (place: string) => a.show(b, b.places.answers.get(place) ?? -1)
    const end = (sequence: number, place: string) =>
      codeOf(a.machine.transferEnd({ next: b.community, sequence, ...show(place) }, a.clock.at))
    expect(end(2, `${hexOf(a.community)}/1`)).toBe('wrong-pair')
    expect(end(1, `${hexOf(c.community)}/1`)).toBe('wrong-pair')
    expect(end(3, `${hexOf(a.community)}/1`)).toBe('unknown-transfer')
    expect(end(1, `${hexOf(a.community)}/1`)).toBe('ok')
    const shown = show(`${hexOf(a.community)}/1`)
    expect(codeOf(a.machine.transferEnd({ next: c.community, sequence: 1, ...shown }, a.clock.at))).toBe(
      'unknown-transfer',
    )
    const entry = must(a.machine.transferEnd({ next: b.community, sequence: 1, ...shown }, a.clock.at))
    expect(codeOf(a.append({ ...entry, outcome: 'declined' }))).toBe('wrong-outcome')
    expect(codeOf(a.append({ ...entry, back: { source: c.community, sequence: 1 } }))).toBe('wrong-outcome')
  })
})

describe('the end of a month', () => {
  it('leaves what is on its way, and waits for nobody', () => {
    const [a, b] = openTown(2) as [ValueLog, ValueLog]
    must(b.line(a, 1_000n))
    a.clock.at = Date.UTC(2026, 10, 30, 23, 59)
    must(a.send(fan, b, { expiry: a.clock.at + 3_600_000 }))
    for (const log of [a, b]) log.clock.at = Date.UTC(2026, 11, 1, 0, 10)
    expect(codeOf(b.learn(a))).toBe('period-open')
    for (const log of [a, b]) must(log.close())
    meet(a, b)
    expect([a.held(b), a.position(b), b.position(a)]).toEqual([0n, 500n * CENT, -500n * CENT])
  })
})
