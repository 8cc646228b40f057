import type { DatabaseSync } from 'node:sqlite'
import type { Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { claimedName } from '#src/engagement/mention.ts'
import { EDITED_TEXT, WITH_EDIT } from './edits.ts'
import { HANDLE } from './handles.ts'
import { createPollTallies } from './poll-tallies.ts'
import { hex } from './projector.ts'
import { createRoomLog, NEWEST_CHANGE } from './room-log.ts'
import { AUDIBLE, VISIBLE } from './visible.ts'

interface MessageRecord {
  id: Uint8Array
  community: Uint8Array
  room: string
  author: Uint8Array
  name: string
  text: string
  at: number
  edited: number
  handle: string | null
  n: number
}

interface CommentRecord extends Omit<MessageRecord, 'room' | 'n'> {
  track: number | null
  at_ms: number | null
}

interface PollRecord {
  id: Uint8Array
  community: Uint8Array
  room: string
  question: string
  options: string
  closes_at: number
}

const NOBODY = new Uint8Array(32)
/** Sorts before every id. */
const NO_ID = new Uint8Array(0)

/** Comments of a release that a page is given, the latest: a conversation that people can still read. */
export const COMMENTS_MAX = 500
/** Polls that a page is given, the newest: each is counted for every answer. */
export const POLLS_MAX = 50
/** Different reactions to one thing that a page is given, the most used: more than any page has room for. */
export const REACTIONS_MAX = 50

/**
 * What is said about a release or an event counts when it was said in the community that the thing belongs to: only
 * that community's moderation applies to it, so a banned key could otherwise go on by way of any other one.
 */
const AT_HOME = (alias: string, parameter: string) => `${alias}.community IN (
  SELECT community FROM releases WHERE release = ${parameter}
  UNION ALL SELECT community FROM events WHERE id = unhex(${parameter}))`

type EngagementViews = Pick<
  Views,
  | 'messages'
  | 'roomChanges'
  | 'roomNumbers'
  | 'message'
  | 'reactions'
  | 'signedReactions'
  | 'comments'
  | 'polls'
  | 'poll'
> & {
  /** The read models were built again: what was counted from them is counted anew. */
  readonly rebuilt: () => void
}

/** Chat, reactions, comments and polls as pages show them. */
export function createEngagementViews(db: DatabaseSync): EngagementViews {
  const messages = db.prepare(
    `SELECT x.id, x.community, x.room, x.author, x.name, x.at, ${EDITED_TEXT}, ${NEWEST_CHANGE('x')},
       ${HANDLE('x.community', 'x.author')} AS handle
     FROM messages AS x ${WITH_EDIT}
     WHERE x.community = ? AND x.room = ? AND x.at <= ? AND (x.at, x.id) < (?, ?) AND ${AUDIBLE('x')}
     ORDER BY x.at DESC, x.id DESC LIMIT ?`,
  )
  const message = db.prepare(
    `SELECT x.id, x.community, x.room, x.author, x.name, x.at, ${EDITED_TEXT}, ${NEWEST_CHANGE('x')},
       ${HANDLE('x.community', 'x.author')} AS handle
     FROM messages AS x ${WITH_EDIT} WHERE x.id = ? AND ${AUDIBLE('x')}`,
  )
  const reactions = db.prepare(
    `SELECT emoji, count(*) AS count, max(author = ?1) AS mine FROM reactions AS x
     WHERE target = ?2 AND held = 1 AND ${AT_HOME('x', '?2')} AND ${VISIBLE('x')}
     GROUP BY emoji ORDER BY count DESC, emoji LIMIT ${REACTIONS_MAX}`,
  )
  const signedReactions = db.prepare(
    `SELECT x.author, e.bytes FROM reactions AS x JOIN events e ON e.id = x.id
     WHERE x.target = ?1 AND x.emoji = ?2 AND x.author > ?3 AND x.held = 1 AND ${AT_HOME('x', '?1')} AND ${VISIBLE('x')}
     ORDER BY x.author LIMIT ?4`,
  )
  const comments = db.prepare(
    `SELECT x.id, x.community, x.author, x.name, x.at, x.track, x.at_ms, ${EDITED_TEXT}, ${HANDLE('x.community', 'x.author')} AS handle FROM comments AS x ${WITH_EDIT}
     WHERE x.release = ?1 AND ${AT_HOME('x', '?1')} AND ${AUDIBLE('x')} AND coalesce(e.text, x.text) <> ''
     ORDER BY x.at DESC, x.id DESC LIMIT ${COMMENTS_MAX}`,
  )
  const log = createRoomLog(db)
  const shown = (id: Uint8Array): api.ChatMessage | null => {
    const row = message.get(id) as unknown as MessageRecord | undefined
    return row === undefined ? null : asMessage(row)
  }
  return {
    messages: (community, room, { before, beforeId = NO_ID, limit }) =>
      (messages.all(community, room, before, before, beforeId, limit) as unknown as MessageRecord[])
        .reverse()
        .map(asMessage),
    message: shown,
    roomNumbers: log.roomNumbers,
    roomChanges(community, room, after, limit) {
      const { ids, upTo } = log.changedAfter(community, room, after, limit)
      const found = new Map(ids.map(id => [hex(id), id]))
      return { upTo, messages: [...found.values()].flatMap(id => shown(id) ?? []) }
    },
    reactions: (target, viewer) =>
      (reactions.all(viewer ?? NOBODY, target) as { emoji: string; count: number; mine: number }[]).map(row => ({
        emoji: row.emoji,
        count: row.count,
        mine: row.mine === 1,
      })),
    signedReactions: (target, emoji, after, limit) =>
      signedReactions.all(target, emoji, after ?? NOBODY, limit) as { author: Uint8Array; bytes: Uint8Array }[],
    comments: release => (comments.all(release) as unknown as CommentRecord[]).reverse().map(asComment),
    ...createPollViews(db),
  }
}

const asMessage = (row: MessageRecord): api.ChatMessage => ({
  id: hex(row.id),
  author: hex(row.author),
  name: claimedName(row.name),
  ...(row.handle === null ? {} : { handle: row.handle }),
  text: row.text,
  edited: row.edited === 1,
  at: row.at,
  room: row.room,
  community: hex(row.community),
  n: row.n,
})

const asComment = (row: CommentRecord): api.CommentInfo => ({
  id: hex(row.id),
  author: hex(row.author),
  name: claimedName(row.name),
  ...(row.handle === null ? {} : { handle: row.handle }),
  text: row.text,
  edited: row.edited === 1,
  at: row.at,
  track: row.track,
  atMs: row.at_ms,
})

function createPollViews(db: DatabaseSync): Pick<EngagementViews, 'polls' | 'poll' | 'rebuilt'> {
  const all = db.prepare(`SELECT * FROM polls ORDER BY at DESC, id LIMIT ${POLLS_MAX}`)
  const ofCommunity = db.prepare(`SELECT * FROM polls WHERE community = ? ORDER BY at DESC, id LIMIT ${POLLS_MAX}`)
  const one = db.prepare('SELECT * FROM polls WHERE id = ?')
  const electorate = db.prepare('SELECT count(*) AS voters, max(voter = ?) AS named FROM ballot_voters WHERE poll = ?')
  const tallies = createPollTallies(db)
  const asPoll = (row: PollRecord, viewer: Uint8Array | null, nowMs: number): api.PollInfo => {
    const options = JSON.parse(row.options) as string[]
    const { id, community, closes_at: closesAt } = row
    const ballot = { id, community, closesAt, options: options.length }
    const votes = tallies.votes(ballot)
    const { voters, named } = electorate.get(viewer ?? NOBODY, id) as { voters: number; named: number | null }
    return {
      id: hex(row.id),
      community: hex(row.community),
      room: row.room,
      question: row.question,
      options: options.map((text, choice) => ({ text, votes: votes[choice] ?? 0 })),
      closesAt: row.closes_at,
      open: nowMs < row.closes_at,
      mine: viewer === null ? null : tallies.choiceOf(ballot, viewer),
      voters: voters === 0 ? null : voters,
      mayVote: voters === 0 || named === 1,
    }
  }
  return {
    polls: ({ community, viewer, nowMs }) =>
      ((community === null ? all.all() : ofCommunity.all(community)) as unknown as PollRecord[]).map(row =>
        asPoll(row, viewer, nowMs),
      ),
    poll(id, viewer, nowMs) {
      const row = one.get(id) as unknown as PollRecord | undefined
      return row === undefined ? null : asPoll(row, viewer, nowMs)
    },
    rebuilt: () => tallies.forget(),
  }
}
