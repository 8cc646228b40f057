import type { DatabaseSync } from 'node:sqlite'
import { toString as asText } from 'uint8arrays/to-string'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import { type Bodies, type KnownType, readBody } from '#src/engagement/events.ts'
import { createBallotWriter } from './ballots.ts'
import { createCaptionsWriter } from './captions.ts'
import { createCreditsWriter } from './credits.ts'
import { createHandleWriter } from './handles.ts'
import { createModerationWriter } from './moderation.ts'
import { createCallWriter } from './notices.ts'
import { createOfferWriter } from './offers.ts'
import { createRoomLogWriter } from './room-log.ts'
import { createSearchWriter } from './search.ts'

type Project<T> = (event: AcceptedEvent, body: T) => void

/** The later sequence wins; at one sequence the lower id, so that every stage shows the same whatever came first. */
const LATER = (table: string) =>
  `WHERE excluded.seq > ${table}.seq OR (excluded.seq = ${table}.seq AND excluded.id < ${table}.id)`

/** Writes one new event into the read models. Runs inside the transaction that appends it. */
export function createProjector(db: DatabaseSync): (event: AcceptedEvent) => void {
  const projections = {
    ...catalogProjections(db),
    ...createOfferWriter(db),
    ...createCreditsWriter(db),
    ...createCaptionsWriter(db),
    ...engagementProjections(db),
  }
  return event => {
    const { type, body } = event.envelope
    const known = readBody(type, body)
    if (!known.ok || known.value === null || !Object.hasOwn(projections, known.value.type)) return
    const project = projections[known.value.type as keyof typeof projections] as Project<unknown>
    project(event, known.value.body)
  }
}

type ProjectionsOf<T extends KnownType> = { [K in T]: Project<Bodies[K]> }

function catalogProjections(
  db: DatabaseSync,
): ProjectionsOf<'catalog/community' | 'catalog/release' | 'catalog/withdraw'> {
  const community = db.prepare(
    `INSERT INTO communities VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     name = excluded.name, about = excluded.about, seq = excluded.seq, id = excluded.id ${LATER('communities')}`,
  )
  // A release id belongs to the community that used it first: another community cannot take it over.
  const release = db.prepare(
    `INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     published_at = min(releases.published_at, excluded.published_at),
     seq = max(releases.seq, excluded.seq),
     event = CASE WHEN (excluded.seq, releases.event) > (releases.seq, excluded.event) THEN excluded.event ELSE releases.event END,
     root = CASE WHEN (excluded.seq, releases.event) > (releases.seq, excluded.event) THEN excluded.root ELSE releases.root END
     WHERE excluded.community = releases.community`,
  )
  const withdraw = db.prepare(
    `INSERT INTO withdrawals VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = max(withdrawals.seq, excluded.seq)`,
  )
  // What is found is what is shown: an event that did not become the current one leaves the index as it is.
  const isProfile = db.prepare('SELECT 1 FROM communities WHERE community = ? AND id = ?')
  const isShown = db.prepare('SELECT 1 FROM releases WHERE release = ? AND event = ?')
  const search = createSearchWriter(db)
  return {
    'catalog/community': ({ id, envelope: e }, body) => {
      community.run(e.community, body.name, body.about, e.seq, id)
      if (isProfile.get(e.community, id) !== undefined) search.community(hex(e.community), body.name, body.about)
    },
    'catalog/release': ({ id, envelope: e }, body) => {
      release.run(body.id, e.community, e.seq, id, e.at, body.root.toString())
      if (isShown.get(body.id, id) !== undefined) search.release(body)
    },
    'catalog/withdraw': ({ envelope: e }, body) => {
      withdraw.run(body.id, e.community, e.seq)
    },
  }
}

function engagementProjections(db: DatabaseSync): ProjectionsOf<Extract<KnownType, `engagement/${string}`>> {
  const log = createRoomLogWriter(db)
  const call = createCallWriter(db)
  const message = db.prepare('INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)')
  const edit = db.prepare(
    `INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     seq = excluded.seq, id = excluded.id, text = excluded.text ${LATER('edits')}`,
  )
  const reaction = db.prepare(
    `INSERT INTO reactions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     seq = excluded.seq, id = excluded.id, held = excluded.held ${LATER('reactions')}`,
  )
  const comment = db.prepare('INSERT OR IGNORE INTO comments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const poll = db.prepare('INSERT OR IGNORE INTO polls VALUES (?, ?, ?, ?, ?, ?, ?)')
  const vote = db.prepare('INSERT OR IGNORE INTO votes VALUES (?, ?, ?, ?, ?, ?, ?)')
  const play = db.prepare(
    `INSERT INTO plays VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE SET
     plays = plays + 1, listened_ms = listened_ms + excluded.listened_ms`,
  )
  const fan = db.prepare(
    `INSERT INTO fans VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     seq = excluded.seq, id = excluded.id, following = excluded.following ${LATER('fans')}`,
  )
  return {
    'engagement/chat': ({ id, envelope: e }, b) => {
      message.run(id, e.community, b.room, e.author, b.name, b.text, e.at)
      log.said(e.community, b.room, id)
      call(id, e.at, b.text)
    },
    'engagement/edit': ({ id, envelope: e }, b) => {
      const { changes } = edit.run(b.target, e.community, e.author, e.seq, id, b.text)
      if (changes > 0) log.changed(e.community, e.author, b.target)
      call(b.target, e.at, b.text)
    },
    'engagement/reaction': ({ id, envelope: e }, b) => {
      reaction.run(b.target, b.emoji, e.community, e.author, e.seq, id, b.on ? 1 : 0)
    },
    'engagement/comment': ({ id, envelope: e }, b) => {
      comment.run(id, e.community, b.release, e.author, b.name, b.text, e.at, b.track, b.atMs)
      call(id, e.at, b.text)
    },
    'engagement/poll': ({ id, envelope: e }, b) => {
      poll.run(id, e.community, b.room, b.question, JSON.stringify(b.options), b.closesAt, e.at)
    },
    'engagement/vote': ({ id, envelope: e }, b) => {
      vote.run(b.poll, e.community, e.author, e.seq, id, b.option, e.at)
    },
    'engagement/play': ({ envelope: e }, b) => {
      play.run(b.release, e.community, b.listenedMs)
    },
    'engagement/follow': ({ id, envelope: e }, b) => {
      fan.run(e.community, e.author, e.seq, id, b.on ? 1 : 0)
    },
    ...createModerationWriter(db, log.moderated),
    ...createBallotWriter(db),
    ...createHandleWriter(db),
  }
}

/** Ids as they appear in API answers and reaction targets. */
export const hex = (bytes: Uint8Array): string => asText(bytes, 'hex')
