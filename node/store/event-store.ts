import type { DatabaseSync } from 'node:sqlite'
import type { EventKey, EventStore, VectorEntry } from '#node/ports/event-store.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import { asStageError, transaction } from './database.ts'
import { createProjector, hex } from './projector.ts'

/** The events of every community held, in SQLite, projected in the same transaction that appends them. */
export function createEventStore(db: DatabaseSync, file: string): EventStore {
  const insert = db.prepare(
    `INSERT INTO events (id, community, author, seq, at, type, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
  )
  const has = db.prepare('SELECT 1 FROM events WHERE id = ?')
  const get = db.prepare('SELECT bytes FROM events WHERE id = ? AND community = ?')
  const vector = db.prepare(
    `SELECT author, max(seq) AS seqMax, count(*) AS count FROM events WHERE community = ? GROUP BY author LIMIT ?`,
  )
  const byAuthor = db.prepare(
    'SELECT bytes FROM events WHERE community = ? AND author = ? AND seq > ? ORDER BY seq, id LIMIT ?',
  )
  const keys = db.prepare('SELECT at, id FROM events WHERE community = ? ORDER BY at, id')
  // A hundred thousand rows at once: arrays cost half of what objects do.
  keys.setReturnArrays(true)
  const countOf = createCounter(db)
  const seqMax = db.prepare('SELECT max(seq) AS seq FROM events WHERE community = ? AND author = ?')
  const project = createProjector(db)

  const appendOne = (event: AcceptedEvent): boolean => {
    const { community, author, seq, at, type, bytes } = event.envelope
    const added = insert.run(event.id, community, author, seq, at, type, bytes).changes === 1
    if (added) project(event)
    return added
  }

  return {
    append: events => asStageError(file, () => transaction(db, () => events.map(appendOne))),
    has: id => has.get(id) !== undefined,
    get: (community, ids) =>
      ids.flatMap(id => {
        const row = get.get(id, community) as { bytes: Uint8Array } | undefined
        return row === undefined ? [] : [row.bytes]
      }),
    vector(community, authorsMax) {
      const rows = vector.all(community, authorsMax + 1) as unknown as VectorEntry[]
      return rows.length > authorsMax ? null : rows
    },
    byAuthor: (community, author, after, limit) =>
      (byAuthor.all(community, author, after, limit) as { bytes: Uint8Array }[]).map(row => row.bytes),
    keys: community =>
      (keys.all(community) as unknown as [number, Uint8Array][]).map(([at, id]): EventKey => ({ at, id })),
    count: countOf,
    nextSeq: (community, author) => ((seqMax.get(community, author) as { seq: number | null }).seq ?? 0) + 1,
  }
}

/** Counts a community's events. They are only ever added, so that after the first time just the newest are looked at. */
function createCounter(db: DatabaseSync): EventStore['count'] {
  const all = db.prepare('SELECT count(*) AS n FROM events WHERE community = ?')
  const newest = db.prepare('SELECT max(position) AS position FROM events')
  const newer = db.prepare('SELECT count(*) AS n FROM events WHERE position > ? AND +community = ?')
  const known = new Map<string, { readonly upTo: number; readonly count: number }>()
  return community => {
    const key = hex(community)
    const before = known.get(key)
    const upTo = (newest.get() as { position: number | null }).position ?? 0
    if (before?.upTo === upTo) return before.count
    const row = before === undefined ? all.get(community) : newer.get(before.upTo, community)
    const count = (before?.count ?? 0) + (row as { n: number }).n
    known.set(key, { upTo, count })
    return count
  }
}
