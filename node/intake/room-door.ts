import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import type { AcceptedEvent, Rejection, Source } from '#node/ports/intake.ts'
import type { Standings } from '#node/ports/moderation.ts'
import type { KnownEvent } from '#src/engagement/events.ts'
import { bitsAsked, counted, type Meter, NEW_KEY_MS } from '#src/engagement/flood.ts'
import { waitMs } from '#src/engagement/turns.ts'
import { leadingZeros, workMessage } from '#src/engagement/work.ts'
import type { Clock, Hasher } from '#src/kernel/ports.ts'

export interface RoomDoorInit {
  readonly own: Uint8Array
  readonly standings: Standings
  readonly clock: Clock
  readonly hasher: Hasher
  readonly nameOf: (community: Uint8Array) => string
}

/** Judges what may be said by the rules of moderation and of its room. Null: nothing speaks against it. */
export type RoomDoor = (event: AcceptedEvent, known: KnownEvent | null, source: Source) => Rejection | null

/** Turns and meters kept; the oldest are forgotten first, and then the stored events answer. */
const KEPT_MAX = 10_000
/** What a muted key may not say. */
const VOICED = new Set(['engagement/chat', 'engagement/comment', 'engagement/edit', 'engagement/reaction'])

const no = (code: Rejection['code'], message: string): Rejection => ({ code, message, gossip: 'ignore' })

/** Keeps the newest entries. */
function remember<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.delete(key)
  kept.set(key, value)
  const oldest = kept.size > KEPT_MAX ? kept.keys().next().value : undefined
  if (oldest !== undefined) kept.delete(oldest)
}

const roomOf = (known: KnownEvent | null): string | null => {
  if (known?.type === 'engagement/chat') return known.body.room
  return known?.type === 'engagement/comment' ? known.body.release : null
}

const because = (reason: string): string => (reason === '' ? '' : ` The reason: ${reason}`)

export function createRoomDoor(init: RoomDoorInit): RoomDoor {
  const { own, standings, clock } = init
  const spoke = new Map<string, number>()
  const meters = new Map<string, Meter>()

  const barred = ({ envelope: { community, author, type } }: AcceptedEvent): Rejection | null => {
    const mute = VOICED.has(type) ? standings.mute(community, author, clock.nowMs()) : null
    if (mute !== null) {
      const until =
        mute.until === 0 ? '' : ` until ${new Date(mute.until).toISOString().slice(0, 16).replace('T', ' ')} UTC`
      return no('muted', `You are muted here${until}.${because(mute.reason)} You may appeal.`)
    }
    if (!equals(community, own) || type === 'engagement/appeal') return null
    for (const list of standings.blockLists()) {
      const ban = standings.ban(list.community, author)
      if (ban === null) continue
      return no('not-a-member', `${init.nameOf(list.community)} banned this key, and this community honours its list.`)
    }
    return null
  }

  const entitled = ({ envelope: { community, author } }: AcceptedEvent, known: KnownEvent | null): Rejection | null => {
    if (known?.type === 'engagement/decision' || known?.type === 'engagement/room') {
      if (standings.isModerator(community, author)) return null
      return no('not-for-you', 'Only the community and its moderators decide that.')
    }
    if (known?.type === 'engagement/appeal' && standings.appealed(community, known.body.decision, author)) {
      return no('conflict', 'You have appealed already. The community will answer.')
    }
    return null
  }

  /** Work that a new key owes in a flooded room. */
  const owed = (event: AcceptedEvent, room: string, source: Source): Rejection | null => {
    const { community, author } = event.envelope
    const nowMs = clock.nowMs()
    if (standings.spokeBefore(community, author, nowMs - NEW_KEY_MS)) return null
    const meter = meters.get(room)
    const bits = bitsAsked(meter, nowMs)
    const work = source.kind === 'local' ? source.work : undefined
    const done = work !== undefined && leadingZeros(init.hasher.sha256(workMessage(event.id, work))) >= bits
    if (bits > 0 && !done) {
      const message = 'The room is flooded. A key that is new here has to compute for a moment before it speaks.'
      return { ...no('work-needed', message), bits }
    }
    remember(meters, room, counted(meter, nowMs))
    return null
  }

  const inRoom = (event: AcceptedEvent, room: string, source: Source): Rejection | null => {
    const { community, author } = event.envelope
    if (standings.isModerator(community, author)) return null
    const rules = standings.room(community, room)
    if (rules.closed) return no('room-closed', 'This room is closed for now. You can go on reading.')
    const nowMs = clock.nowMs()
    const turn = `${room} ${asText(author, 'hex')}`
    const last = spoke.get(turn) ?? standings.lastSpoke(community, room, author, nowMs - rules.slowMs) ?? undefined
    const wait = waitMs(rules.slowMs, last, nowMs)
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000)
      return no(
        'slow-mode',
        `This room is slow: you can say the next thing in ${seconds} second${seconds === 1 ? '' : 's'}.`,
      )
    }
    const work = owed(event, room, source)
    if (work === null) remember(spoke, turn, nowMs)
    return work
  }

  return (event, known, source) => {
    const { community, author } = event.envelope
    if (source.kind === 'sync' || equals(author, community)) return null
    const bar = barred(event) ?? (known?.type === 'engagement/appeal' ? entitled(event, known) : null)
    if (bar !== null || source.kind !== 'local' || !equals(community, own)) return bar
    const room = roomOf(known)
    return entitled(event, known) ?? (room === null ? null : inRoom(event, room, source))
  }
}
