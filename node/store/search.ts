import type { DatabaseSync } from 'node:sqlite'
import type { Found } from '#node/ports/views.ts'
import type { ReleaseManifest } from '#protocols/catalog/v1/codec.ts'

/**
 * Full-text index over releases and communities (SQLite FTS5). `remove_diacritics 2` folds every mark, so that "bjor" finds
 * "Björk". What is indexed follows from the events alone, in whatever order they came.
 */
export const SEARCH = `
CREATE TABLE search_docs (doc INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (kind, key)) STRICT;
CREATE VIRTUAL TABLE search USING fts5 (
  name, artist, tracks, words, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
`

export const SEARCH_TABLES = ['search_docs', 'search'] as const

interface Indexed {
  readonly name: string
  readonly artist: string
  readonly tracks: string
  readonly words: string
}

const ofRelease = ({ title, artist, tracks, description }: ReleaseManifest): Indexed => ({
  name: title,
  artist,
  tracks: tracks.map(track => `${track.title} ${track.artist}`).join('\n'),
  words: description,
})

/** Writes into the index. Runs inside the transaction that appends the event. */
export function createSearchWriter(db: DatabaseSync) {
  const newDoc = db.prepare('INSERT OR IGNORE INTO search_docs (kind, key) VALUES (?, ?)')
  const docOf = db.prepare('SELECT doc FROM search_docs WHERE kind = ? AND key = ?')
  const remove = db.prepare('DELETE FROM search WHERE rowid = ?')
  const insert = db.prepare('INSERT INTO search (rowid, name, artist, tracks, words) VALUES (?, ?, ?, ?, ?)')
  const put = (kind: 'release' | 'community', key: string, { name, artist, tracks, words }: Indexed): void => {
    newDoc.run(kind, key)
    const { doc } = docOf.get(kind, key) as { doc: number }
    remove.run(doc)
    insert.run(doc, name, artist, tracks, words)
  }
  return {
    release: (manifest: ReleaseManifest): void => put('release', manifest.id, ofRelease(manifest)),
    community: (key: string, name: string, about: string): void =>
      put('community', key, { name, artist: '', tracks: '', words: about }),
  }
}

/** Words of a query that count; more make it no better. */
const WORDS_MAX = 8
/** Answers read before those that are not shown here are left out. */
const FOUND_MAX = 200

/** What is left of a query once it is words: letters, digits, and marks that belong to a letter. */
const wordsOf = (query: string): string[] =>
  query
    .normalize('NFKC')
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(word => word !== '')
    .slice(0, WORDS_MAX)

/** Best first. Every word must begin a word of what is found; a hit in a name weighs more than one in a description. */
export function createSearch(db: DatabaseSync): (query: string) => Found[] {
  const find = db.prepare(
    `SELECT d.kind AS kind, d.key AS key FROM search s JOIN search_docs d ON d.doc = s.rowid
     WHERE search MATCH ? ORDER BY bm25(search, 10.0, 8.0, 4.0, 1.0), d.key LIMIT ${FOUND_MAX}`,
  )
  return query => {
    const words = wordsOf(query)
    if (words.length === 0) return []
    return find.all(words.map(word => `"${word}"*`).join(' ')) as unknown as Found[]
  }
}

/** Whether a folder of an earlier version was opened, whose releases were never indexed. */
export const isIndexMissing = (db: DatabaseSync): boolean =>
  db
    .prepare(
      `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM search_docs)
     AND (EXISTS (SELECT 1 FROM releases) OR EXISTS (SELECT 1 FROM communities))`,
    )
    .get() !== undefined
