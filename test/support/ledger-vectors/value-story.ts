import { codeLeafBytes } from '#protocols/value/v1/card.ts'
import { encodeNetting, type NettingFields, nettingMessage } from '#protocols/value/v1/netting.ts'
import { encodeSettlement, type SettlementFields, settlementMessage } from '#protocols/value/v1/settlement.ts'
import type { TestAuthor } from '../author.ts'
import { ada, DAY_MS, RELEASE } from '../ledger-story.ts'
import { must } from '../ledger-writer.ts'
import { fanOf, growingTree, meet, openTown, type ValueLog } from '../value-logs.ts'

const fill = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value)
const MINUTE_MS = 60_000

export const BATCH = fill(0xba)
const secretOf = (serial: number): Uint8Array => fill(0x50 + serial, 10)
const codes = growingTree([0, 1, 2].map(serial => codeLeafBytes(serial, secretOf(serial))))
export const codeOf = (serial: number) => ({
  batch: BATCH,
  serial,
  secret: secretOf(serial),
  path: codes.path(serial, 3),
})

/** A note that both signed; `complete: false` leaves the creditor's signature out. */
export function settled(debtor: ValueLog, creditor: ValueLog, more: Partial<SettlementFields> = {}, complete = true) {
  const fields: SettlementFields = {
    debtor: debtor.community,
    creditor: creditor.community,
    code: 'TEST',
    scale: 2,
    amount: 300n,
    number: 1,
    rail: 'cash',
    evidence: fill(0xe1),
    at: debtor.clock.at,
    ...more,
  }
  const message = settlementMessage(fields)
  const creditorSignature = complete ? creditor.desk.sign(message) : null
  return encodeSettlement({ ...fields, debtorSignature: debtor.desk.sign(message), creditorSignature })
}

/** A circle of 1.00 among the logs, in their order, that all but `missing` signed. */
export function netted(logs: readonly ValueLog[], missing: ValueLog | null = null): Uint8Array {
  const order = logs.toSorted((x, y) => Buffer.compare(x.community, y.community))
  const changes = logs
    .map((log, at) => ({
      debtor: order.indexOf(log),
      creditor: order.indexOf(logs[(at + 1) % logs.length] as ValueLog),
      amount: 1_000_000_000n,
    }))
    .sort((x, y) => x.debtor - y.debtor || x.creditor - y.creditor)
  const participants = order.map(({ community }) => community)
  const fields: NettingFields = { code: 'TEST', scale: 2, id: fill(0x9e), expiry: DAY_MS, participants, changes }
  const sign = ({ desk }: { desk: TestAuthor }) => desk.sign(nettingMessage(fields))
  return encodeNetting({ ...fields, signatures: order.map(log => (log === missing ? null : sign(log))) })
}

const settle = (log: ValueLog, note: Uint8Array) => must(log.append({ kind: 'settle', at: log.clock.at, note }))
const net = (log: ValueLog, document: Uint8Array) => must(log.append({ kind: 'net', at: log.clock.at, document }))

export interface ValueTown {
  readonly a: ValueLog
  readonly c: ValueLog
  readonly b: ValueLog
}

/** Pays directly and over C; some arrives, some is refused, too late, or given up. */
function pay({ a, c, b }: ValueTown, tick: (ms: number) => void): void {
  const fan = fanOf(0)
  const over = { via: [c.community] }
  must(a.send(fan, b))
  meet(a, b)
  must(a.send(fan, b, { payee: `acct/${Buffer.from(ada.publicKey).toString('hex')}`, use: 'gift', amount: 333n }))
  meet(a, b)
  for (const more of [{ minimum: 490n }, { minimum: 499n }, { amount: 3_501n }]) {
    must(a.send(fan, b, { ...over, ...more }))
    meet(a, c)
    meet(c, b)
    meet(a, c)
  }
  must(a.send(fan, b))
  tick(2 * MINUTE_MS)
  meet(a, b)
  // C gives B up a day after the expiry, and hears of the delivery afterwards.
  must(a.send(fan, b, over))
  meet(a, c)
  must(b.take(c))
  tick(2 * DAY_MS)
  must(c.writeOff(b, c.machine.peer(b.community)?.sent ?? 0))
  meet(a, c)
  meet(c, b)
}

function buy({ a }: ValueTown): void {
  const [fan, asset] = [fanOf(0), a.asset]
  must(a.order(fan, 'value/give', { account: ada.publicKey, amount: 25n, asset, reference: null }))
  const gift = { account: ada.publicKey, amount: 900n, asset, release: RELEASE, reference: fill(7) }
  const { index } = must(a.order(fan, 'value/gift', gift))
  must(a.order(fan, 'value/dispute', { receipt: index, reason: null }))
  must(a.order(a.desk, 'value/refund', { receipt: index, reference: null }))
  const expiry = a.clock.at + 30 * DAY_MS
  const batch = { batch: BATCH, root: codes.root(3), count: 3, amount: 1_000n, asset, expiry }
  must(a.order(a.desk, 'value/batch', batch))
  must(a.order(fan, 'value/code', codeOf(1)))
  must(a.order(a.desk, 'value/batch-revoke', { batch: BATCH, serials: [] }))
}

/**
 * Three logs that pay each other. At the end C has a transfer of A on its way to B, and A two more toward B that B has seen and not
 * answered. From fixed seeds: the same on every machine.
 */
export function valueStory(): ValueTown {
  const [a, c, b] = openTown(3) as [ValueLog, ValueLog, ValueLog]
  const town = { a, c, b }
  const tick = (ms: number): void => {
    for (const log of [a, c, b]) log.clock.at += ms
  }
  must(b.line(a, 2_000n))
  must(c.line(a, 5_000n, { haircut: 100 }))
  must(b.line(c, 3_000n, { haircut: 50 }))
  pay(town, tick)
  must(b.order(b.desk, 'value/freeze', { community: a.community, frozen: true, reason: fill(7) }))
  must(a.send(fanOf(0), b))
  meet(a, b)
  must(b.order(b.desk, 'value/freeze', { community: a.community, frozen: false, reason: null }))
  buy(town)
  const note = settled(a, b)
  settle(a, note)
  settle(b, note)
  const document = netted([a, c, b])
  for (const log of [a, c, b]) net(log, document)
  must(a.send(fanOf(0), b, { via: [c.community] }))
  meet(a, c)
  must(a.send(fanOf(0), b))
  must(a.send(fanOf(0), b))
  must(a.learn(c))
  must(b.learn(a))
  must(b.learn(c))
  for (const log of [a, c, b]) log.signed()
  return town
}
