import type { DatabaseSync } from 'node:sqlite'

export interface EntryRow {
  readonly index: number
  readonly body: Uint8Array
  /** Canonical lines of its division; null when it divides nothing. */
  readonly lines: Uint8Array | null
}

/** Leaves of one log, and which order became which. Nothing is cached: what it answers is what the file holds. */
export interface EntryTable {
  /** Consecutive entries from 0. */
  size(): number
  row(index: number): EntryRow | null
  rows(start: number, limit: number): EntryRow[]
  /** One row at a time, for a log that does not fit memory. */
  each(start: number): IterableIterator<EntryRow>
  bodies(start: number, limit: number): Uint8Array[]
  put(row: EntryRow): void
  executedAt(id: Uint8Array): number | null
  putExecuted(id: Uint8Array, index: number): void
  executedCount(): number
}

export function openEntries(db: DatabaseSync, log: number): EntryTable {
  const last = db.prepare('SELECT max(idx) AS idx FROM entry WHERE log = ?')
  const columns = 'SELECT idx AS "index", body, lines FROM entry WHERE log = ?'
  const one = db.prepare(`${columns} AND idx = ?`)
  const some = db.prepare(`${columns} AND idx >= ? ORDER BY idx LIMIT ?`)
  const put = db.prepare('INSERT INTO entry (log, idx, body, lines) VALUES (?, ?, ?, ?)')
  const executed = db.prepare('SELECT idx FROM executed WHERE log = ? AND id = ?')
  const putExecuted = db.prepare('INSERT INTO executed (log, id, idx) VALUES (?, ?, ?)')
  const count = db.prepare('SELECT count(*) AS n FROM executed WHERE log = ?')
  const rows = (start: number, limit: number) => some.all(log, start, limit) as unknown as EntryRow[]
  return {
    size: () => ((last.get(log) as { idx: number | null }).idx ?? -1) + 1,
    row: index => (one.get(log, index) as EntryRow | undefined) ?? null,
    rows,
    // A statement of its own: two walks at once must not share a cursor.
    each: start =>
      db.prepare(`${columns} AND idx >= ? ORDER BY idx`).iterate(log, start) as unknown as IterableIterator<EntryRow>,
    bodies: (start, limit) => rows(start, limit).map(row => row.body),
    put: row => void put.run(log, row.index, row.body, row.lines),
    executedAt: id => (executed.get(log, id) as { idx: number } | undefined)?.idx ?? null,
    putExecuted: (id, index) => void putExecuted.run(log, id, index),
    executedCount: () => (count.get(log) as { n: number }).n,
  }
}
