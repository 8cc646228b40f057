import {
  boolean,
  bytes,
  line,
  matching,
  moment,
  oneOf,
  type Shape,
  struct,
  text,
  uint,
  wrongShape,
} from '../../codec/shape.ts'
import { APPEAL_MAX, REASON_MAX, ROOM_PATTERN, SLOW_MS_MAX } from './constants.ts'

/** `engagement/role`, by the community: who moderates with it. The highest sequence for a key holds. */
export interface Role {
  /** Author key, 32 bytes. */
  readonly key: Uint8Array
  readonly role: 'moderator' | 'none'
}

/** `engagement/decision`, by the community or a moderator; counts while its author is one. */
export interface Decision {
  readonly action: 'hide' | 'unhide' | 'mute' | 'unmute' | 'ban' | 'unban'
  /** Event id for hide and unhide, else an author key; 32 bytes. */
  readonly target: Uint8Array
  /** When a mute ends, ms since the Unix epoch; 0: it has no end, and for every other action. */
  readonly until: number
  readonly reason: string
}

/** `engagement/appeal`: whom a decision concerns asks the community to look at it again. */
export interface Appeal {
  /** Event id of the decision, 32 bytes. */
  readonly decision: Uint8Array
  readonly text: string
}

/** `engagement/answer`, by the community: `upheld` says that the appeal was right, and ends the decision. */
export interface Answer {
  /** Event id of the appeal, 32 bytes. */
  readonly appeal: Uint8Array
  readonly upheld: boolean
  readonly reason: string
}

/** `engagement/report`, by anyone: something that the moderators should look at. */
export interface Report {
  /** Event id, 32 bytes. */
  readonly target: Uint8Array
  readonly reason: string
}

/** `engagement/room`, by the community or a moderator: how a room is spoken in. */
export interface RoomRules {
  readonly room: string
  /** Least time between two messages by one author, ms; 0: no limit. */
  readonly slowMs: number
  /** Nobody but the community and its moderators speaks. */
  readonly closed: boolean
}

const key = bytes(32)
const reason = line(REASON_MAX, 0)

export const role: Shape<Role> = struct({ key, role: oneOf('moderator', 'none') })

const anyDecision: Shape<Decision> = struct({
  action: oneOf('hide', 'unhide', 'mute', 'unmute', 'ban', 'unban'),
  target: bytes(32),
  until: moment,
  reason,
})

export const decision: Shape<Decision> = (value, path) => {
  const read = anyDecision(value, path)
  return read.action === 'mute' || read.until === 0 ? read : wrongShape(`${path}.until`, 'only a mute has an end')
}

export const appeal: Shape<Appeal> = struct({ decision: bytes(32), text: text(APPEAL_MAX) })
export const answer: Shape<Answer> = struct({ appeal: bytes(32), upheld: boolean, reason })
export const report: Shape<Report> = struct({ target: bytes(32), reason })
export const roomRules: Shape<RoomRules> = struct({
  room: matching(ROOM_PATTERN, 'a room: main, or a release id'),
  slowMs: uint(SLOW_MS_MAX),
  closed: boolean,
})
