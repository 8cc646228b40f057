import type { Entry } from '#protocols/ledger/v1/entry.ts'
import type { TransferEndEntry, TransferInEntry, WriteOffEntry } from '#protocols/ledger/v1/entry-value.ts'
import { readAsking } from '#src/ledger/machine/foreign-leaves.ts'
import type { Applied } from '#src/ledger/machine/machine.ts'
import { RECOURSE_MS } from '#src/ledger/transfer-times.ts'
import { fineOf, freshHop, type Hop, hopOf, orderIn } from './sim-value-hops.ts'
import { hexOf, type LogWatcher, nameOf, type SimLog } from './sim-value-log.ts'

/**
 * Sees every entry of every log when it is written, and keeps books of its own about what must hold among them. Judges by what is
 * safe rather than by the rules, and keeps the first violation.
 */
export class ValueWatch implements LogWatcher {
  /** Communities that keep two histories: nothing is claimed about what they owe, only about what they can take. */
  readonly liars = new Set<string>()
  readonly #hops = new Map<string, Hop>()
  readonly #open = new Map<string, Set<Hop>>()
  readonly #positions = new Map<string, bigint>()
  readonly #limits = new Map<string, bigint>()
  readonly #delivered = new Set<string>()
  readonly #heads = new Map<string, { size: number; root: string }[]>()
  /** What each log's payers sent away and did not get back. */
  readonly #spent = new Map<string, bigint>()
  /** Payers' money: order -> whether it is back. */
  readonly #returned = new Set<string>()
  violation: string | null = null
  readonly counts = {
    sent: 0,
    delivered: 0,
    forwarded: 0,
    refused: 0,
    ended: 0,
    writtenOff: 0,
    late: 0,
    settled: 0,
    netted: 0,
    heads: 0,
  }

  /** Answers nothing, so that a check can end with it. */
  broken(what: string): undefined {
    this.violation ??= what
  }

  /** Only entries of one history of a liar are asked about. */
  appended(log: SimLog, entry: Entry, applied: Applied): void {
    if (this.liars.has(log.hex)) return
    this.#post(log, applied)
    if (entry.kind === 'transfer-out') this.#sent(log, entry.order, nameOf(entry.next), entry.sequence)
    else if (entry.kind === 'transfer-in') this.#came(log, entry)
    else if (entry.kind === 'transfer-end') this.#ended(log, entry)
    else if (entry.kind === 'write-off') this.#writtenOff(log, entry)
    else if (entry.kind === 'line') this.#line(log, entry.order)
    else if (entry.kind === 'settle') this.counts.settled++
    else if (entry.kind === 'net') this.counts.netted++
    else if (entry.kind === 'head') this.counts.heads++
  }

  /** Every entry is balanced, and moves positions only as far as it says. */
  #post(log: SimLog, { postings }: Applied): void {
    let sum = 0n
    for (const { holder, amount, tag } of postings) {
      sum += amount
      if (tag === 'late' && holder === 'desk') this.counts.late++
      // What is settled or netted is entered on either side when it comes; it is no part of what transfers owe.
      if (!holder.startsWith('peer:') || tag === 'settle' || tag === 'net') continue
      const place = `${log.hex}/${holder.slice(5)}`
      this.#positions.set(place, (this.#positions.get(place) ?? 0n) + amount)
    }
    if (sum !== 0n) this.broken('an entry takes what it does not give')
  }

  #spend(log: SimLog, amount: bigint): void {
    this.#spent.set(log.hex, (this.#spent.get(log.hex) ?? 0n) + amount)
  }

  #hopsBetween(a: string, b: string): Set<Hop> {
    const pair = a < b ? `${a} ${b}` : `${b} ${a}`
    const open = this.#open.get(pair) ?? new Set<Hop>()
    this.#open.set(pair, open)
    return open
  }

  /** What one side owes is what the other claims, but for transfers that moved there and have no end here yet. */
  #checkPair(a: string, b: string): void {
    if (this.liars.has(a) || this.liars.has(b)) return
    let sum = (this.#positions.get(`${a}/${b}`) ?? 0n) + (this.#positions.get(`${b}/${a}`) ?? 0n)
    for (const hop of this.#hopsBetween(a, b)) if (hop.outcome === null || hop.outcome === 'delivered') sum += hop.moved
    if (sum !== 0n) this.broken(`two logs disagree about what is owed between them, by ${sum}`)
  }

  #add(hop: Hop): void {
    const name = hopOf(hop.from, hop.to, hop.sequence)
    if (this.#hops.has(name)) this.broken(`a sequence was used twice: ${name}`)
    this.#hops.set(name, hop)
    this.#hopsBetween(hop.from, hop.to).add(hop)
  }

  #sent(log: SimLog, bytes: Uint8Array, to: string, sequence: number): undefined {
    const body = orderIn('value/transfer', bytes)
    if (body === null) return this.broken('what was sent is no transfer')
    this.counts.sent++
    const net = fineOf(body.amount, body.asset.scale)
    this.#spend(log, net)
    const { expiry } = body
    this.#add(freshHop({ from: log.hex, to, sequence, order: hexOf(bytes), net, expiry, place: 1 }))
  }

  #came(log: SimLog, entry: TransferInEntry): undefined {
    const source = nameOf(entry.source)
    const moves = entry.outcome === 'delivered' || entry.outcome === 'forwarded'
    const asked = readAsking(entry.leaf)
    const hop = this.#hops.get(hopOf(source, log.hex, entry.sequence)) ?? this.#ofLiar(source, log.hex, entry)
    if (hop === null) return this.broken('a log answered what no log asked')
    if (hop.answered) return this.broken('a transfer was answered twice')
    hop.answered = true
    if (!moves) {
      this.counts.refused++
      hop.outcome = entry.outcome
      this.#checkPair(source, log.hex)
      return
    }
    if (asked === null || hexOf(asked.envelope.bytes) !== hop.order)
      this.broken('another transfer was executed than was sent')
    if (entry.at > hop.expiry) this.broken('a transfer moved after it had expired')
    hop.moved = hop.net
    if (entry.outcome === 'delivered') this.#reached(hop)
    else this.#onward(log, entry, hop, asked?.stops ?? [])
    this.#checkLimit(log, source)
    this.#checkPair(source, log.hex)
  }

  /** What a log of two histories asked is taken as it came. */
  #ofLiar(from: string, to: string, { leaf, sequence }: TransferInEntry): Hop | null {
    const asked = this.liars.has(from) ? readAsking(leaf) : null
    if (asked === null) return null
    const { order, envelope } = asked
    const net = asked.gross ?? fineOf(order.amount, order.asset.scale)
    const { expiry } = order
    const hop = freshHop({ from, to, sequence, order: hexOf(envelope.bytes), net, expiry, place: asked.here })
    this.#add(hop)
    return hop
  }

  #reached(hop: Hop): void {
    this.counts.delivered++
    hop.outcome = 'delivered'
    if (this.#delivered.has(hop.order)) this.broken('somebody was paid twice for one order')
    this.#delivered.add(hop.order)
  }

  #onward(log: SimLog, entry: TransferInEntry, hop: Hop, stops: readonly Uint8Array[]): undefined {
    this.counts.forwarded++
    const next = stops[hop.place + 1]
    if (next === undefined) return this.broken('the last log of a way forwarded')
    const { order, expiry } = hop
    const sequence = entry.onward as number
    const onward = { from: log.hex, to: nameOf(next), sequence, net: entry.amount, place: hop.place + 1 }
    this.#add(freshHop({ ...onward, order, expiry }))
  }

  /** How a hop ended in the log that asked; `back` is the hop before it, which ends with it. */
  #end(log: SimLog, hop: Hop, outcome: string, back: { source: Uint8Array; sequence: number } | null): void {
    const before = back === null ? undefined : this.#hops.get(hopOf(nameOf(back.source), log.hex, back.sequence))
    if (before !== undefined) {
      before.outcome = outcome
      this.#checkPair(before.from, before.to)
    } else if (outcome !== 'delivered' && back === null) {
      if (this.#returned.has(hop.order)) this.broken('a payer got the money back twice')
      this.#returned.add(hop.order)
      this.#spend(log, -hop.net)
    }
  }

  #ended(log: SimLog, entry: TransferEndEntry): undefined {
    const next = nameOf(entry.next)
    const hop = this.#hops.get(hopOf(log.hex, next, entry.sequence))
    if (hop === undefined || hop.ended !== null) return this.broken('a log ended what it had not sent, or twice')
    this.counts.ended++
    hop.ended = entry.outcome
    if (!this.liars.has(next) && hop.outcome !== entry.outcome)
      this.broken(`a transfer ended as ${entry.outcome} where the next log decided ${hop.outcome}`)
    if (hop.written) {
      if (entry.outcome === 'delivered' && entry.at < hop.expiry) this.broken('a late proof came before its time')
    } else this.#end(log, hop, entry.outcome, entry.back)
    this.#hopsBetween(log.hex, next).delete(hop)
    this.#checkPair(log.hex, next)
  }

  #writtenOff(log: SimLog, { at, order, back }: WriteOffEntry): undefined {
    const body = orderIn('value/write-off', order)
    const hop = body === null ? undefined : this.#hops.get(hopOf(log.hex, nameOf(body.community), body.sequence))
    if (hop === undefined || hop.ended !== null || hop.written) return this.broken('a log wrote off what was not open')
    if (at < hop.expiry + RECOURSE_MS) this.broken('a transfer was written off before its time')
    this.counts.writtenOff++
    hop.written = true
    this.#end(log, hop, 'written-off', back)
  }

  #line(log: SimLog, bytes: Uint8Array): void {
    const body = orderIn('value/line', bytes)
    if (body !== null) this.#limits.set(`${log.hex}/${nameOf(body.community)}`, fineOf(body.limit, body.scale))
  }

  /** Nobody can be owed more than the line that they granted says: the largest possible loss. */
  #checkLimit(log: SimLog, source: string): void {
    const position = log.machine.balance(`peer:${source}`, `EUR/2/${log.hex}`)
    if (-position > (this.#limits.get(`${log.hex}/${source}`) ?? 0n))
      this.broken('more is owed over a line than its limit')
  }

  /** A head of another log that this log believes from now on: all of them must be of one history. */
  believed(log: SimLog, of: string, size: number, root: Uint8Array, histories: readonly SimLog[]): void {
    const place = `${log.hex}/${of}`
    const heads = this.#heads.get(place) ?? []
    this.#heads.set(place, heads)
    heads.push({ size, root: hexOf(root) })
    const one = histories.some(history =>
      heads.every(head => head.size <= history.size && hexOf(history.rootAt(head.size)) === head.root),
    )
    if (!one) this.broken('a log believes two histories of another log')
  }

  /** When everybody has met, and everything is past its time: nothing is stuck, nothing is lost. */
  atRest(logs: readonly SimLog[], gone: ReadonlySet<string>, paidIn: (log: SimLog) => bigint): void {
    for (const log of logs) {
      if (this.liars.has(log.hex)) continue
      for (const { written, next, sequence } of log.machine.outs())
        if (!written || !(gone.has(nameOf(next)) || this.liars.has(nameOf(next))))
          this.broken(
            `money is stuck on its way: ${hopOf(log.hex, nameOf(next), sequence)}${written ? ', written off' : ''}`,
          )
      let sum = 0n
      for (const { holder, amount } of log.machine.balances()) {
        sum += amount
        if (holder.startsWith('hold:')) this.broken(`${amount} is held for nothing`)
        if (amount < 0n && holder !== 'desk' && !holder.startsWith('peer:'))
          this.broken(`${holder} holds less than nothing`)
      }
      if (sum !== 0n) this.broken('a log does not sum to zero')
      if (paidIn(log) !== (this.#spent.get(log.hex) ?? 0n))
        this.broken("a payer's money is not what was sent and did not return")
    }
    for (const a of logs)
      for (const b of logs) {
        if (a === b || this.liars.has(a.hex) || this.liars.has(b.hex)) continue
        const both =
          a.machine.balance(`peer:${b.hex}`, `EUR/2/${a.hex}`) + b.machine.balance(`peer:${a.hex}`, `EUR/2/${b.hex}`)
        if (both !== 0n) this.broken(`two logs that met disagree about what is owed, by ${both}`)
      }
    this.#checkOutcomes()
  }

  /** All or nothing: paid there, or back here; both only where a community wrote off and bears it. */
  #checkOutcomes(): void {
    const written = new Set<string>()
    const doubtful = new Set<string>()
    for (const hop of this.#hops.values()) {
      if (hop.written) written.add(hop.order)
      if (this.liars.has(hop.from) || this.liars.has(hop.to)) doubtful.add(hop.order)
    }
    for (const hop of this.#hops.values()) {
      if (hop.place !== 1 || doubtful.has(hop.order)) continue
      const [paid, back] = [this.#delivered.has(hop.order), this.#returned.has(hop.order)]
      if (paid && back && !written.has(hop.order)) this.broken('a payment was both delivered and returned')
      if (!paid && !back && hop.ended !== null) this.broken('a payment was neither delivered nor returned')
    }
  }
}
