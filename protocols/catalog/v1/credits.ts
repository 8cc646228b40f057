import { line, list, matching, type Shape, struct } from '../../codec/shape.ts'
import { RELEASE_ID_PATTERN, TRACKS_MAX } from './constants.ts'

/** Most names on one track: an orchestra is one name. */
export const TRACK_CREDITS_MAX = 40
export const CREDIT_NAME_MAX = 80
export const CREDIT_ROLE_MAX = 60

/** Somebody who made a track what it is. */
export interface Credit {
  readonly name: string
  /** What they did: one of the words in `spec.md`, which pages translate, or the creator's own. */
  readonly role: string
}

/** Body of `catalog/credits`: who played what on a release, track by track in playing order. The highest sequence is current. */
export interface Credits {
  readonly release: string
  readonly tracks: readonly (readonly Credit[])[]
}

const credit: Shape<Credit> = struct({ name: line(CREDIT_NAME_MAX), role: line(CREDIT_ROLE_MAX) })

export const credits: Shape<Credits> = struct({
  release: matching(RELEASE_ID_PATTERN, 'a release id of 32 hex digits'),
  tracks: list(list(credit, TRACK_CREDITS_MAX), TRACKS_MAX),
})
