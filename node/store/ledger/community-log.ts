import type { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { CommunityLog, LedgerFault, ReceiptRecord } from '#node/ports/community-log.ts'
import type { Share } from '#protocols/catalog/v1/codec.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import { encodeAnnouncement, encodeEntry } from '#protocols/ledger/v1/codec.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import { sameAsset } from '#src/kernel/money.ts'
import type { Clock, Hasher, SyncSigner, Verifier } from '#src/kernel/ports.ts'
import { signCheckpoint, verifyCheckpoint } from '#src/ledger/checkpoint.ts'
import { executeOrder } from '#src/ledger/execute.ts'
import { consistencyProof, inclusionProof, leafHash, rootAt } from '#src/ledger/merkle.ts'
import { type Order, readOrder } from '#src/ledger/orders.ts'
import { applyEntry } from '#src/ledger/state.ts'
import { openDatabase, transaction } from '../database.ts'
import { ledgerFault, orderFault, withDisk } from './faults.ts'
import { recordOf } from './records.ts'
import { LEDGER_MIGRATIONS } from './schema.ts'
import { type Head, type LogTables, logId, openTables } from './tables.ts'

export interface CommunityLogOptions {
  /** SQLite file, of this log alone. */
  readonly file: string
  /** Holds the community's own key. */
  readonly signer: SyncSigner
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  /** What the desk issues; its issuer is the community. */
  readonly asset: Asset
}

/** The test credit that every community's desk can issue. */
export const testAsset = (community: Uint8Array): Asset => ({ code: 'TEST', scale: 2, issuer: community })

/**
 * The signed head must be of exactly the entries in the file. A log that is behind its own signature (a lost or edited
 * file) would sign another history for a size that others hold already, so it must not run.
 */
function checkedHead(options: CommunityLogOptions, tables: LogTables): Head | null {
  const head = tables.lastHead()
  const size = tables.size()
  if (head === null && size === 0) return null
  const refuse = (what: string): never => {
    throw new StageError('conflict', `The ledger in ${options.file} ${what}. Restore the newest backup of it.`)
  }
  if (head === null) return refuse(`holds ${size} entries but no signed checkpoint`)
  if (head.size !== size) return refuse(`holds ${size} entries, but this community signed ${head.size}`)
  const signed = verifyCheckpoint(options, options.signer.publicKey, head.note)
  if (!signed.ok) return refuse('has a checkpoint that this community did not sign')
  const root = rootAt(options.hasher, tables.node, size)
  if (!equals(root, head.root) || !equals(root, signed.value.root) || signed.value.size !== size)
    return refuse('does not match its signed checkpoint')
  return head
}

/** The open log: what it was opened with, its rows, and the community whose log it is. */
interface OwnLog extends CommunityLogOptions {
  readonly db: DatabaseSync
  readonly tables: LogTables
  readonly community: Uint8Array
}

function openOwnLog(options: CommunityLogOptions): OwnLog {
  const community = options.signer.publicKey
  const db = openDatabase(options.file, LEDGER_MIGRATIONS, 'FULL')
  try {
    const log = { ...options, db, community, tables: openTables(db, logId(db, community)) }
    transaction(db, () => {
      if (checkedHead(options, log.tables) === null) sign(log, 0)
    })
    return log
  } catch (cause) {
    db.close()
    throw cause
  }
}

function sign({ tables, hasher, signer }: OwnLog, size: number): void {
  const root = rootAt(hasher, tables.node, size)
  tables.putHead({ size, root, note: signCheckpoint(hasher, signer, size, root) })
  tables.dropHeadsBelow(size)
}

function headOf({ tables }: OwnLog): Head {
  const last = tables.lastHead()
  if (last === null) throw new StageError('internal', 'The ledger has no signed checkpoint.')
  return last
}

function receiptOf({ tables, community }: OwnLog, index: number): ReceiptRecord | null {
  const bytes = tables.entry(index)
  return bytes === null ? null : recordOf(community, index, bytes, tables.leaf(index))
}

/** Executes an order and appends what it became. Inside a transaction. */
function append(log: OwnLog, order: Order, envelope: Uint8Array, splits: readonly Share[]) {
  const { tables, hasher, clock, community } = log
  const known = tables.executedAt(order.id)
  const first = known === null ? null : receiptOf(log, known)
  if (first !== null) return ok(first)
  // A clock that was set back must not reverse the log.
  const at = Math.max(clock.nowMs(), tables.lastAt())
  const entry = executeOrder(hasher, order, envelope, at, splits)
  if (!entry.ok) return orderFault(entry.error)
  const effects = applyEntry(tables, { entry: entry.value, order })
  if (!effects.ok) return orderFault(effects.error)
  const index = tables.size()
  const bytes = encodeEntry(entry.value)
  const leaf = leafHash(hasher, bytes)
  tables.append(hasher, bytes, leaf, effects.value)
  sign(log, index + 1)
  return ok(recordOf(community, index, bytes, leaf))
}

function execute(
  log: OwnLog,
  kind: Order['kind'],
  envelope: Envelope,
  id: Uint8Array,
  splits: readonly Share[],
): Result<ReceiptRecord, LedgerFault> {
  const { file, db, hasher, community, asset } = log
  const order = readOrder(hasher, community, envelope)
  if (!order.ok) return orderFault(order.error)
  if (order.value.kind !== kind || !equals(order.value.id, id))
    return ledgerFault('bad-envelope', `this is not the ${kind} order that its id names`)
  if (!sameAsset(order.value.asset, asset))
    return ledgerFault('bad-request', `this desk counts ${asset.code} with ${asset.scale} decimal places only`)
  return withDisk(file, () => transaction(db, () => append(log, order.value, envelope.bytes, splits)))
}

type Proofs = Pick<CommunityLog, 'prove' | 'announce' | 'consistencyProof'>

function proofsOf(log: OwnLog): Proofs {
  const { tables, hasher } = log
  return {
    prove(index) {
      const record = receiptOf(log, index)
      const { size, note } = headOf(log)
      if (record === null) return null
      return { ...record, checkpoint: note, proof: inclusionProof(hasher, tables.node, index, size) }
    },
    announce(index) {
      const entry = tables.entry(index)
      if (entry === null) throw new StageError('not-found', `The ledger has no entry number ${index}.`)
      const { size, note } = headOf(log)
      const inclusion = inclusionProof(hasher, tables.node, index, size)
      const consistency = consistencyProof(hasher, tables.node, index, size)
      return encodeAnnouncement({ entry, index, checkpoint: note, inclusion, consistency })
    },
    consistencyProof(from, to) {
      if (from < 0 || from > to || to > tables.size())
        throw new StageError('bad-request', 'A consistency proof is between two sizes that the log has had.')
      return consistencyProof(hasher, tables.node, from, to)
    },
  }
}

/**
 * The own log, in one SQLite file with synchronous=FULL. An entry, its balances and its checkpoint are one transaction.
 * Throws `StageError` 'conflict' for a file that is behind or beside what this community signed.
 */
export function createCommunityLog(options: CommunityLogOptions): CommunityLog & { close(): void } {
  const log = openOwnLog(options)
  const { db, tables, community, asset } = log
  return {
    issue: (envelope, id) => execute(log, 'issue', envelope, id, []),
    tip: (envelope, id, splits) => execute(log, 'tip', envelope, id, splits),
    balance: account => tables.balance(account, asset),
    earned: (release, party) => tables.earned(release, party, asset),
    size: () => tables.size(),
    checkpoint: () => headOf(log).note,
    root: () => headOf(log).root,
    receipt: index => receiptOf(log, index),
    recent(limit) {
      const size = tables.size()
      const start = Math.max(0, size - limit)
      return tables
        .entries(start, size - start)
        .map((bytes, at) => recordOf(community, start + at, bytes, tables.leaf(start + at)))
        .reverse()
    },
    entries: (start, limit) => tables.entries(start, limit),
    ...proofsOf(log),
    close() {
      if (db.isOpen) db.close()
    },
  }
}
