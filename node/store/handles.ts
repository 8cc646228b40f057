import type { DatabaseSync } from 'node:sqlite'
import type { HandleClaim, Handles } from '#node/ports/handles.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { Grant, Handle } from '#protocols/engagement/v1/handle.ts'
import { skeletonOf } from '#src/identity/handle.ts'

/**
 * Claims and the community's answers, which may arrive in any order; `handles` is made from them: for each author the
 * claim that the community granted last. Of several authors with one skeleton, who was granted it first bears it.
 */
export const HANDLES = `
CREATE TABLE handle_claims (
  id BLOB PRIMARY KEY, community BLOB NOT NULL, author BLOB NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
  handle TEXT NOT NULL
) STRICT;
CREATE INDEX handle_claims_by_author ON handle_claims (community, author, seq);
CREATE TABLE handle_grants (
  community BLOB NOT NULL, claim BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (community, claim)
) STRICT;
CREATE TABLE handles (
  community BLOB NOT NULL, author BLOB NOT NULL, handle TEXT NOT NULL, skeleton TEXT NOT NULL, seq INTEGER NOT NULL,
  claim BLOB NOT NULL, PRIMARY KEY (community, author)
) STRICT;
CREATE INDEX handles_by_skeleton ON handles (community, skeleton, seq);
`

export const HANDLE_TABLES = ['handle_claims', 'handle_grants', 'handles'] as const

/** An older version kept such events without reading them. */
export const areHandlesMissing = (db: DatabaseSync): boolean =>
  db
    .prepare(
      `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM handle_claims) AND NOT EXISTS (SELECT 1 FROM handle_grants)
       AND EXISTS (SELECT 1 FROM events WHERE type IN ('engagement/handle', 'engagement/grant'))`,
    )
    .get() !== undefined

/** SQL: the handle that a key bears in a community, or NULL. */
export const HANDLE = (community: string, key: string): string => `(SELECT h.handle FROM handles h
  WHERE h.community = ${community} AND h.author = ${key} AND h.handle <> '' AND NOT EXISTS (
    SELECT 1 FROM handles o WHERE o.community = h.community AND o.skeleton = h.skeleton
    AND (o.seq < h.seq OR (o.seq = h.seq AND o.claim < h.claim))))`

export function createHandleWriter(db: DatabaseSync) {
  const claim = db.prepare('INSERT OR IGNORE INTO handle_claims VALUES (?, ?, ?, ?, ?, ?)')
  const grant = db.prepare(
    'INSERT INTO handle_grants VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)',
  )
  const granted = db.prepare(
    `SELECT c.author, c.handle, g.seq FROM handle_claims c JOIN handle_grants g ON g.claim = c.id AND g.community = c.community
     WHERE c.id = ? AND c.community = ?`,
  )
  const bear = db.prepare(
    `INSERT INTO handles VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET handle = excluded.handle,
     skeleton = excluded.skeleton, seq = excluded.seq, claim = excluded.claim
     WHERE excluded.seq > handles.seq OR (excluded.seq = handles.seq AND excluded.claim < handles.claim)`,
  )
  const settle = (id: Uint8Array, community: Uint8Array): void => {
    const row = granted.get(id, community) as { author: Uint8Array; handle: string; seq: number } | undefined
    if (row !== undefined) bear.run(community, row.author, row.handle, skeletonOf(row.handle), row.seq, id)
  }
  return {
    'engagement/handle': ({ id, envelope: e }: AcceptedEvent, body: Handle) => {
      claim.run(id, e.community, e.author, e.seq, e.at, body.handle)
      settle(id, e.community)
    },
    'engagement/grant': ({ envelope: e }: AcceptedEvent, body: Grant) => {
      grant.run(e.community, body.claim, e.seq)
      settle(body.claim, e.community)
    },
  }
}

/** Claims looked at again after a restart: those that came in the moments before it. */
const OPEN_MAX = 1_000

/** Who bears which handle. */
export function createHandles(db: DatabaseSync): Handles {
  const of = db.prepare(`SELECT ${HANDLE('?1', '?2')} AS handle`)
  const holder = db.prepare(
    "SELECT author FROM handles WHERE community = ? AND skeleton = ? AND handle <> '' ORDER BY seq, claim LIMIT 1",
  )
  const asked = db.prepare(
    'SELECT handle FROM handle_claims WHERE community = ? AND author = ? ORDER BY seq DESC, id LIMIT 1',
  )
  const claimant = db.prepare('SELECT author FROM handle_claims WHERE community = ? AND id = ?')
  // Rows are numbered as they came: dates are what authors say, and claims that were refused stay.
  const open = db.prepare(
    `SELECT c.id, c.author, c.handle FROM handle_claims c WHERE c.community = ?1
     AND NOT EXISTS (SELECT 1 FROM handle_grants g WHERE g.community = c.community AND g.claim = c.id)
     AND NOT EXISTS (SELECT 1 FROM handle_claims n WHERE n.community = c.community AND n.author = c.author AND n.seq > c.seq)
     ORDER BY c.rowid DESC LIMIT ${OPEN_MAX}`,
  )
  return {
    of: (community, key) => (of.get(community, key) as { handle: string | null }).handle,
    holder(community, handle) {
      const row = holder.get(community, skeletonOf(handle)) as { author: Uint8Array } | undefined
      return row?.author ?? null
    },
    asked: (community, key) => (asked.get(community, key) as { handle: string } | undefined)?.handle ?? null,
    claimant(community, claim) {
      const row = claimant.get(community, claim) as { author: Uint8Array } | undefined
      return row?.author ?? null
    },
    open: community => (open.all(community) as unknown as HandleClaim[]).reverse(),
  }
}
