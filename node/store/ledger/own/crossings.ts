import type { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { CrossingRow, CrossingWay } from '#node/ports/crossing.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import type { Back, TransferEndEntry, TransferInEntry, TransferOutEntry } from '#protocols/ledger/v1/entry-value.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { peerHolder } from '#src/ledger/machine/keys.ts'
import type { Machine, Applied as MachineApplied } from '#src/ledger/machine/machine.ts'
import { transferOf } from '../shared/transfer-of.ts'

/** Which entry sent, took and ended each transfer. Follows from the entries alone, and is written with them. */
export interface CrossingTable {
  /** Writes down what an appended entry means for the transfers. Inside the transaction of the entry. */
  note(applied: Applied & { readonly entry: Entry }, state: Pick<Machine, 'account' | 'balance'>): void
  find(way: CrossingWay, peer: Uint8Array, sequence: number): CrossingRow | null
  /** Transfers that were sent and have no end here, oldest first. */
  open(limit: number): CrossingRow[]
  byOrder(id: Uint8Array): CrossingRow | null
  /** The payer's log: newest first; of everybody when `account` is null. */
  sent(account: Uint8Array | null, limit: number): CrossingRow[]
  /** Entries before `index` that made heads of another log known, newest first. */
  headsBefore(peer: Uint8Array, index: number, limit: number): number[]
  /** By how much the debt to another community was ever reduced, fine units. */
  reduced(holder: string, asset: string): bigint
}

const PEER = 'peer:'

const COLUMNS = `SELECT way, peer, sequence, idx AS "index", order_id AS "order", payer, ended, written,
  settled_at AS settledAt FROM crossing WHERE log = ?`

type Applied = Pick<MachineApplied, 'index' | 'postings'>

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
    'INSERT INTO crossing (log, way, peer, sequence, idx, order_id, payer, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const end = db.prepare(
    'UPDATE crossing SET ended = ? WHERE log = ? AND way = ? AND peer = ? AND sequence = ? AND ended IS NULL',
  )
  const write = db.prepare(
    "UPDATE crossing SET written = ? WHERE log = ? AND way = 'out' AND peer = ? AND sequence = ?",
  )
  const one = db.prepare(`${COLUMNS} AND way = ? AND peer = ? AND sequence = ?`)
  const open = db.prepare(`${COLUMNS} AND way = 'out' AND ended IS NULL ORDER BY idx LIMIT ?`)
  const byOrder = db.prepare(`${COLUMNS} AND order_id = ? ORDER BY idx LIMIT 1`)
  const all = db.prepare(`${COLUMNS} AND payer IS NOT NULL ORDER BY idx DESC LIMIT ?`)
  const ofPayer = db.prepare(`${COLUMNS} AND payer = ? ORDER BY idx DESC LIMIT ?`)
  const total = db.prepare('SELECT total FROM reduced WHERE log = ? AND holder = ? AND asset = ?')
  const putTotal = db.prepare('INSERT OR REPLACE INTO reduced (log, holder, asset, total) VALUES (?, ?, ?, ?)')
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

  const reduced = (holder: string, asset: string): bigint =>
    BigInt((total.get(log, holder, asset) as { total: string } | undefined)?.total ?? 0)

  /** Debts are paid oldest first: what is owed right after a delivery has to be paid before that delivery is. */
  const owed = ({ next, sequence }: TransferEndEntry, { postings }: Applied, state: Pick<Machine, 'balance'>): void => {
    const debt = postings.find(({ holder, amount }) => amount > 0n && holder === peerHolder(toText(next, 'base16')))
    if (debt === undefined) return
    const { holder, asset } = debt
    const position = state.balance(holder, asset)
    settles.run(String(reduced(holder, asset) + (position > 0n ? position : 0n)), log, next, sequence)
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
      put.run(log, 'out', entry.next, entry.sequence, index, id, payer(envelope.author), null)
      return
    }
    put.run(log, 'in', entry.source, entry.sequence, index, id, null, entry.onward === null ? index : null)
    const next = entry.onward === null ? null : hopAfter(own, order)
    if (next !== null) put.run(log, 'out', next, entry.onward, index, id, null, null)
  }

  /** Whoever asked this log is shown that entry as the answer. */
  const answer = (back: Back | null, index: number): void => {
    if (back !== null) end.run(index, log, 'in', back.source, back.sequence)
  }

  return {
    note(applied, state) {
      const { index, entry, postings } = applied
      for (const { holder, asset, amount } of postings)
        if (amount < 0n && holder.startsWith(PEER))
          putTotal.run(log, holder, asset, String(reduced(holder, asset) - amount))
      if (entry.kind === 'head') {
        const name = parseOrigin(entry.note.split('\n', 1)[0] ?? '')
        if (name !== null) learn.run(log, name.community, index)
      } else if (entry.kind === 'write-off') {
        const named = writtenOff(entry.order)
        if (named !== null) write.run(index, log, named.community, named.sequence)
        answer(entry.back, index)
      } else if (entry.kind === 'transfer-end') {
        end.run(index, log, 'out', entry.next, entry.sequence)
        answer(entry.back, index)
        owed(entry, applied, state)
      } else if (entry.kind === 'transfer-out' || entry.kind === 'transfer-in') {
        noteSent(entry, index, key => state.account(key).account)
      }
    },
    find: (way, peer, sequence) => orNull(one.get(log, way, peer, sequence)),
    open: limit => open.all(log, limit).map(rowOf),
    byOrder: id => orNull(byOrder.get(log, id)),
    sent: (account, limit) => (account === null ? all.all(log, limit) : ofPayer.all(log, account, limit)).map(rowOf),
    reduced,
    headsBefore: (peer, index, limit) =>
      (before.all(log, peer, index, limit) as { idx: number }[]).map(({ idx }) => idx),
  }
}
