import type { DatabaseSync } from 'node:sqlite'
import type { Standings } from '#node/ports/moderation.ts'
import type * as api from '#protocols/api/v1/moderation.ts'
import { HANDLE } from './handles.ts'
import { IS_MODERATOR } from './moderation-tables.ts'
import { hex } from './projector.ts'

/** Rows that a desk is given of each list: more than anybody works through in a day. */
const ROWS_MAX = 100
const SPEAKERS_MAX = 30
const REASONS_MAX = 5

type Bytes = Uint8Array

interface DecisionRecord {
  id: Bytes
  scope: string
  target: Bytes
  author: Bytes
  at: number
  active: number
  until: number
  reason: string
  byName: string
  name: string
  text: string
  holds: number
  appeal: Bytes | null
}

interface AppealRecord {
  id: Bytes
  decision: Bytes
  author: Bytes
  name: string
  text: string
  at: number
  upheld: number | null
  answer: string | null
}

interface BannedRecord {
  key: Bytes
  reason: string
  at: number
  name: string
  handle: string | null
  messages: number
  moderator: number
}

const ACTIONS: Record<string, readonly [off: api.DecisionInfo['action'], on: api.DecisionInfo['action']]> = {
  event: ['unhide', 'hide'],
  voice: ['unmute', 'mute'],
  author: ['unban', 'ban'],
}

/** The name that a key last claimed in a community. */
const NAME = (community: string, key: string) => `coalesce((SELECT name FROM messages n
  WHERE n.author = ${key} AND n.community = ${community} ORDER BY n.at DESC LIMIT 1), '')`

const SAID = `(SELECT id, community, author, name, text, at FROM messages
  UNION ALL SELECT id, community, author, name, text, at FROM comments)`

const DECISIONS = `
  SELECT d.id, d.scope, d.target, d.author, d.at, d.active, d.until, d.reason, ${NAME('d.community', 'd.author')} AS byName,
    coalesce(s.name, ${NAME('d.community', 'd.target')}) AS name, coalesce(s.text, '') AS text,
    h.decision IS NOT NULL AND h.active = d.active AS holds,
    (SELECT p.id FROM appeals p WHERE p.decision = d.id AND p.community = d.community
      AND (p.author = d.target OR p.author = s.author) ORDER BY p.at, p.id LIMIT 1) AS appeal
  FROM decisions d LEFT JOIN ${SAID} s ON s.id = d.target AND s.community = d.community
  LEFT JOIN standing h ON h.community = d.community AND h.scope = d.scope AND h.target = d.target AND h.decision = d.id
  WHERE d.community = ?1`

const APPEALS = `
  SELECT p.id, p.decision, p.author, p.text, p.at, ${NAME('p.community', 'p.author')} AS name, w.upheld, w.reason AS answer
  FROM appeals p LEFT JOIN answers w ON w.community = p.community AND w.appeal = p.id`

type Lists = Pick<
  Standings,
  'bannedSpeakers' | 'moderators' | 'speakers' | 'reports' | 'decisions' | 'appeals' | 'against'
>

/** What the desk and the people concerned are shown. */
export function createModerationLists(db: DatabaseSync): Lists {
  const moderators = db.prepare(
    `SELECT r.target AS key, ${NAME('r.community', 'r.target')} AS name, ${HANDLE('r.community', 'r.target')} AS handle FROM roles r
     WHERE r.community = ? AND r.moderator = 1 ORDER BY name, key`,
  )
  const speakers = db.prepare(
    `SELECT author AS key, ${NAME('x.community', 'x.author')} AS name,
       ${HANDLE('x.community', 'x.author')} AS handle, max(at) AS last FROM messages x
     WHERE community = ?1 AND author <> ?1 GROUP BY author ORDER BY last DESC, author LIMIT ${SPEAKERS_MAX}`,
  )
  const banned = db.prepare(
    `SELECT s.target AS key, s.reason, s.since AS at, ${NAME('?2', 's.target')} AS name,
       ${HANDLE('?2', 's.target')} AS handle, count(*) AS messages, ${IS_MODERATOR('?2', 's.target')} AS moderator
     FROM standing s JOIN messages x ON x.community = ?2 AND x.author = s.target
     WHERE s.community = ?1 AND s.scope = 'author' AND s.active = 1
     GROUP BY s.target ORDER BY messages DESC, s.target LIMIT ${ROWS_MAX}`,
  )
  const open = db.prepare(
    `SELECT target, count(*) AS reports, max(at) AS at FROM reports r WHERE community = ?1
     AND NOT EXISTS (SELECT 1 FROM standing h WHERE h.community = r.community AND h.scope = 'event' AND h.target = r.target)
     AND NOT EXISTS (SELECT 1 FROM standing h JOIN events e ON e.author = h.target AND e.id = r.target
       WHERE h.community = r.community AND h.scope = 'author' AND h.active = 1)
     AND NOT EXISTS (SELECT 1 FROM standing h WHERE h.community = r.community AND h.scope = 'author' AND h.active = 1
       AND h.target = r.author)
     GROUP BY target ORDER BY reports DESC, at DESC, target LIMIT ${ROWS_MAX}`,
  )
  const reasons = db.prepare(
    `SELECT reason FROM reports WHERE community = ? AND target = ? AND reason <> '' ORDER BY at DESC, id LIMIT ${REASONS_MAX}`,
  )
  const said = db.prepare(`SELECT id, author, name, text, at FROM ${SAID} WHERE id = ? AND community = ?`)
  const decisions = db.prepare(`${DECISIONS} ORDER BY d.at DESC, d.id LIMIT ${ROWS_MAX}`)
  const against = db.prepare(
    `${DECISIONS} AND holds = 1 AND d.active = 1 AND (d.until = 0 OR d.until > ?3)
     AND (d.target = ?2 OR s.author = ?2) ORDER BY d.at DESC, d.id LIMIT ${ROWS_MAX}`,
  )
  const appeals = db.prepare(
    `${APPEALS} WHERE p.community = ? AND w.upheld IS NULL ORDER BY p.at, p.id LIMIT ${ROWS_MAX}`,
  )
  const appeal = db.prepare(`${APPEALS} WHERE p.id = ?`)
  const appealOf = (id: Bytes | null): api.AppealInfo | null =>
    id === null ? null : asAppeal(appeal.get(id) as unknown as AppealRecord)
  const asDecision = (row: DecisionRecord): api.DecisionInfo => ({
    id: hex(row.id),
    action: ACTIONS[row.scope]?.[row.active === 1 ? 1 : 0] ?? 'unhide',
    target: hex(row.target),
    until: row.until === 0 ? null : row.until,
    reason: row.reason,
    by: hex(row.author),
    byName: row.byName,
    at: row.at,
    holds: row.holds === 1,
    name: row.name,
    text: row.text,
    appeal: appealOf(row.appeal),
  })
  const people = (rows: unknown[]): api.PersonInfo[] =>
    (rows as { key: Bytes; name: string; handle: string | null }[]).map(({ key, name, handle }) => ({
      key: hex(key),
      name,
      handle,
    }))
  const quoted = (target: Bytes, community: Bytes) => {
    const row = said.get(target, community) as
      | { id: Bytes; author: Bytes; name: string; text: string; at: number }
      | undefined
    return row === undefined ? null : { ...row, id: hex(row.id), author: hex(row.author) }
  }
  return {
    bannedSpeakers: (list, community) =>
      (banned.all(list, community) as unknown as BannedRecord[]).map(row => ({
        ...row,
        key: hex(row.key),
        moderator: row.moderator === 1,
      })),
    moderators: community => people(moderators.all(community)),
    speakers: community => people(speakers.all(community)),
    reports: community =>
      (open.all(community) as { target: Bytes; reports: number; at: number }[]).map(row => ({
        ...row,
        target: hex(row.target),
        reasons: reasons.all(community, row.target).map(({ reason }) => String(reason)),
        said: quoted(row.target, community),
      })),
    decisions: community => (decisions.all(community) as unknown as DecisionRecord[]).map(asDecision),
    appeals: community => (appeals.all(community) as unknown as AppealRecord[]).map(asAppeal),
    against: (community, key, nowMs) =>
      (against.all(community, key, nowMs) as unknown as DecisionRecord[]).map(asDecision),
  }
}

const asAppeal = (row: AppealRecord): api.AppealInfo => ({
  id: hex(row.id),
  decision: hex(row.decision),
  author: hex(row.author),
  name: row.name,
  text: row.text,
  at: row.at,
  upheld: row.upheld === null ? null : row.upheld === 1,
  answer: row.answer ?? '',
})
