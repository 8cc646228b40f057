import { list, matching, type Shape, struct, text, uint, wrongShape } from '../../codec/shape.ts'
import { RELEASE_ID_PATTERN, TRACKS_MAX } from './constants.ts'

/** Most cues in one event: a song has fifty; with this many one envelope still holds them. */
export const CUES_MAX = 1_000
/** Longest cue, in UTF-16 units: two lines on a screen are about a hundred. */
export const CUE_TEXT_MAX = 400
/** Latest time in a cue: the longest track that stages take. */
export const CUE_MS_MAX = 12 * 3_600_000
/** A BCP 47 tag (RFC 5646): language, and at most three more subtags. */
export const LANGUAGE_PATTERN = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/

/** Words that are shown while a track is between two positions, in ms. */
export interface Cue {
  readonly at: number
  readonly until: number
  readonly text: string
}

/** Body of `catalog/captions`: the words of one track in one language, in step with it. Without cues there are none any more. */
export interface Captions {
  readonly release: string
  /** Position within the release, from 0. */
  readonly track: number
  readonly language: string
  /** By the time at which they begin. */
  readonly cues: readonly Cue[]
}

const plainCue: Shape<Cue> = struct({ at: uint(CUE_MS_MAX), until: uint(CUE_MS_MAX), text: text(CUE_TEXT_MAX) })

const cue: Shape<Cue> = (value, path) => {
  const read = plainCue(value, path)
  return read.at < read.until ? read : wrongShape(path, 'a cue ends before it begins')
}

const inOrder: Shape<readonly Cue[]> = (value, path) => {
  const cues = list(cue, CUES_MAX)(value, path)
  const early = cues.findIndex(({ at }, index) => at < (cues[index - 1]?.at ?? 0))
  return early < 0 ? cues : wrongShape(`${path}[${early}]`, 'cues are not in order')
}

export const captions: Shape<Captions> = struct({
  release: matching(RELEASE_ID_PATTERN, 'a release id of 32 hex digits'),
  track: uint(TRACKS_MAX - 1),
  language: matching(LANGUAGE_PATTERN, 'a language tag such as en or pt-BR'),
  cues: inOrder,
})
