import type { DatabaseSync } from 'node:sqlite'
import type { Views } from '#node/ports/views.ts'

/**
 * This stage's own numbering of what happens in each room: one running number without holes for every message that came
 * and every change of one, in the order of arrival. Whoever heard all numbers missed nothing. The room '' of a community
 * has no messages: its number counts the words of moderation that may change what any room shows.
 */
export const ROOM_LOG = `
CREATE TABLE room_places (
  place INTEGER PRIMARY KEY, community BLOB NOT NULL, room TEXT NOT NULL, last INTEGER NOT NULL,
  UNIQUE (community, room)
) STRICT;
CREATE TABLE room_log (
  place INTEGER NOT NULL, n INTEGER NOT NULL, message BLOB NOT NULL, PRIMARY KEY (place, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_log_by_message ON room_log (message);
`

export const ROOM_LOG_TABLES = ['room_places', 'room_log'] as const

/** Where the words of moderation are counted: no room of the wire has an empty name. */
const MODERATION = ''

/** SQL: the number of the newest change of a message. */
export const NEWEST_CHANGE = (alias: string): string =>
  `(SELECT max(l.n) FROM room_log l WHERE l.message = ${alias}.id) AS n`

/** An older version kept messages without numbers. */
export const isRoomLogMissing = (db: DatabaseSync): boolean =>
  db.prepare('SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM room_places) AND EXISTS (SELECT 1 FROM messages)').get() !==
  undefined

/** Gives numbers. Runs inside the transaction that appends the event. */
export function createRoomLogWriter(db: DatabaseSync) {
  const next = db.prepare(
    `INSERT INTO room_places (community, room, last) VALUES (?, ?, 1)
     ON CONFLICT (community, room) DO UPDATE SET last = last + 1 RETURNING place, last`,
  )
  const add = db.prepare('INSERT INTO room_log VALUES (?, ?, ?)')
  const roomOf = db.prepare('SELECT room FROM messages WHERE id = ? AND community = ? AND author = ?')
  const take = (community: Uint8Array, room: string) => next.get(community, room) as { place: number; last: number }
  const said = (community: Uint8Array, room: string, message: Uint8Array): void => {
    const { place, last } = take(community, room)
    add.run(place, last, message)
  }
  return {
    said,
    /** Of a message that is not here, or is somebody else's, nothing changed. */
    changed(community: Uint8Array, author: Uint8Array, message: Uint8Array): void {
      const row = roomOf.get(message, community, author) as { room: string } | undefined
      if (row !== undefined) said(community, row.room, message)
    },
    moderated: (community: Uint8Array): void => void take(community, MODERATION),
  }
}

/** How far the numbers of a room and of its community's moderation are, and which messages changed since a number. */
export function createRoomLog(db: DatabaseSync): Pick<Views, 'roomNumbers'> & {
  /** Ids of messages with a change after a number, and the number up to which the answer goes. */
  readonly changedAfter: (
    community: Uint8Array,
    room: string,
    after: number,
    limit: number,
  ) => { readonly ids: Uint8Array[]; readonly upTo: number }
} {
  const numbers = db.prepare('SELECT last FROM room_places WHERE community = ? AND room = ?')
  const entries = db.prepare(
    `SELECT l.n, l.message FROM room_log l JOIN room_places p ON p.place = l.place
     WHERE p.community = ? AND p.room = ? AND l.n > ? ORDER BY l.n LIMIT ?`,
  )
  const last = (community: Uint8Array, room: string): number =>
    (numbers.get(community, room) as { last: number } | undefined)?.last ?? 0
  return {
    roomNumbers: (community, room) => ({ last: last(community, room), moderated: last(community, MODERATION) }),
    changedAfter(community, room, after, limit) {
      const rows = entries.all(community, room, after, limit) as unknown as { n: number; message: Uint8Array }[]
      return { ids: rows.map(({ message }) => message), upTo: rows.at(-1)?.n ?? after }
    },
  }
}
