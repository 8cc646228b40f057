import type { DatabaseSync } from 'node:sqlite'
import type { CallRow, NoticeViews } from '#node/ports/notices.ts'
import { calledWords, claimedName } from '#src/engagement/mention.ts'
import { EDITED_TEXT, WITH_EDIT } from './edits.ts'
import { HANDLE } from './handles.ts'
import { AUDIBLE } from './visible.ts'

/** Which words were called with an @ in messages and comments, and by whom communities are followed. */
export const NOTICES = `
CREATE TABLE calls (word TEXT NOT NULL, id BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (word, id)) STRICT;
CREATE INDEX calls_by_time ON calls (word, at);
CREATE INDEX fans_by_author ON fans (author) WHERE following = 1;
CREATE INDEX appeals_by_author ON appeals (author);
`

export const NOTICE_TABLES = ['calls'] as const

/** An older version kept messages without looking for names in them. */
export const areCallsMissing = (db: DatabaseSync): boolean =>
  db
    .prepare(
      `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM calls) AND (
       EXISTS (SELECT 1 FROM messages WHERE text GLOB '*@[A-Za-z0-9_]*')
       OR EXISTS (SELECT 1 FROM comments WHERE text GLOB '*@[A-Za-z0-9_]*'))`,
    )
    .get() !== undefined

/** Notes whom a text calls. Of an edit, `id` is what was edited. */
export function createCallWriter(db: DatabaseSync): (id: Uint8Array, at: number, text: string) => void {
  const add = db.prepare('INSERT INTO calls VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = min(at, excluded.at)')
  return (id, at, text) => {
    for (const word of calledWords(text)) add.run(word, id, at)
  }
}

/** Rows of one kind looked at for one answer. */
const ROWS_MAX = 100
/** Calls of one word looked at for one answer, the newest: whoever is called more often reads the rest where it was said. */
const CALLS_MAX = 500
const FOLLOWERS_MAX = 20_000

const CALLS = `(SELECT id, at FROM calls WHERE word = ? AND at >= ? ORDER BY at DESC LIMIT ${CALLS_MAX}) c`

interface CallRecord extends Omit<CallRow, 'who'> {
  readonly handle: string | null
  readonly name: string
}

const SAID = `x.id, x.community, x.author, ${EDITED_TEXT}, x.at,
  ${HANDLE('x.community', 'x.author')} AS handle, x.name`

export function createNoticeViews(db: DatabaseSync): NoticeViews {
  const messages = db.prepare(
    `SELECT ${SAID}, x.room, NULL AS release FROM ${CALLS} JOIN messages x ON x.id = c.id ${WITH_EDIT}
     WHERE ${AUDIBLE('x')} ORDER BY c.at DESC LIMIT ${ROWS_MAX}`,
  )
  // As on the release itself: what was said about it elsewhere does not count.
  const comments = db.prepare(
    `SELECT ${SAID}, NULL AS room, x.release FROM ${CALLS} JOIN comments x ON x.id = c.id
     JOIN releases r ON r.release = x.release AND r.community = x.community ${WITH_EDIT}
     WHERE ${AUDIBLE('x')} ORDER BY c.at DESC LIMIT ${ROWS_MAX}`,
  )
  const followed = db.prepare(`SELECT community FROM fans WHERE author = ? AND following = 1 LIMIT ${ROWS_MAX}`)
  const followers = db.prepare(`SELECT author FROM fans WHERE community = ? AND following = 1 LIMIT ${FOLLOWERS_MAX}`)
  const appellant = db.prepare('SELECT author FROM appeals WHERE id = ? AND community = ?')
  const releases = db.prepare(
    `SELECT release AS id, community, published_at AS at FROM releases WHERE published_at >= ?
     ORDER BY published_at DESC LIMIT ${ROWS_MAX}`,
  )
  const answers = db.prepare(
    `SELECT w.id, w.community, w.at, w.upheld, w.reason FROM appeals p
     JOIN answers w ON w.appeal = p.id AND w.community = p.community
     WHERE p.author = ? AND w.at >= ? ORDER BY w.at DESC LIMIT ${ROWS_MAX}`,
  )
  const hidden = db.prepare(
    "SELECT community, since AS at FROM standing WHERE scope = 'event' AND target = ? AND active = 1 LIMIT 1",
  )
  return {
    calls: (word, since) =>
      ([...messages.all(word, since), ...comments.all(word, since)] as unknown as CallRecord[]).map(
        ({ handle, name, ...row }) => ({ ...row, who: handle === null ? claimedName(name) : `@${handle}` }),
      ),
    followedBy: key => (followed.all(key) as { community: Uint8Array }[]).map(row => row.community),
    followersOf: community => (followers.all(community) as { author: Uint8Array }[]).map(row => row.author),
    appellant: (community, appeal) =>
      (appellant.all(appeal, community) as { author: Uint8Array }[]).map(row => row.author),
    releasesSince: since => releases.all(since) as unknown as ReturnType<NoticeViews['releasesSince']>,
    answers: (key, since) =>
      (answers.all(key, since) as unknown as ReturnType<NoticeViews['answers']>).map(row => ({
        ...row,
        upheld: Boolean(row.upheld),
      })),
    hidden: id => (hidden.get(id) as unknown as ReturnType<NoticeViews['hidden']>) ?? null,
  }
}
