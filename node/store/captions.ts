import type { DatabaseSync } from 'node:sqlite'
import type { CaptionsView } from '#node/ports/captions.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { Captions, Cue } from '#protocols/catalog/v1/captions.ts'

/** Words in step with the music; the cues as JSON, because nothing asks for one. */
export const CAPTIONS = `
CREATE TABLE captions (
  release TEXT NOT NULL, community BLOB NOT NULL, track INTEGER NOT NULL, language TEXT NOT NULL, seq INTEGER NOT NULL,
  id BLOB NOT NULL, cues TEXT NOT NULL, PRIMARY KEY (release, community, track, language)
) STRICT;
`
export const CAPTION_TABLES = ['captions'] as const
const NONE = '[]'

/** An older version kept such events without reading them. */
export const areCaptionsMissing = (db: DatabaseSync): boolean =>
  db
    .prepare(
      `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM captions) AND EXISTS (SELECT 1 FROM events WHERE type = 'catalog/captions')`,
    )
    .get() !== undefined

export function createCaptionsWriter(db: DatabaseSync) {
  const keep = db.prepare(
    `INSERT INTO captions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, id = excluded.id,
     cues = excluded.cues WHERE excluded.seq > captions.seq OR (excluded.seq = captions.seq AND excluded.id < captions.id)`,
  )
  return {
    'catalog/captions': ({ id, envelope: e }: AcceptedEvent, body: Captions): void => {
      keep.run(body.release, e.community, body.track, body.language, e.seq, id, JSON.stringify(body.cues))
    },
  }
}

export function createCaptions(db: DatabaseSync): CaptionsView {
  const list = db.prepare(
    'SELECT track, language FROM captions WHERE release = ? AND community = ? AND cues <> ? ORDER BY track, language',
  )
  const find = db.prepare(
    'SELECT cues FROM captions WHERE release = ? AND community = ? AND track = ? AND language = ? AND cues <> ?',
  )
  return {
    languages(release, community) {
      const rows = list.all(release, community, NONE) as { track: number; language: string }[]
      const byTrack = Map.groupBy(rows, ({ track }) => track)
      return new Map([...byTrack].map(([track, named]) => [track, named.map(({ language }) => language)]))
    },
    cues(release, community, track, language) {
      const row = find.get(release, community, track, language, NONE) as { cues: string } | undefined
      return row === undefined ? null : (JSON.parse(row.cues) as Cue[])
    },
  }
}
