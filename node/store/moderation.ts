import type { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { Bodies } from '#src/engagement/events.ts'
import { IS_MODERATOR } from './moderation-tables.ts'

type ModerationType =
  | 'engagement/moderation'
  | 'engagement/role'
  | 'engagement/decision'
  | 'engagement/appeal'
  | 'engagement/answer'
  | 'engagement/report'
  | 'engagement/room'

type Writers = { [K in ModerationType]: (event: AcceptedEvent, body: Bodies[K]) => void }

interface Place {
  community: Uint8Array
  scope: string
  target: Uint8Array
}

/** The later sequence of one author wins; at one sequence the lower id. */
const LATER = (table: string) =>
  `WHERE excluded.seq > ${table}.seq OR (excluded.seq = ${table}.seq AND excluded.id < ${table}.id)`

const SCOPES = {
  hide: 'event',
  unhide: 'event',
  mute: 'voice',
  unmute: 'voice',
  ban: 'author',
  unban: 'author',
} as const
const ACTIVE = new Set(['hide', 'mute', 'ban'])

/**
 * Which word holds, of those whose authors may speak it: the community's own in force and without an end, else the
 * newest by date, at one date the lower id. An upheld appeal takes the force out of its decision. Moderators decide
 * neither about the community nor about each other.
 */
const HOLDING = `
  SELECT community, scope, target, force AS active, at AS since, until, reason, author, id AS decision FROM (
    SELECT d.*, d.active = 1 AND NOT EXISTS (
      SELECT 1 FROM appeals p JOIN answers w ON w.community = p.community AND w.appeal = p.id AND w.upheld = 1
      WHERE p.decision = d.id AND p.community = d.community) AS force
    FROM decisions d
    WHERE d.community = ?1 AND d.scope = ?2 AND d.target = ?3 AND (d.author = d.community OR (
      ${IS_MODERATOR('d.community', 'd.author')} AND (d.scope = 'event' OR NOT (
        d.target = d.community OR ${IS_MODERATOR('d.community', 'd.target')}))))
  ) ORDER BY (author = community AND force = 1 AND until = 0) DESC, at DESC, id LIMIT 1`

/** Makes what holds from the words, whatever came first: each word that may change it makes it again. */
function createHolder(db: DatabaseSync) {
  const clear = db.prepare('DELETE FROM standing WHERE community = ? AND scope = ? AND target = ?')
  const settle = db.prepare(`INSERT INTO standing ${HOLDING}`)
  const touching = db.prepare(
    `SELECT community, scope, target FROM decisions WHERE community = ?1 AND author = ?2
     UNION SELECT community, scope, target FROM decisions WHERE community = ?1 AND target = ?2 AND scope IN ('author', 'voice')`,
  )
  const named = db.prepare('SELECT community, scope, target FROM decisions WHERE id = ?')
  const again = ({ community, scope, target }: Place): void => {
    clear.run(community, scope, target)
    settle.run(community, scope, target)
  }
  return {
    again,
    person: (community: Uint8Array, key: Uint8Array) =>
      (touching.all(community, key) as unknown as Place[]).forEach(again),
    decision: (id: Uint8Array) => (named.all(id) as unknown as Place[]).forEach(again),
  }
}

/** Writes roles, decisions, appeals and their answers, reports and the rules of rooms. `changed`: what is shown may be other now. */
export function createModerationWriter(db: DatabaseSync, changed: (community: Uint8Array) => void): Writers {
  const holder = createHolder(db)
  const role = db.prepare(
    `INSERT INTO roles VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     seq = excluded.seq, id = excluded.id, moderator = excluded.moderator ${LATER('roles')}`,
  )
  const decide = db.prepare(
    `INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq,
     id = excluded.id, at = excluded.at, active = excluded.active, until = excluded.until, reason = excluded.reason
     ${LATER('decisions')}`,
  )
  const appeal = db.prepare('INSERT OR IGNORE INTO appeals VALUES (?, ?, ?, ?, ?, ?)')
  const answer = db.prepare(
    `INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, id = excluded.id,
     at = excluded.at, upheld = excluded.upheld, reason = excluded.reason ${LATER('answers')}`,
  )
  const appealed = db.prepare('SELECT decision FROM appeals WHERE id = ? AND community = ?')
  const report = db.prepare(
    `INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, id = excluded.id,
     at = excluded.at, reason = excluded.reason ${LATER('reports')}`,
  )
  const room = db.prepare(
    `INSERT INTO room_words VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq,
     id = excluded.id, at = excluded.at, slow_ms = excluded.slow_ms, closed = excluded.closed ${LATER('room_words')}`,
  )
  const moderates = db.prepare(`SELECT 1 WHERE ${IS_MODERATOR('?1', '?2')}`)
  const word = ({ id, envelope: e }: AcceptedEvent, b: Omit<Bodies['engagement/decision'], 'until'>, until: number) => {
    const scope = SCOPES[b.action]
    decide.run(e.community, scope, b.target, e.author, e.seq, id, e.at, ACTIVE.has(b.action) ? 1 : 0, until, b.reason)
    holder.again({ community: e.community, scope, target: b.target })
    // What strangers sign as if they moderated changes nothing: nobody reads again for it.
    if (equals(e.author, e.community) || moderates.get(e.community, e.author) !== undefined) changed(e.community)
  }
  return {
    'engagement/moderation': (event, b) => word(event, b, 0),
    'engagement/decision': (event, b) => word(event, b, b.until),
    'engagement/role': ({ id, envelope: e }, b) => {
      role.run(e.community, b.key, e.seq, id, b.role === 'moderator' ? 1 : 0)
      holder.person(e.community, b.key)
      changed(e.community)
    },
    'engagement/appeal': ({ id, envelope: e }, b) => {
      appeal.run(id, e.community, b.decision, e.author, e.at, b.text)
      holder.decision(b.decision)
    },
    'engagement/answer': ({ id, envelope: e }, b) => {
      answer.run(e.community, b.appeal, e.seq, id, e.at, b.upheld ? 1 : 0, b.reason)
      const row = appealed.get(b.appeal, e.community) as { decision: Uint8Array } | undefined
      if (row !== undefined) holder.decision(row.decision)
      changed(e.community)
    },
    'engagement/report': ({ id, envelope: e }, b) => {
      report.run(e.community, b.target, e.author, e.seq, id, e.at, b.reason)
    },
    'engagement/room': ({ id, envelope: e }, b) => {
      room.run(e.community, b.room, e.author, e.seq, id, e.at, b.slowMs, b.closed ? 1 : 0)
    },
  }
}

/** Whether the folder was written by a version that kept other words of moderation, or none: then they are read again. */
export const isModerationMissing = (db: DatabaseSync): boolean =>
  db
    .prepare(
      `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM decisions) AND NOT EXISTS (SELECT 1 FROM roles)
       AND EXISTS (SELECT 1 FROM events WHERE type IN ('engagement/moderation', 'engagement/decision', 'engagement/role'))`,
    )
    .get() !== undefined
