import type { DatabaseSync } from 'node:sqlite'
import { toString as toText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { appendedNodes, type NodeReader } from '#src/ledger/merkle.ts'
import type { Effects, LedgerView } from '#src/ledger/state.ts'

export interface Head {
  readonly size: number
  readonly root: Uint8Array
  readonly note: string
}

/** The rows of one log. Nothing is cached: what a statement answers is what the file holds. */
export interface LogTables extends LedgerView {
  /** Number of consecutive entries from 0. */
  size(): number
  readonly node: NodeReader
  entry(index: number): Uint8Array | null
  entries(start: number, limit: number): Uint8Array[]
  leaf(index: number): Uint8Array
  executedAt(orderId: Uint8Array): number | null
  /** Writes one valid entry and everything that follows from it. Inside a transaction. */
  append(hasher: Hasher, body: Uint8Array, leaf: Uint8Array, effects: Effects): void
  head(size: number): Head | null
  /** The highest head of at most `size`. */
  headUpTo(size: number): Head | null
  lastHead(): Head | null
  putHead(head: Head): void
  dropHeadsBelow(size: number): void
}

/** An asset as a key: code, scale and issuer. */
const assetKey = (asset: Asset): string => `${asset.code}/${asset.scale}/${toText(asset.issuer, 'base16')}`

/** Finds or creates the row of a community's log. */
export function logId(db: DatabaseSync, community: Uint8Array): number {
  db.prepare('INSERT INTO log (community) VALUES (?) ON CONFLICT DO NOTHING').run(community)
  return (db.prepare('SELECT id FROM log WHERE community = ?').get(community) as { id: number }).id
}

function viewOf(db: DatabaseSync, log: number): LedgerView & Pick<LogTables, 'executedAt'> {
  const lastAt = db.prepare('SELECT last_at FROM log WHERE id = ?')
  const executed = db.prepare('SELECT idx FROM executed WHERE log = ? AND order_id = ?')
  const balance = db.prepare('SELECT units FROM balance WHERE log = ? AND account = ? AND asset = ?')
  const earned = db.prepare('SELECT units FROM earned WHERE log = ? AND release = ? AND party = ? AND asset = ?')
  const units = (row: unknown): bigint => (row === undefined ? 0n : BigInt((row as { units: string }).units))
  const executedAt = (id: Uint8Array): number | null =>
    (executed.get(log, id) as { idx: number } | undefined)?.idx ?? null
  return {
    lastAt: () => (lastAt.get(log) as { last_at: number }).last_at,
    hasOrder: id => executedAt(id) !== null,
    executedAt,
    balance: (account, asset) => units(balance.get(log, account, assetKey(asset))),
    earned: (release, party, asset) => units(earned.get(log, release, party, assetKey(asset))),
  }
}

function appenderOf(db: DatabaseSync, log: number, node: NodeReader, size: () => number): LogTables['append'] {
  const putEntry = db.prepare('INSERT INTO entry (log, idx, body) VALUES (?, ?, ?)')
  const putNode = db.prepare('INSERT INTO node (log, level, idx, hash) VALUES (?, ?, ?, ?)')
  const putExecuted = db.prepare('INSERT INTO executed (log, order_id, idx) VALUES (?, ?, ?)')
  const putBalance = db.prepare('INSERT OR REPLACE INTO balance (log, account, asset, units) VALUES (?, ?, ?, ?)')
  const putEarned = db.prepare(
    'INSERT OR REPLACE INTO earned (log, release, party, asset, units) VALUES (?, ?, ?, ?, ?)',
  )
  const putLastAt = db.prepare('UPDATE log SET last_at = ? WHERE id = ?')
  return (hasher, body, leaf, { at, orderId, balance, earned }) => {
    const index = size()
    putEntry.run(log, index, body)
    for (const row of appendedNodes(hasher, node, index, leaf)) putNode.run(log, row.level, row.index, row.hash)
    putExecuted.run(log, orderId, index)
    putBalance.run(log, balance.account, assetKey(balance.asset), balance.units.toString())
    for (const { release, party, asset, units } of earned)
      putEarned.run(log, release, party, assetKey(asset), units.toString())
    putLastAt.run(at, log)
  }
}

type HeadTables = Pick<LogTables, 'head' | 'headUpTo' | 'lastHead' | 'putHead' | 'dropHeadsBelow'>

function headsOf(db: DatabaseSync, log: number): HeadTables {
  const exact = db.prepare('SELECT size, root, note FROM head WHERE log = ? AND size = ?')
  const upTo = db.prepare('SELECT size, root, note FROM head WHERE log = ? AND size <= ? ORDER BY size DESC LIMIT 1')
  const put = db.prepare('INSERT INTO head (log, size, root, note) VALUES (?, ?, ?, ?)')
  const drop = db.prepare('DELETE FROM head WHERE log = ? AND size < ?')
  const headUpTo = (size: number): Head | null => (upTo.get(log, size) as Head | undefined) ?? null
  return {
    head: size => (exact.get(log, size) as Head | undefined) ?? null,
    headUpTo,
    lastHead: () => headUpTo(Number.MAX_SAFE_INTEGER),
    putHead: ({ size, root, note }) => void put.run(log, size, root, note),
    dropHeadsBelow: size => void drop.run(log, size),
  }
}

export function openTables(db: DatabaseSync, log: number): LogTables {
  const last = db.prepare('SELECT max(idx) AS idx FROM entry WHERE log = ?')
  const getNode = db.prepare('SELECT hash FROM node WHERE log = ? AND level = ? AND idx = ?')
  const getEntry = db.prepare('SELECT body FROM entry WHERE log = ? AND idx = ?')
  const getEntries = db.prepare('SELECT body FROM entry WHERE log = ? AND idx >= ? ORDER BY idx LIMIT ?')
  const size = (): number => ((last.get(log) as { idx: number | null }).idx ?? -1) + 1
  const node: NodeReader = (level, index) => {
    const row = getNode.get(log, level, index) as { hash: Uint8Array } | undefined
    if (row === undefined)
      throw new StageError('data-folder-unusable', 'The ledger lost a part of its tree. Restore it from a backup.')
    return row.hash
  }
  return {
    ...viewOf(db, log),
    ...headsOf(db, log),
    size,
    node,
    leaf: index => node(0, index),
    entry: index => (getEntry.get(log, index) as { body: Uint8Array } | undefined)?.body ?? null,
    entries: (start, limit) =>
      (getEntries.all(log, start, limit) as unknown as { body: Uint8Array }[]).map(row => row.body),
    append: appenderOf(db, log, node, size),
  }
}
