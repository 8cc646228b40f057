import type { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'
import type { Migration } from '../../database.ts'

/**
 * Tables of one log, own or copied; `log` says which. What only one of the two needs is a further migration beside its
 * adapter. `entry`, `executed` and `head` are the truth; `tile` and `snapshot` can be made again from them.
 */
export const LOG_TABLES: Migration = `
  CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    community BLOB NOT NULL,
    -- First line of its checkpoints; a successor has its own.
    origin TEXT NOT NULL UNIQUE,
    generation INTEGER NOT NULL
  ) STRICT;
  -- Leaves in order. \`lines\`: canonical lines of a division, whose hash is the entry's split; null for other entries.
  CREATE TABLE entry (
    log INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    body BLOB NOT NULL,
    lines BLOB,
    PRIMARY KEY (log, idx)
  ) STRICT, WITHOUT ROWID;
  -- C2SP tlog-tiles hash tiles: full ones, and the growing one of each level above 0. The growing tile of level 0 is
  -- made from the last entries.
  CREATE TABLE tile (
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (log, level, idx)
  ) STRICT, WITHOUT ROWID;
  -- Id of an order or voucher -> the entry that it became.
  CREATE TABLE executed (
    log INTEGER NOT NULL,
    id BLOB NOT NULL,
    idx INTEGER NOT NULL,
    PRIMARY KEY (log, id)
  ) STRICT, WITHOUT ROWID;
  -- Signed heads. A size is written once; only cosignature lines are added to its note, and \`final\` set.
  CREATE TABLE head (
    log INTEGER NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    final INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (log, size)
  ) STRICT, WITHOUT ROWID;
  -- State of the machine after \`size\` entries, in pieces.
  CREATE TABLE snapshot (
    log INTEGER NOT NULL,
    size INTEGER NOT NULL,
    part INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (log, size, part)
  ) STRICT, WITHOUT ROWID;
`

export interface LogRow {
  readonly id: number
  readonly community: Uint8Array
  readonly origin: string
  readonly generation: number
}

/** The row of a log, or null when the file does not know it. */
export const findLog = (db: DatabaseSync, origin: string): LogRow | null =>
  (db.prepare('SELECT id, community, origin, generation FROM log WHERE origin = ?').get(origin) as
    | LogRow
    | undefined) ?? null

/** Finds or creates the row of a log. Inside a transaction when it may create. */
export function logRow(db: DatabaseSync, log: Omit<LogRow, 'id'>): LogRow {
  db.prepare('INSERT INTO log (community, origin, generation) VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(
    log.community,
    log.origin,
    log.generation,
  )
  const row = findLog(db, log.origin)
  if (row === null) throw new StageError('internal', 'The ledger could not write the name of a log.')
  return row
}
