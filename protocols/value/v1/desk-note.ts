import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, matching, nullable, oneOf, tuple, uint, uint64 } from '../../codec/shape.ts'
import { NETWORK } from '../../envelope/v1/constants.ts'
import { ASSET_CODE_PATTERN, SCALE_MAX } from './constants.ts'

export const DESK_DIRECTIONS = ['in', 'out'] as const
export const DESK_KINDS = ['cash', 'bank', 'barter', 'hours'] as const
export type DeskDirection = (typeof DESK_DIRECTIONS)[number]
export type DeskKind = (typeof DESK_KINDS)[number]

/** The longest note that can be written has about 330 bytes; nothing longer than this is read. */
export const DESK_NOTE_BYTES_MAX = 512

/** What people at a cash desk put their community's name to: value that changed hands outside every log. */
export interface DeskNote {
  /** The community whose desk it is; its key signs. */
  readonly community: Uint8Array
  /** Names the note: 32 bytes, chosen by whoever asked for it. */
  readonly id: Uint8Array
  /** Seen from the desk. */
  readonly direction: DeskDirection
  readonly kind: DeskKind
  /** Key of the community or account on the other side of the counter. */
  readonly other: Uint8Array
  /** Minor units: 10^-scale. */
  readonly amount: bigint
  readonly code: string
  readonly scale: number
  /** 32 bytes: the hash of what it is for. */
  readonly memo: Uint8Array
  /** SHA-256(32 bytes of salt, then a text), or null. Who, and in which words, can so be erased without the note. */
  readonly words: Uint8Array | null
  /** When it was confirmed, ms since the Unix epoch. */
  readonly at: number
}

/** A note with its signature, not yet verified: by `community` over `deskNoteMessage`. */
export interface SignedDeskNote extends DeskNote {
  readonly signature: Uint8Array
}

const LIMITS = { bytesMax: DESK_NOTE_BYTES_MAX, depthMax: 1, itemsMax: 13 }

const fieldsOf = (note: DeskNote) => {
  const { community, id, direction, kind, other, amount, code, scale, memo, words, at } = note
  return [community, id, direction, kind, other, amount, code, scale, memo, words, at]
}

const shape = tuple<
  [
    Uint8Array,
    Uint8Array,
    DeskDirection,
    DeskKind,
    Uint8Array,
    bigint,
    string,
    number,
    Uint8Array,
    Uint8Array | null,
    number,
    Uint8Array,
  ]
>(
  bytes(32),
  bytes(32),
  oneOf(...DESK_DIRECTIONS),
  oneOf(...DESK_KINDS),
  bytes(32),
  uint64,
  matching(ASSET_CODE_PATTERN, 'an asset code'),
  uint(SCALE_MAX),
  bytes(32),
  nullable(bytes(32)),
  uint(),
  bytes(64),
)

/** What the community's key signs: `"bandstand/desk-note/v1\0"`, then the list of the eleven fields. */
export const deskNoteMessage = (note: DeskNote): Uint8Array =>
  concat([fromString(`${NETWORK}/desk-note/v1\0`), encode(fieldsOf(note))])

export const encodeDeskNote = (note: SignedDeskNote): Uint8Array => encode([...fieldsOf(note), note.signature])

/** Strict and bounded. The signature is the caller's to verify. */
export function decodeDeskNote(input: Uint8Array): Result<SignedDeskNote, CodecFault> {
  const decoded = decode(input, shape, LIMITS)
  if (!decoded.ok) return decoded
  const [community, id, direction, kind, other, amount, code, scale, memo, words, at, signature] = decoded.value
  return {
    ok: true,
    value: { community, id, direction, kind, other, amount, code, scale, memo, words, at, signature },
  }
}
