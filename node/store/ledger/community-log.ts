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

/** The own log, in one SQLite file with synchronous=FULL. An entry, its balances and its checkpoint are one transaction. */
export function createCommunityLog(options: CommunityLogOptions): CommunityLog & { close(): void } {
  const { file, signer, hasher, clock, asset } = options
  const community = signer.publicKey
  const db = openDatabase(file, LEDGER_MIGRATIONS, 'FULL')
  const tables = openTables(db, logId(db, community))

  const sign = (size: number): void => {
    const root = rootAt(hasher, tables.node, size)
    tables.putHead({ size, root, note: signCheckpoint(hasher, signer, size, root) })
    tables.dropHeadsBelow(size)
  }
  try {
    transaction(db, () => {
      if (checkedHead(options, tables) === null) sign(0)
    })
  } catch (cause) {
    db.close()
    throw cause
  }

  const head = (): Head => {
    const last = tables.lastHead()
    if (last === null) throw new StageError('internal', 'The ledger has no signed checkpoint.')
    return last
  }
  const receipt = (index: number): ReceiptRecord | null => {
    const bytes = tables.entry(index)
    return bytes === null ? null : recordOf(community, index, bytes, tables.leaf(index))
  }

  const append = (order: Order, envelope: Uint8Array, splits: readonly Share[]): Result<ReceiptRecord, LedgerFault> => {
    const known = tables.executedAt(order.id)
    const first = known === null ? null : receipt(known)
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
    sign(index + 1)
    return ok(recordOf(community, index, bytes, leaf))
  }

  const execute = (kind: Order['kind'], envelope: Envelope, id: Uint8Array, splits: readonly Share[]) => {
    const order = readOrder(hasher, community, envelope)
    if (!order.ok) return orderFault(order.error)
    if (order.value.kind !== kind || !equals(order.value.id, id))
      return ledgerFault('bad-envelope', `this is not the ${kind} order that its id names`)
    if (!sameAsset(order.value.asset, asset))
      return ledgerFault('bad-request', `this desk counts ${asset.code} with ${asset.scale} decimal places only`)
    return withDisk(file, () => transaction(db, () => append(order.value, envelope.bytes, splits)))
  }

  const inclusion = (index: number, size: number) => inclusionProof(hasher, tables.node, index, size)
  const consistency = (from: number, to: number) => consistencyProof(hasher, tables.node, from, to)

  return {
    issue: (envelope, id) => execute('issue', envelope, id, []),
    tip: (envelope, id, splits) => execute('tip', envelope, id, splits),
    balance: account => tables.balance(account, asset),
    earned: (release, party) => tables.earned(release, party, asset),
    size: () => tables.size(),
    checkpoint: () => head().note,
    root: () => head().root,
    receipt,
    recent(limit) {
      const size = tables.size()
      const start = Math.max(0, size - limit)
      return tables
        .entries(start, size - start)
        .map((bytes, at) => recordOf(community, start + at, bytes, tables.leaf(start + at)))
        .reverse()
    },
    prove(index) {
      const record = receipt(index)
      const { size, note } = head()
      return record === null ? null : { ...record, checkpoint: note, proof: inclusion(index, size) }
    },
    announce(index) {
      const entry = tables.entry(index)
      if (entry === null) throw new StageError('not-found', `The ledger has no entry number ${index}.`)
      const { size, note } = head()
      return encodeAnnouncement({
        entry,
        index,
        checkpoint: note,
        inclusion: inclusion(index, size),
        consistency: consistency(index, size),
      })
    },
    entries: (start, limit) => tables.entries(start, limit),
    consistencyProof(from, to) {
      if (from < 0 || from > to || to > tables.size())
        throw new StageError('bad-request', 'A consistency proof is between two sizes that the log has had.')
      return consistency(from, to)
    },
    close() {
      if (db.isOpen) db.close()
    },
  }
}
