import { expect } from 'vitest'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { encodeNetting, nettingMessage } from '#protocols/value/v1/netting.ts'
import { encodeSettlement, settlementMessage } from '#protocols/value/v1/settlement.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import { RECOURSE_MS } from '#src/ledger/transfer-times.ts'
import { RELEASE } from './ledger-story.ts'
import { must } from './ledger-writer.ts'
import type { Seeded } from './seeded.ts'
import { CENT, fanOf, hexOf, openTown, type ValueLog } from './value-logs.ts'

/** A note or document that all signed, and what it changes where it was entered. */
interface Paper {
  readonly enter: (log: ValueLog) => { readonly ok: boolean }
  /** How the position of a log with another changes when it is entered there. */
  readonly changes: ReadonlyMap<ValueLog, ReadonlyMap<ValueLog, bigint>>
  readonly entered: Set<ValueLog>
}

export interface Town {
  readonly logs: readonly ValueLog[]
  readonly random: Seeded
  readonly papers: Paper[]
  ids: number
}

const shuffled = <T>(items: readonly T[], random: Seeded): T[] => {
  const out = [...items]
  for (let at = out.length - 1; at > 0; at--) {
    const other = random.int(at + 1)
    ;[out[at], out[other]] = [out[other] as T, out[at] as T]
  }
  return out
}

export function foundTown(count: number, random: Seeded): Town {
  const logs = openTown(count)
  for (const log of logs)
    for (const other of logs)
      if (log !== other && random.int(5) > 0)
        must(log.line(other, BigInt(random.int(3_000)), { haircut: random.int(3) === 0 ? random.int(10_000) : 0 }))
  return { logs, random, papers: [], ids: 0 }
}

/** Months end before anything of the next is written, as a sequencer does it. */
function catchUp(log: ValueLog): void {
  const month = new Date(log.clock.at).toISOString().slice(0, 7)
  if (month > log.machine.period) must(log.close())
}

function pass(town: Town, ms: number): void {
  for (const log of town.logs) {
    log.clock.at += ms + town.random.int(2_000)
    catchUp(log)
  }
}

function send(town: Town): void {
  const { random, logs } = town
  const at = random.int(logs.length)
  const from = logs[at] as ValueLog
  const others = shuffled(
    logs.filter(log => log !== from),
    random,
  )
  const to = others[0] as ValueLog
  const via = others.slice(1, 1 + random.int(others.length)).map(({ community }) => community)
  const amount = BigInt(random.int(900))
  const payee =
    random.int(4) === 0
      ? `acct/${hexOf(fanOf(random.int(5)).publicKey)}`
      : `release/${random.int(9) ? RELEASE : 'ab'.repeat(16)}`
  const minimum = random.int(3) === 0 ? (amount * BigInt(random.int(100))) / 100n : 0n
  from.send(fanOf(at), to, { amount, via, payee, minimum, expiry: from.clock.at + random.int(600_000) })
}

/** One direction, one step: the next transfer is answered, or an answer is brought back; in whatever order. */
export function carry(from: ValueLog, to: ValueLog, random: Seeded): boolean {
  const received = to.machine.peer(from.community)?.received ?? 0
  const waits = received < (from.machine.peer(to.community)?.sent ?? 0)
  const ended = [...from.machine.outs(to.community)].filter(({ sequence }) =>
    to.places.answers.has(`${hexOf(from.community)}/${sequence}`),
  )
  if (waits && (ended.length === 0 || random.int(2) === 0)) {
    must(to.take(from, received + 1, random.int(12) === 0 ? 'declined' : undefined))
    return true
  }
  if (ended.length === 0) return false
  must(from.end(to, random.pick(ended).sequence))
  return true
}

function writeOff({ logs, random }: Town): void {
  const log = random.pick(logs)
  const ripe = [...log.machine.outs()].filter(out => !out.written && log.clock.at >= out.expiry + RECOURSE_MS)
  const [out] = ripe
  if (out !== undefined) must(log.writeOff({ community: out.next }, out.sequence))
}

function settle(town: Town): void {
  const { random, logs, papers } = town
  const [debtor, creditor] = shuffled(logs, random) as [ValueLog, ValueLog]
  const before = papers.filter(({ changes }) => changes.get(debtor)?.has(creditor) && changes.size === 2)
  // One at a time for each pair, so that both enter them in the order of their numbers.
  if (before.some(({ entered }) => entered.size < 2)) return
  const number = (debtor.machine.peer(creditor.community)?.settled ?? 0) + 1
  const amount = BigInt(1 + random.int(500))
  const [code, scale, rail] = ['TEST', 2, 'cash'] as const
  const evidence = new Uint8Array(32).fill(number)
  const fields = {
    debtor: debtor.community,
    creditor: creditor.community,
    code,
    scale,
    amount,
    number,
    rail,
    evidence,
    at: 1,
  }
  const message = settlementMessage(fields)
  const [debtorSignature, creditorSignature] = [debtor.desk.sign(message), creditor.desk.sign(message)]
  const note = encodeSettlement({ ...fields, debtorSignature, creditorSignature })
  papers.push({
    enter: log => log.append(must(log.machine.settlement(note, log.clock.at))),
    changes: new Map([
      [debtor, new Map([[creditor, -amount * CENT]])],
      [creditor, new Map([[debtor, amount * CENT]])],
    ]),
    entered: new Set(),
  })
}

function net(town: Town): void {
  const { random, logs, papers } = town
  const circle = shuffled(logs, random)
  const sorted = [...logs].sort((a, b) => Buffer.compare(a.community, b.community))
  const amount = BigInt(1 + random.int(300)) * CENT
  const next = (log: ValueLog) => circle[(circle.indexOf(log) + 1) % circle.length] as ValueLog
  const before = (log: ValueLog) => circle.at(circle.indexOf(log) - 1) as ValueLog
  const changes = sorted.map((log, debtor) => ({ debtor, creditor: sorted.indexOf(next(log)), amount }))
  const id = new Uint8Array(32).fill(++town.ids)
  const fields = { code: 'TEST', scale: 2, id, expiry: 1, participants: sorted.map(log => log.community), changes }
  const message = nettingMessage(fields)
  const document = encodeNetting({ ...fields, signatures: sorted.map(log => log.desk.sign(message)) })
  const own = (log: ValueLog) => {
    const sums = new Map([[next(log), -amount]])
    return sums.set(before(log), (sums.get(before(log)) ?? 0n) + amount)
  }
  papers.push({
    enter: log => log.append(must(log.machine.netting(document, log.clock.at))),
    changes: new Map(logs.map(log => [log, own(log)])),
    entered: new Set(),
  })
}

function enter(paper: Paper, log: ValueLog): void {
  if (!paper.changes.has(log) || paper.entered.has(log)) return
  must(paper.enter(log) as ReturnType<ValueLog['append']>)
  paper.entered.add(log)
}

function rule(town: Town): void {
  const { random, logs } = town
  const [log, other] = shuffled(logs, random) as [ValueLog, ValueLog]
  if (random.int(3) > 0) must(log.line(other, BigInt(random.int(2_000)), { haircut: random.int(500) }))
  else log.order(log.desk, 'value/freeze', { community: other.community, frozen: random.int(2) === 0, reason: null })
}

function shop({ random, logs }: Town): void {
  const at = random.int(logs.length)
  const log = logs[at] as ValueLog
  const { asset } = log
  const [bought] = log.machine.purchases()
  const receipt = bought?.index ?? 0
  const what = random.pick(['gift', 'dispute', 'refund'])
  const gift = { account: fanOf(0).publicKey, amount: 50n, asset, release: RELEASE, reference: null }
  if (what === 'gift') log.order(fanOf(at), 'value/gift', gift)
  if (what === 'dispute') log.order(fanOf(at), 'value/dispute', { receipt, reason: null })
  if (what === 'refund') log.order(log.desk, 'value/refund', { receipt, reference: null })
}

function deal({ random, logs }: Town): void {
  for (let left = random.int(4); left >= 0; left--) {
    const [a, b] = shuffled(logs, random) as [ValueLog, ValueLog]
    carry(a, b, random)
  }
}

function file({ papers, logs, random }: Town): void {
  if (papers.length > 0) enter(random.pick(papers), random.pick(logs))
}

const wait = (town: Town): void => pass(town, town.random.int(30_000))
/** Long enough for a write-off. */
const sleep = (town: Town): void => pass(town, town.random.int(8) === 0 ? 600_000 + RECOURSE_MS : 0)

/** A sequencer does this after every batch that is on its disk. */
function rest({ logs, random }: Town): void {
  const { machine } = random.pick(logs)
  machine.stateRoot()
  machine.settle()
}

const HAPPENINGS = [
  rest,
  send,
  send,
  send,
  rule,
  wait,
  sleep,
  writeOff,
  settle,
  net,
  file,
  file,
  shop,
  deal,
  deal,
  deal,
  deal,
]

/** One random thing that happens somewhere. */
export const happen = (town: Town): void => town.random.pick(HAPPENINGS)(town)

const outcomeAt = (log: ValueLog, index: number): string => {
  const entry = decodeEntry(log.leaf(index))
  if (!entry.ok) return ''
  if (entry.value.kind === 'write-off') return 'written-off'
  return 'outcome' in entry.value ? entry.value.outcome : ''
}

/** What `to` counts as owed to it for transfers that `from` has not ended: delivered there, or passed on and still open. */
function onTheWay(from: ValueLog, to: ValueLog): bigint {
  const received = to.machine.peer(from.community)?.received ?? 0
  let sum = 0n
  for (const { sequence, net } of from.machine.outs(to.community)) {
    if (sequence > received) continue
    const index = to.places.answers.get(`${hexOf(from.community)}/${sequence}`)
    if (index === undefined || outcomeAt(to, index) === 'delivered') sum += net
  }
  return sum
}

const changeOf = (papers: readonly Paper[], log: ValueLog, other: ValueLog): bigint =>
  papers.reduce(
    (sum, { changes, entered }) => (entered.has(log) ? sum + (changes.get(log)?.get(other) ?? 0n) : sum),
    0n,
  )

/** Per asset everything sums to zero; only the desk and positions are below it; what is held is what is on its way. */
export function checkLog(machine: Machine): void {
  const [sums, holds] = [new Map<string, bigint>(), new Map<string, bigint>()]
  for (const { holder, asset, amount } of machine.balances()) {
    if (holder !== 'desk' && !holder.startsWith('peer:')) expect(amount, holder).toBeGreaterThan(0n)
    sums.set(asset, (sums.get(asset) ?? 0n) + amount)
    if (holder.startsWith('hold:')) holds.set(holder, amount)
  }
  for (const [asset, sum] of sums) expect(sum, asset).toBe(0n)
  const open = new Map<string, bigint>()
  for (const { next, gross, written } of machine.outs())
    if (!written) open.set(`hold:${hexOf(next)}`, (open.get(`hold:${hexOf(next)}`) ?? 0n) + gross)
  expect(holds).toEqual(open)
}

/** What two communities say of each other is the same, but for what is on its way and papers that one has not entered yet. */
export function checkPairs({ logs, papers }: Town): void {
  for (const [at, a] of logs.entries())
    for (const b of logs.slice(at + 1)) {
      const between = a.position(b) + b.position(a) + onTheWay(a, b) + onTheWay(b, a)
      expect(between).toBe(changeOf(papers, a, b) + changeOf(papers, b, a))
    }
}

/** All meet again, long after everything expired: nothing may be left on its way. */
export function comeTogether(town: Town): void {
  const { logs, papers, random } = town
  pass(town, 700_000)
  for (let moved = true; moved; ) {
    moved = false
    for (const a of logs) for (const b of logs) if (a !== b) while (carry(a, b, random)) moved = true
  }
  for (const log of logs) for (const paper of papers) enter(paper, log)
}
