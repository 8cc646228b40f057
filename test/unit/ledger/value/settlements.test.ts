import { describe, expect, it } from 'vitest'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { decodeNetting, encodeNetting, type NettingFields, nettingMessage } from '#protocols/value/v1/netting.ts'
import {
  decodeSettlement,
  encodeSettlement,
  type SettlementFields,
  settlementMessage,
} from '#protocols/value/v1/settlement.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { codeOf, nobleHasher as hasher, must } from '#test/support/ledger-writer.ts'
import { assetOf, CENT, fanOf, meet, openTown, type ValueLog } from '#test/support/value-logs.ts'

const HASH = new Uint8Array(32).fill(9)

function noteOf(debtor: ValueLog, creditor: ValueLog, more: Partial<SettlementFields> = {}): Uint8Array {
  const fields: SettlementFields = {
    debtor: debtor.community,
    creditor: creditor.community,
    code: 'TEST',
    scale: 2,
    amount: 300n,
    number: 1,
    rail: 'cash',
    evidence: HASH,
    at: debtor.clock.at,
    ...more,
  }
  const message = settlementMessage(fields)
  return encodeSettlement({
    ...fields,
    debtorSignature: debtor.desk.sign(message),
    creditorSignature: creditor.desk.sign(message),
  })
}
function settle(log: ValueLog, note: Uint8Array) {
  const entry = log.machine.settlement(note, log.clock.at)
  return entry.ok ? log.append(entry.value) : entry
}

function indebted(): [ValueLog, ValueLog] {
  const [a, b] = openTown(2) as [ValueLog, ValueLog]
  must(b.line(a, 1_000n))
  must(a.send(fanOf(0), b, { amount: 500n }))
  meet(a, b)
  return [a, b]
}

describe('a settlement', () => {
  it('takes the debt off in both logs, and each counts it', () => {
    const [a, b] = indebted()
    const note = noteOf(a, b)
    must(settle(a, note))
    must(settle(b, note))
    expect([a.position(b), b.position(a)]).toEqual([200n * CENT, -200n * CENT])
    expect([a.machine.peer(b.community)?.settled, b.machine.peer(a.community)?.settledIn]).toEqual([1, 1])
    expect(a.machine.balance('desk', assetOf(a))).toBe((300n - 10_000n) * CENT)
    expect(b.machine.balance('desk', assetOf(b))).toBe((-300n - 10_000n) * CENT)
  })

  it('counts once, in the order of its numbers, each debtor for itself', () => {
    const [a, b] = indebted()
    must(settle(a, noteOf(a, b)))
    expect(codeOf(settle(a, noteOf(a, b)))).toBe('replayed')
    expect(codeOf(settle(a, noteOf(a, b, { number: 3 })))).toBe('wrong-number')
    must(settle(a, noteOf(b, a, { amount: 5n })))
    must(settle(a, noteOf(a, b, { number: 2, amount: 5n })))
  })

  it('is of two communities of which this is one, and of something', () => {
    const [a, b, c] = openTown(3) as [ValueLog, ValueLog, ValueLog]
    expect(codeOf(settle(c, noteOf(a, b)))).toBe('wrong-party')
    expect(codeOf(settle(a, noteOf(a, b, { amount: 0n })))).toBe('zero-amount')
    expect(codeOf(a.machine.settlement(HASH, a.clock.at))).toBe('bad-entry')
  })

  it('stands on the signatures of both, for whoever checks them', () => {
    const [a, b] = indebted()
    const note = noteOf(a, b)
    const read = must(readEntry(hasher, a.community, encodeEntry({ kind: 'settle', at: a.clock.at, note })))
    expect(read.checks.map(({ publicKey }) => publicKey)).toEqual([a.community, b.community])
    const { creditorSignature: _, ...half } = { ...noteFields(note) }
    const unsigned = encodeSettlement({ ...half, creditorSignature: null })
    expect(
      codeOf(readEntry(hasher, a.community, encodeEntry({ kind: 'settle', at: a.clock.at, note: unsigned }))),
    ).toBe('bad-signature')
  })

  it('that was signed before a freeze is entered after it', () => {
    const [a, b] = indebted()
    must(b.order(b.desk, 'value/freeze', { community: a.community, frozen: true, reason: null }))
    must(settle(b, noteOf(a, b)))
  })
})

function noteFields(note: Uint8Array) {
  const read = decodeSettlement(note)
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}

/** A circle of debts: each owes the next 500. */
function circle(): ValueLog[] {
  const town = openTown(3)
  for (const [at, log] of town.entries()) {
    const next = town[(at + 1) % 3] as ValueLog
    must(next.line(log, 1_000n))
    must(log.send(fanOf(at), next, { amount: 500n }))
    meet(log, next)
  }
  return town
}

function documentOf(town: readonly ValueLog[], amount: bigint, more: Partial<NettingFields> = {}): Uint8Array {
  const sorted = [...town].sort((a, b) => Buffer.compare(a.community, b.community))
  const place = (log: ValueLog) => sorted.indexOf(log)
  const changes = town
    .map((log, at) => ({
      debtor: place(log),
      creditor: place(town[(at + 1) % town.length] as ValueLog),
      amount,
    }))
    .sort((a, b) => a.debtor - b.debtor)
  const participants = sorted.map(({ community }) => community)
  const expiry = (town[0] as ValueLog).clock.at
  const fields = { code: 'TEST', scale: 2, id: HASH, expiry, participants, changes, ...more }
  const message = nettingMessage(fields)
  return encodeNetting({ ...fields, signatures: sorted.map(log => log.desk.sign(message)) })
}
function hashOf(document: Uint8Array): Uint8Array {
  const read = decodeNetting(document)
  if (!read.ok) throw new Error(read.error.message)
  return hasher.sha256(nettingMessage(read.value))
}
function net(log: ValueLog, document: Uint8Array) {
  const entry = log.machine.netting(document, log.clock.at)
  return entry.ok ? log.append(entry.value) : entry
}

describe('a netting', () => {
  it('cancels a circle of debts in every log, whenever it is entered, once', () => {
    const town = circle()
    const document = documentOf(town, 400n * CENT)
    for (const [at, log] of town.entries()) {
      log.clock.at += at * 3_600_000
      must(net(log, document))
      expect(codeOf(net(log, document))).toBe('already-netted')
      expect(log.machine.netted(hashOf(document))).toBe(true)
    }
    for (const [at, log] of town.entries()) {
      const next = town[(at + 1) % 3] as ValueLog
      expect([log.position(next), next.position(log)]).toEqual([100n * CENT, -100n * CENT])
    }
  })

  it('is known by all that was signed: another document of the same name is another one', () => {
    const town = circle()
    for (const log of town) {
      must(net(log, documentOf(town, CENT)))
      must(net(log, documentOf(town, 2n * CENT)))
    }
    for (const [at, log] of town.entries()) expect(log.position(town[(at + 1) % 3] as ValueLog)).toBe(497n * CENT)
  })

  it('is of its participants, in a form that balances for each, signed by all', () => {
    const town = circle()
    const [a] = town as [ValueLog]
    const stranger = openTown(4)[3] as ValueLog
    expect(codeOf(net(stranger, documentOf(town, CENT)))).toBe('wrong-party')
    expect(codeOf(net(a, documentOf(town, CENT, { changes: [{ debtor: 0, creditor: 1, amount: 1n }] })))).toBe(
      'bad-entry',
    )
    const entry = encodeEntry({ kind: 'net', at: a.clock.at, document: documentOf(town, CENT) })
    expect(must(readEntry(hasher, a.community, entry)).checks).toHaveLength(3)
  })
})
