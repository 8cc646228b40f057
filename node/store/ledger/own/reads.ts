import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { Finality, LogRecord, OwnLog, ProvenRecord, ValueViews } from '#node/ports/ledger.ts'
import { encodeEntryBundle, TILE_WIDTH } from '#protocols/ledger/v1/tiles.ts'
import { consistencyProof, inclusionProof, leafHash } from '#src/ledger/merkle.ts'
import type { EntryRow } from '../shared/entries.ts'
import type { Head } from '../shared/heads.ts'
import { minorUnits, readStored, recordOf } from '../shared/records.ts'
import { machineBefore, type OpenLog } from './open-log.ts'

/** Rows read at once while looking for the newest records. */
const RECENT_ROWS = 64

export const finalityOf = (log: OpenLog, index: number): Finality =>
  index < log.final.size ? 'final' : index < log.signed.size ? 'signed' : 'accepted'

function recordIn(log: OpenLog, { index, body, lines }: EntryRow): LogRecord {
  const leaf = leafHash(log.hasher, body)
  const stored = readStored(index, body, lines)
  const { machine, community } = log
  return recordOf(machine, { community, index, bytes: body, leaf, ...stored, finality: finalityOf(log, index) })
}

function recent(log: OpenLog, limit: number): LogRecord[] {
  const found: LogRecord[] = []
  for (let end = log.tree.size(); end > 0 && found.length < limit; end -= RECENT_ROWS) {
    const start = Math.max(0, end - RECENT_ROWS)
    for (const row of log.entries.rows(start, end - start).reverse()) {
      const record = recordIn(log, row)
      if (record.kind !== 'commit' && record.kind !== 'genesis') found.push(record)
      if (found.length === limit) break
    }
  }
  return found
}

/** The head to prove an entry under: the final one where it reaches, else the newest. */
function headOver(log: OpenLog, index: number): Head | null {
  if (index < log.final.size) return log.final
  return index < log.signed.size ? log.signed : null
}

function prove(log: OpenLog, index: number): ProvenRecord | null {
  const head = headOver(log, index)
  const row = head === null ? null : log.entries.row(index)
  if (head === null || row === null) return null
  const proof = inclusionProof(log.hasher, log.tree.node, index, head.size)
  return { ...recordIn(log, row), checkpoint: head.note, proof }
}

function bundle(log: OpenLog, index: number, width: number): Uint8Array | null {
  const start = index * TILE_WIDTH
  if (width < 1 || width > TILE_WIDTH || start + width > log.signed.size) return null
  return encodeEntryBundle(log.entries.bodies(start, width))
}

type Reads = Omit<OwnLog, 'order' | 'voucher' | 'closePeriod' | 'state' | 'cross' | 'settle' | 'net'>

const valueViews = ({ machine }: OpenLog): ValueViews => ({
  peer: community => machine.peer(community),
  peers: () => machine.peers(),
  position: (community, code, scale) => machine.position(community, code, scale),
  line: (community, code, scale) => machine.line(community, code, scale),
  lines: () => machine.lines(),
  out: (next, sequence) => machine.out(next, sequence),
  outs: next => machine.outs(next),
  bought: index => machine.bought(index),
  purchases: () => machine.purchases(),
  batch: id => machine.batch(id),
  netted: id => machine.netted(id),
})

/** Everything that can be asked. Entries, proofs and tiles end at the newest signed head: what is above may not stay. */
export function readsOf(log: OpenLog): Reads {
  const { hasher, tree, entries, machine, asset } = log
  const issuer = toText(asset.issuer, 'base16')
  // Named anew each time: until the first entry the operator may name another asset.
  const holding = (holder: string): bigint => machine.balance(holder, `${asset.code}/${asset.scale}/${issuer}`)
  const { crossings } = log
  return {
    size: () => tree.size(),
    signedSize: () => log.signed.size,
    root: () => log.signed.root,
    checkpoint: () => log.signed.note,
    certified: () => log.final.note,
    holding,
    holdingOf: (holder, asset) => machine.balance(holder, asset),
    ...valueViews(log),
    crossing: crossings.find,
    openCrossings: crossings.open,
    dueCrossings: crossings.due,
    crossingOf: crossings.byOrder,
    crossingsSent: crossings.sent,
    headsBefore: crossings.headsBefore,
    reduced: crossings.reduced,
    given: crossings.given,
    balance: key => minorUnits(holding(`acct:${toText(machine.account(key).account, 'base16')}`), asset.scale),
    account: key => machine.account(key),
    channel: key => machine.channel(key),
    agreement: hash => machine.agreement(hash),
    agreementOf: release => machine.agreementOf(release),
    record(index) {
      const row = entries.row(index)
      return row === null ? null : recordIn(log, row)
    },
    recent: limit => recent(log, limit),
    prove: index => prove(log, index),
    entries: (start, limit) => entries.bodies(start, Math.max(0, Math.min(limit, log.signed.size - start))),
    consistencyProof(from, to) {
      if (from < 0 || from > to || to > tree.size())
        throw new StageError('bad-request', 'A consistency proof is between two sizes that the log has had.')
      return consistencyProof(hasher, tree.node, from, to)
    },
    replica: atMost => machineBefore(log, log, atMost),
    inclusion(index, size) {
      if (index < 0 || index >= size || size > tree.size())
        throw new StageError('bad-request', 'An inclusion proof is of an entry in a size that the log has had.')
      return inclusionProof(hasher, tree.node, index, size)
    },
    tile: (level, index, width) => tree.tile(log.signed.size, level, index, width),
    bundle: (index, width) => bundle(log, index, width),
  }
}

/** Whether a size with this root is one that this log has had. */
export const isOwnRoot = (log: OpenLog, size: number, root: Uint8Array): boolean =>
  size <= log.tree.size() && equals(log.tree.root(size), root)
