import type { DatabaseSync } from 'node:sqlite'
import type { LogTables } from './tables.ts'
import { type Head, logId, openTables } from './tables.ts'

/** Most announcements kept beyond a gap, per log: a gap is closed by one log fetch, long before this many arrive. */
export const ANNOUNCED_MAX = 4_096

/** Most signed heads kept beyond the entries held, per log. */
const HEADS_MAX = 1_024

/** Most evidence rows per log: one is enough to show, and a hostile log must not fill the disk. */
const EVIDENCE_MAX = 64

/** `fork`: two signed heads that no one history has. `invalid-entry`: a signed head over an entry that breaks the rules. */
export interface Evidence {
  readonly kind: 'fork' | 'invalid-entry'
  /** Size of the head that was refused. */
  readonly size: number
  /** Signed note that was held, and the one that contradicts it or covers the invalid entry. */
  readonly held: string
  readonly seen: string
  /** The announcement or entry that shows it; empty when the two notes alone do. */
  readonly message: Uint8Array
  readonly noticedAt: number
}

/** A followed log: its entries up to the first gap, what was announced beyond, and what speaks against it. */
export interface FollowedTables extends LogTables {
  announced(index: number): Uint8Array | null
  announcedFrom(index: number, limit: number): { readonly index: number; readonly message: Uint8Array }[]
  announcedCount(): number
  putAnnounced(index: number, message: Uint8Array): void
  dropAnnounced(index: number): void
  dropAnnouncedBelow(index: number): void
  headsUpTo(size: number): Head[]
  dropHead(size: number): void
  /** Keeps a head unless one of its size is held, or too many are. */
  keepHead(head: Head): void
  addEvidence(evidence: Evidence): void
  evidence(): Evidence[]
}

type AnnouncedTables = Pick<
  FollowedTables,
  'announced' | 'announcedFrom' | 'announcedCount' | 'putAnnounced' | 'dropAnnounced' | 'dropAnnouncedBelow'
>

function announcedOf(db: DatabaseSync, log: number): AnnouncedTables {
  const get = db.prepare('SELECT message FROM announced WHERE log = ? AND idx = ?')
  const from = db.prepare(
    'SELECT idx AS "index", message FROM announced WHERE log = ? AND idx >= ? ORDER BY idx DESC LIMIT ?',
  )
  const count = db.prepare('SELECT count(*) AS n FROM announced WHERE log = ?')
  const put = db.prepare('INSERT OR REPLACE INTO announced (log, idx, message) VALUES (?, ?, ?)')
  const drop = db.prepare('DELETE FROM announced WHERE log = ? AND idx = ?')
  const dropBelow = db.prepare('DELETE FROM announced WHERE log = ? AND idx < ?')
  return {
    announced: index => (get.get(log, index) as { message: Uint8Array } | undefined)?.message ?? null,
    announcedFrom: (index, limit) => from.all(log, index, limit) as unknown as { index: number; message: Uint8Array }[],
    announcedCount: () => (count.get(log) as { n: number }).n,
    putAnnounced: (index, message) => void put.run(log, index, message),
    dropAnnounced: index => void drop.run(log, index),
    dropAnnouncedBelow: index => void dropBelow.run(log, index),
  }
}

function evidenceOf(db: DatabaseSync, log: number): Pick<FollowedTables, 'addEvidence' | 'evidence'> {
  const put = db.prepare(
    `INSERT INTO evidence (log, kind, size, held, seen, message, noticed_at) SELECT ?, ?, ?, ?, ?, ?, ?
     WHERE (SELECT count(*) FROM evidence WHERE log = ?) < ${EVIDENCE_MAX} ON CONFLICT DO NOTHING`,
  )
  const all = db.prepare(
    'SELECT kind, size, held, seen, message, noticed_at AS noticedAt FROM evidence WHERE log = ? ORDER BY id',
  )
  return {
    addEvidence: ({ kind, size, held, seen, message, noticedAt }) =>
      void put.run(log, kind, size, held, seen, message, noticedAt, log),
    evidence: () => all.all(log) as unknown as Evidence[],
  }
}

export function openFollowedTables(db: DatabaseSync, community: Uint8Array): FollowedTables {
  const log = logId(db, community)
  const tables = openTables(db, log)
  const upTo = db.prepare('SELECT size, root, note FROM head WHERE log = ? AND size <= ? ORDER BY size')
  const drop = db.prepare('DELETE FROM head WHERE log = ? AND size = ?')
  const count = db.prepare('SELECT count(*) AS n FROM head WHERE log = ?')
  return {
    ...tables,
    ...announcedOf(db, log),
    ...evidenceOf(db, log),
    headsUpTo: size => upTo.all(log, size) as unknown as Head[],
    dropHead: size => void drop.run(log, size),
    keepHead(head) {
      const held = (count.get(log) as { n: number }).n
      if (held < HEADS_MAX && tables.head(head.size) === null) tables.putHead(head)
    },
  }
}
