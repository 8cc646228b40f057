import {
  boolean,
  bytes,
  int,
  line,
  list,
  matching,
  moment,
  nullable,
  oneOf,
  type Shape,
  struct,
  text,
  uint,
} from '../../codec/shape.ts'
import { EMOJI_MAX, MESSAGE_MAX, NAME_MAX, PLAY_MS_MAX, POLL_OPTIONS_MAX, ROOM_PATTERN } from './constants.ts'

/** `engagement/chat`: one message in a room. `name` is how the author wishes to be called. */
export interface Chat {
  readonly room: string
  readonly name: string
  readonly text: string
}

/** `engagement/edit`: the author's newer text of its own message or comment; an empty one takes it back. */
export interface Edit {
  /** Event id, 32 bytes. */
  readonly target: Uint8Array
  readonly text: string
}

/** `engagement/reaction`: one emoji on a release or an event; `on: false` takes it back. */
export interface Reaction {
  /** A release id, or an event id, as hex. */
  readonly target: string
  readonly emoji: string
  readonly on: boolean
}

/** `engagement/comment`: on a release, optionally at a moment of one of its tracks. */
export interface Comment {
  readonly release: string
  readonly track: number | null
  readonly atMs: number | null
  readonly name: string
  readonly text: string
}

/** `engagement/poll`: a question in a room. Its event id is the poll's id. */
export interface Poll {
  readonly room: string
  readonly question: string
  readonly options: readonly string[]
  /** Milliseconds since the Unix epoch; votes dated later do not count. */
  readonly closesAt: number
}

/** `engagement/vote`: an author's choice; the highest sequence before closing counts. */
export interface Vote {
  /** Event id of the poll, 32 bytes. */
  readonly poll: Uint8Array
  readonly option: number
}

/** `engagement/play`: somebody listened. Reported in steps; bears no royalties. */
export interface Play {
  readonly release: string
  readonly track: number
  readonly listenedMs: number
}

/** `engagement/follow`: a fan follows a community; `on: false` unfollows. */
export interface Follow {
  readonly on: boolean
}

/** `engagement/moderation`: signed by the community's own key; hides one event or every event of one author. */
export interface Moderation {
  readonly action: 'hide' | 'unhide' | 'ban' | 'unban'
  /** Event id or author key, 32 bytes. */
  readonly target: Uint8Array
  readonly reason: string
}

const room = matching(ROOM_PATTERN, 'a room: main, or a release id')
const hexTarget = matching(/^(?:[0-9a-f]{32}|[0-9a-f]{64})$/, 'a release id or an event id')
const release = matching(/^[0-9a-f]{32}$/, 'a release id')

export const chat: Shape<Chat> = struct({ room, name: line(NAME_MAX, 0), text: text(MESSAGE_MAX) })
export const edit: Shape<Edit> = struct({ target: bytes(32), text: text(MESSAGE_MAX, 0) })
export const reaction: Shape<Reaction> = struct({ target: hexTarget, emoji: line(EMOJI_MAX), on: boolean })
export const comment: Shape<Comment> = struct({
  release,
  track: nullable(uint(999)),
  atMs: nullable(uint(PLAY_MS_MAX)),
  name: line(NAME_MAX, 0),
  text: text(MESSAGE_MAX),
})
export const poll: Shape<Poll> = struct({
  room,
  question: line(300),
  options: list(line(120), POLL_OPTIONS_MAX, 2),
  closesAt: moment,
})
export const vote: Shape<Vote> = struct({ poll: bytes(32), option: int(0, POLL_OPTIONS_MAX - 1) })
export const play: Shape<Play> = struct({ release, track: uint(999), listenedMs: uint(PLAY_MS_MAX) })
export const follow: Shape<Follow> = struct({ on: boolean })
export const moderation: Shape<Moderation> = struct({
  action: oneOf('hide', 'unhide', 'ban', 'unban'),
  target: bytes(32),
  reason: line(400, 0),
})
