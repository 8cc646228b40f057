import { compare } from 'uint8arrays/compare'
import {
  boolean,
  bytes,
  line,
  list,
  matching,
  moment,
  nullable,
  type Shape,
  struct,
  wrongShape,
} from '../../codec/shape.ts'
import { BALLOT_VOTERS_MAX, EVENT_MS_MAX, POLL_OPTIONS_MAX, PROGRAMME_MAX, ROOM_PATTERN } from './constants.ts'

/** `engagement/ballot`, by the community: a poll in which only the keys named may vote. Its event id is the poll's id. */
export interface Ballot {
  readonly room: string
  readonly question: string
  readonly options: readonly string[]
  /** Milliseconds since the Unix epoch; votes dated later do not count. */
  readonly closesAt: number
  /** Author keys, 32 bytes each, ascending, each once. */
  readonly voters: readonly Uint8Array[]
}

export interface ProgrammeItem {
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  readonly title: string
}

/** `engagement/event`, by the community: something that happens at a time. The highest sequence for an id holds. */
export interface StageEvent {
  /** 32 hex digits; also the room in which people talk about it. */
  readonly id: string
  readonly title: string
  readonly startsAt: number
  readonly endsAt: number
  /** Ascending in time, from `startsAt` on and before `endsAt`. */
  readonly programme: readonly ProgrammeItem[]
  /** Release id of the recording, which begins at `startsAt`. */
  readonly release: string | null
  readonly cancelled: boolean
}

const id = matching(/^[0-9a-f]{32}$/, '32 hex digits')

const anyBallot: Shape<Ballot> = struct({
  room: matching(ROOM_PATTERN, 'a room: main, or a release id'),
  question: line(300),
  options: list(line(120), POLL_OPTIONS_MAX, 2),
  closesAt: moment,
  voters: list(bytes(32), BALLOT_VOTERS_MAX, 1),
})

export const ballot: Shape<Ballot> = (value, path) => {
  const read = anyBallot(value, path)
  const outOfTurn = read.voters.findIndex((key, at) => at > 0 && compare(read.voters[at - 1] as Uint8Array, key) >= 0)
  return outOfTurn < 0 ? read : wrongShape(`${path}.voters[${outOfTurn}]`, 'voters ascend, each once')
}

const anyEvent: Shape<StageEvent> = struct({
  id,
  title: line(200),
  startsAt: moment,
  endsAt: moment,
  programme: list(struct({ at: moment, title: line(200) }), PROGRAMME_MAX),
  release: nullable(id),
  cancelled: boolean,
})

export const stageEvent: Shape<StageEvent> = (value, path) => {
  const read = anyEvent(value, path)
  const { startsAt, endsAt, programme } = read
  if (endsAt <= startsAt || endsAt - startsAt > EVENT_MS_MAX)
    return wrongShape(`${path}.endsAt`, 'an event ends after it starts, within 14 days')
  const wrong = programme.findIndex(({ at }, n) => at < (programme[n - 1]?.at ?? startsAt) || at >= endsAt)
  return wrong < 0 ? read : wrongShape(`${path}.programme[${wrong}].at`, 'a programme ascends, within the event')
}
