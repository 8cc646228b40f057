import type { DatabaseSync } from 'node:sqlite'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { BallotRow, StageEventRow, Views } from '#node/ports/views.ts'
import type { Ballot, StageEvent } from '#protocols/engagement/v1/events-live.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { VISIBLE } from './visible.ts'

/** Who may vote in a ballot, which stands among the polls as well; and what happens when. */
export const BALLOTS = `
CREATE TABLE ballot_voters (
  poll BLOB NOT NULL, voter BLOB NOT NULL, PRIMARY KEY (poll, voter)
) STRICT, WITHOUT ROWID;
CREATE TABLE stage_events (
  id TEXT NOT NULL, community BLOB NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL, starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL, title TEXT NOT NULL, programme TEXT NOT NULL, release TEXT, cancelled INTEGER NOT NULL,
  PRIMARY KEY (id, community)
) STRICT;
CREATE INDEX stage_events_by_time ON stage_events (ends_at);
`

export const BALLOT_TABLES = ['ballot_voters', 'stage_events'] as const

/** SQL: whether an author may vote in a poll: everybody where nobody is named. */
export const MAY_VOTE = (alias: string): string => `(
  NOT EXISTS (SELECT 1 FROM ballot_voters b WHERE b.poll = ${alias}.poll)
  OR EXISTS (SELECT 1 FROM ballot_voters b WHERE b.poll = ${alias}.poll AND b.voter = ${alias}.author))`

/** An older version kept such events without reading them. */
export const isLiveMissing = (db: DatabaseSync): boolean =>
  db
    .prepare(
      `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ballot_voters) AND NOT EXISTS (SELECT 1 FROM stage_events)
       AND EXISTS (SELECT 1 FROM events WHERE type IN ('engagement/ballot', 'engagement/event'))`,
    )
    .get() !== undefined

export function createBallotWriter(db: DatabaseSync) {
  const poll = db.prepare('INSERT OR IGNORE INTO polls VALUES (?, ?, ?, ?, ?, ?, ?)')
  const voter = db.prepare('INSERT OR IGNORE INTO ballot_voters VALUES (?, ?)')
  const event = db.prepare(
    `INSERT INTO stage_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq,
     event = excluded.event, starts_at = excluded.starts_at, ends_at = excluded.ends_at, title = excluded.title,
     programme = excluded.programme, release = excluded.release, cancelled = excluded.cancelled
     WHERE excluded.seq > stage_events.seq OR (excluded.seq = stage_events.seq AND excluded.event < stage_events.event)`,
  )
  return {
    'engagement/ballot': ({ id, envelope: e }: AcceptedEvent, b: Ballot) => {
      poll.run(id, e.community, b.room, b.question, JSON.stringify(b.options), b.closesAt, e.at)
      for (const key of b.voters) voter.run(id, key)
    },
    'engagement/event': ({ id, envelope: e }: AcceptedEvent, b: StageEvent) => {
      const programme = JSON.stringify(b.programme)
      const cancelled = b.cancelled ? 1 : 0
      event.run(b.id, e.community, e.seq, id, b.startsAt, b.endsAt, b.title, programme, b.release, cancelled)
    },
  }
}

interface EventRecord {
  id: string
  community: Uint8Array
  title: string
  starts_at: number
  ends_at: number
  programme: string
  release: string | null
  cancelled: number
}

const asRow = (row: EventRecord): StageEventRow => ({
  id: row.id,
  community: row.community,
  title: row.title,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  programme: JSON.parse(row.programme) as StageEventRow['programme'],
  release: row.release,
  cancelled: row.cancelled === 1,
})

/** Events that a page is given at once. */
const EVENTS_MAX = 50

/** Ballots with the votes that count as they were signed, and what happens when. */
export function createBallotViews(db: DatabaseSync): Pick<Views, 'ballot' | 'stageEvents' | 'stageEvent'> {
  const ballot = db.prepare(
    `SELECT p.closes_at, p.options, e.community, e.bytes FROM polls p JOIN events e ON e.id = p.id
     WHERE p.id = ? AND e.type = 'engagement/ballot'`,
  )
  const voters = db.prepare('SELECT voter FROM ballot_voters WHERE poll = ? ORDER BY voter')
  const cast = (shown: string) =>
    db.prepare(
      `SELECT e.id, e.bytes, v.author FROM (
         SELECT x.id, x.author, row_number() OVER (PARTITION BY x.author ORDER BY x.seq DESC, x.id) AS rank
         FROM votes AS x WHERE x.poll = ? AND x.community = ? AND x.at <= ? AND x.choice < ? AND ${MAY_VOTE('x')} ${shown}
       ) AS v JOIN events e ON e.id = v.id WHERE rank = 1 ORDER BY v.author`,
    )
  const counted = cast(`AND ${VISIBLE('x')}`)
  const all = cast('')
  const next = db.prepare(
    `SELECT * FROM stage_events WHERE ends_at > ? ORDER BY starts_at, id, community LIMIT ${EVENTS_MAX}`,
  )
  const past = db.prepare(
    `SELECT * FROM stage_events WHERE ends_at <= ? ORDER BY ends_at DESC, id, community LIMIT ${EVENTS_MAX}`,
  )
  const ofId = db.prepare('SELECT * FROM stage_events WHERE id = ? ORDER BY community')
  return {
    ballot(id): BallotRow | null {
      const row = ballot.get(id) as
        | { closes_at: number; options: string; community: Uint8Array; bytes: Uint8Array }
        | undefined
      if (row === undefined) return null
      const options = (JSON.parse(row.options) as string[]).length
      const asked = [id, row.community, row.closes_at, options] as const
      const votes = counted.all(...asked) as { id: Uint8Array; bytes: Uint8Array; author: Uint8Array }[]
      const shown = new Set(votes.map(vote => String(vote.id)))
      return {
        rules: {
          id,
          community: row.community,
          options,
          closesAt: row.closes_at,
          voters: (voters.all(id) as { voter: Uint8Array }[]).map(one => one.voter),
        },
        envelope: row.bytes,
        votes: votes.map(vote => ({ id: vote.id, envelope: readVote(vote.bytes) })),
        leftOut: (all.all(...asked) as { id: Uint8Array; author: Uint8Array }[])
          .filter(vote => !shown.has(String(vote.id)))
          .map(vote => vote.author),
      }
    },
    stageEvents: (nowMs, over) => ((over ? past : next).all(nowMs) as unknown as EventRecord[]).map(asRow),
    stageEvent: id => (ofId.all(id) as unknown as EventRecord[]).map(asRow),
  }
}

function readVote(bytes: Uint8Array) {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) throw new Error(`a stored vote cannot be read: ${envelope.error.message}`)
  return envelope.value
}
