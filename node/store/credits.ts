import type { DatabaseSync } from 'node:sqlite'
import type { CreditsView } from '#node/ports/credits.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { Credits } from '#protocols/catalog/v1/credits.ts'

/** Who played what; the tracks as JSON, because nothing asks for one name. */
export const CREDITS = `
CREATE TABLE credits (
  release TEXT NOT NULL, community BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, tracks TEXT NOT NULL,
  PRIMARY KEY (release, community)
) STRICT;
`
export const CREDIT_TABLES = ['credits'] as const

/** An older version kept such events without reading them. */
export const areCreditsMissing = (db: DatabaseSync): boolean =>
  db
    .prepare(
      `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM credits) AND EXISTS (SELECT 1 FROM events WHERE type = 'catalog/credits')`,
    )
    .get() !== undefined

export function createCreditsWriter(db: DatabaseSync) {
  const keep = db.prepare(
    `INSERT INTO credits VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, id = excluded.id,
     tracks = excluded.tracks WHERE excluded.seq > credits.seq OR (excluded.seq = credits.seq AND excluded.id < credits.id)`,
  )
  return {
    'catalog/credits': ({ id, envelope: e }: AcceptedEvent, { release, tracks }: Credits): void => {
      keep.run(release, e.community, e.seq, id, JSON.stringify(tracks))
    },
  }
}

export function createCredits(db: DatabaseSync): CreditsView {
  const find = db.prepare('SELECT tracks FROM credits WHERE release = ? AND community = ?')
  return {
    of(release, community) {
      const row = find.get(release, community) as { tracks: string } | undefined
      return row === undefined ? [] : (JSON.parse(row.tracks) as Credits['tracks'])
    },
  }
}
