import type { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { CrossingRow, CrossingWay, OpenWhich } from '#node/ports/crossing.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import type { Back, TransferEndEntry, TransferInEntry, TransferOutEntry } from '#protocols/ledger/v1/entry-value.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { peerHolder } from '#src/ledger/machine/keys.ts'
import type { Machine, Applied as MachineApplied } from '#src/ledger/machine/machine.ts'
import { transferOf } from '../shared/transfer-of.ts'
import { openCounters } from './counters.ts'

/** Which entry sent, took and ended each transfer. Follows from the entries alone, and is written with them. */
export interface CrossingTable {
  /** Writes down what an appended entry means for the transfers. Inside the transaction of the entry. */
  note(applied: Applied & { readonly entry: Entry }, state: State): void
  find(way: CrossingWay, peer: Uint8Array, sequence: number): CrossingRow | null
  /** Transfers that were sent to one community and have no end here. */
  open(peer: Uint8Array, which: OpenWhich, limit: number): CrossingRow[]
  /** Those without an end that nobody gave up and whose order ended by then, oldest order first. */
  due(expiry: number, limit: number): CrossingRow[]
  byOrder(id: Uint8Array): CrossingRow | null
  /** The payer's log: newest first; of everybody when `account` is null. */
  sent(account: Uint8Array | null, limit: number): CrossingRow[]
  /** Entries before `index` that made heads of another log known, newest first. */
  headsBefore(peer: Uint8Array, index: number, limit: number): number[]
  /** By how much the debt to another community was ever reduced, fine units. */
  reduced(peer: Uint8Array, asset: string): bigint
  /** What was given up toward another community, and delivered all the same or not known yet. Fine units. */
  given(peer: Uint8Array, asset: string): bigint
}

const PEER = 'peer:'
const givenTo = (community: Uint8Array): string => `given:${toText(community, 'base16')}`

const COLUMNS = `SELECT way, peer, sequence, idx AS "index", order_id AS "order", payer, ended, written,
  settled_at AS settledAt FROM crossing WHERE log = ?`

type Applied = Pick<MachineApplied, 'index' | 'postings'>
type State = Pick<Machine, 'account' | 'balance' | 'out'>

interface Row extends Omit<CrossingRow, 'way' | 'settledAt'> {
  readonly way: string
  readonly settledAt: string | null
}

/** The community after this one on the payer's way. */
function hopAfter(own: Uint8Array, { via, to }: { readonly via: readonly Uint8Array[]; readonly to: Uint8Array }) {
  const stops = [...via, to]
  return stops[stops.findIndex(stop => equals(stop, own)) + 1] ?? null
}

/** What a write-off names. */
function writtenOff(order: Uint8Array): { readonly community: Uint8Array; readonly sequence: number } | null {
  const envelope = decodeEnvelope(order)
  const read = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  return read.ok && read.value.type === 'value/write-off' ? read.value : null
}

export function openCrossings(db: DatabaseSync, log: number, own: Uint8Array, hasher: Hasher): CrossingTable {
  const put = db.prepare(
    'INSERT INTO crossing (log, way, peer, sequence, idx, order_id, payer, expiry, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const answerOnly = db.prepare(
    "INSERT OR IGNORE INTO crossing (log, way, peer, sequence, idx, order_id, ended) VALUES (?, 'in', ?, ?, ?, ?, ?)",
  )
  const end = db.prepare(
    'UPDATE crossing SET ended = ? WHERE log = ? AND way = ? AND peer = ? AND sequence = ? AND ended IS NULL',
  )
  const write = db.prepare(
    "UPDATE crossing SET written = ?, given = ?, asset = ? WHERE log = ? AND way = 'out' AND peer = ? AND sequence = ?",
  )
  const gaveUp = db.prepare(
    "SELECT given, asset FROM crossing WHERE log = ? AND way = 'out' AND peer = ? AND sequence = ? AND given IS NOT NULL",
  )
  const one = db.prepare(`${COLUMNS} AND way = ? AND peer = ? AND sequence = ?`)
  const opened = (more: string) =>
    db.prepare(`${COLUMNS} AND way = 'out' AND ended IS NULL AND peer = ? AND ${more} ORDER BY sequence LIMIT ?`)
  const open = {
    after: opened('written IS NULL AND sequence > ?'),
    upTo: opened('written IS NULL AND sequence <= ?'),
    written: opened('written IS NOT NULL AND sequence > ?'),
  }
  const due = db.prepare(
    `${COLUMNS} AND way = 'out' AND ended IS NULL AND written IS NULL AND expiry <= ? ORDER BY expiry LIMIT ?`,
  )
  const byOrder = db.prepare(`${COLUMNS} AND order_id = ? ORDER BY idx LIMIT 1`)
  const all = db.prepare(`${COLUMNS} AND payer IS NOT NULL ORDER BY idx DESC LIMIT ?`)
  const ofPayer = db.prepare(`${COLUMNS} AND payer = ? ORDER BY idx DESC LIMIT ?`)
  const counters = openCounters(db, log)
  const learn = db.prepare('INSERT INTO learned (log, peer, idx) VALUES (?, ?, ?)')
  const before = db.prepare('SELECT idx FROM learned WHERE log = ? AND peer = ? AND idx < ? ORDER BY idx DESC LIMIT ?')
  const settles = db.prepare(
    "UPDATE crossing SET settled_at = ? WHERE log = ? AND way = 'out' AND peer = ? AND sequence = ?",
  )
  const rowOf = (row: unknown): CrossingRow => {
    const { settledAt, ...rest } = row as Row
    return { ...rest, settledAt: settledAt === null ? null : BigInt(settledAt) } as CrossingRow
  }
  const orNull = (row: unknown): CrossingRow | null => (row === undefined ? null : rowOf(row))

  /** Debts are paid oldest first: what is owed right after a delivery has to be paid before that delivery is. */
  const owed = ({ next, sequence }: TransferEndEntry, { postings }: Applied, state: State): void => {
    const debt = postings.find(({ holder, amount }) => amount > 0n && holder === peerHolder(toText(next, 'base16')))
    if (debt === undefined) return
    const { holder, asset } = debt
    const position = state.balance(holder, asset)
    settles.run(String(counters.read(holder, asset) + (position > 0n ? position : 0n)), log, next, sequence)
  }

  const noteSent = (
    entry: TransferOutEntry | TransferInEntry,
    index: number,
    payer: (key: Uint8Array) => Uint8Array,
  ) => {
    const carried = transferOf(entry)
    if (carried === null) return
    const { envelope, order } = carried
    const id = hasher.sha256(signedBytes(envelope.type, envelope.payload))
    if (entry.kind === 'transfer-out') {
      put.run(log, 'out', entry.next, entry.sequence, index, id, payer(envelope.author), order.expiry, null)
      return
    }
    put.run(log, 'in', entry.source, entry.sequence, index, id, null, null, entry.onward === null ? index : null)
    const next = entry.onward === null ? null : hopAfter(own, order)
    if (next !== null) put.run(log, 'out', next, entry.onward, index, id, null, order.expiry, null)
  }

  /** Whoever asked this log is shown that entry as the answer. */
  const answer = (back: Back | null, index: number): void => {
    if (back === null) return
    const { changes } = end.run(index, log, 'in', back.source, back.sequence)
    // A closed generation took it: this one only has the answer.
    if (changes === 0) answerOnly.run(log, back.source, back.sequence, index, new Uint8Array(32), index)
  }

  /** What was given up may be proven delivered for ever after: it counts until it is proven refused. */
  const giveUp = (index: number, order: Uint8Array, state: State): void => {
    const named = writtenOff(order)
    if (named === null) return
    const { community, sequence } = named
    const out = state.out(community, sequence)
    if (out === null) return
    write.run(index, String(out.net), out.asset, log, community, sequence)
    counters.add(givenTo(community), out.asset, out.net)
  }

  const endOut = (entry: TransferEndEntry, applied: Applied, state: State): void => {
    const { next, sequence, outcome } = entry
    const gave = gaveUp.get(log, next, sequence) as { given: string; asset: string } | undefined
    end.run(applied.index, log, 'out', next, sequence)
    owed(entry, applied, state)
    if (gave !== undefined && outcome !== 'delivered') counters.add(givenTo(next), gave.asset, -BigInt(gave.given))
  }

  return {
    note(applied, state) {
      const { index, entry, postings } = applied
      for (const { holder, asset, amount } of postings)
        if (amount < 0n && holder.startsWith(PEER)) counters.add(holder, asset, -amount)
      if (entry.kind === 'head') {
        const name = parseOrigin(entry.note.split('\n', 1)[0] ?? '')
        if (name !== null) learn.run(log, name.community, index)
      } else if (entry.kind === 'write-off') {
        giveUp(index, entry.order, state)
        answer(entry.back, index)
      } else if (entry.kind === 'transfer-end') {
        endOut(entry, applied, state)
        answer(entry.back, index)
      } else if (entry.kind === 'transfer-out' || entry.kind === 'transfer-in') {
        noteSent(entry, index, key => state.account(key).account)
      }
    },
    find: (way, peer, sequence) => orNull(one.get(log, way, peer, sequence)),
    open: (peer, which, limit) =>
      ('after' in which
        ? open.after.all(log, peer, which.after, limit)
        : 'upTo' in which
          ? open.upTo.all(log, peer, which.upTo, limit)
          : open.written.all(log, peer, 0, limit)
      ).map(rowOf),
    due: (expiry, limit) => due.all(log, expiry, limit).map(rowOf),
    byOrder: id => orNull(byOrder.get(log, id)),
    sent: (account, limit) => (account === null ? all.all(log, limit) : ofPayer.all(log, account, limit)).map(rowOf),
    reduced: (peer, asset) => counters.read(peerHolder(toText(peer, 'base16')), asset),
    given: (peer, asset) => counters.read(givenTo(peer), asset),
    headsBefore: (peer, index, limit) =>
      (before.all(log, peer, index, limit) as { idx: number }[]).map(({ idx }) => idx),
  }
}
