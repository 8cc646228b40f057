import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import {
  boolean,
  bytes,
  bytesUpTo,
  int,
  line,
  list,
  nullable,
  oneOf,
  type Shape,
  struct,
  tagged,
  text,
  tuple,
  uint,
} from '../../codec/shape.ts'
import { ENVELOPE_BYTES_MAX } from '../../envelope/v1/constants.ts'
import {
  AUTHORS_MAX,
  BATCH_ITEMS_MAX,
  CHECKPOINT_CHARS_MAX,
  ENTRY_BYTES_MAX,
  ERROR_CHARS_MAX,
  FINGERPRINT_BYTES,
  ID_BYTES,
  IDS_MAX,
  MESSAGE_LIMITS,
  PROOF_HASHES_MAX,
} from './constants.ts'
import { type Range, rangesFromWire, rangesToWire } from './ranges.ts'

/** Author key, highest sequence held, number of events held. */
export type VectorRow = readonly [author: Uint8Array, seqMax: number, count: number]
/** Author key, and the sequence after which events are wanted. */
export type AuthorCursor = readonly [author: Uint8Array, after: number]
/** Where a batch stopped: index into the request's list, and for authors the sequence reached. */
export type BatchCursor = readonly [index: number, after: number]

export type SyncErrorCode = 'unknown-community' | 'no-log' | 'busy' | 'bad-message' | 'out-of-order' | 'internal'

/** What the side that opened the stream says. Each request gets exactly one answer. */
export type Request =
  | { readonly t: 'open'; readonly community: Uint8Array; readonly fingerprint: Uint8Array }
  | { readonly t: 'authors'; readonly authors: readonly AuthorCursor[] }
  | { readonly t: 'ids'; readonly ids: readonly Uint8Array[] }
  | { readonly t: 'push'; readonly events: readonly Uint8Array[] }
  | { readonly t: 'reconcile'; readonly ranges: readonly Range[] }
  | { readonly t: 'log'; readonly community: Uint8Array; readonly from: number }

/** What the side that accepted the stream says. */
export type Answer =
  | { readonly t: 'same' }
  | { readonly t: 'vector'; readonly authors: readonly VectorRow[] | null }
  | { readonly t: 'events'; readonly events: readonly Uint8Array[]; readonly next: BatchCursor | null }
  | { readonly t: 'stored'; readonly stored: number; readonly refused: number }
  | {
      readonly t: 'ranges'
      readonly ranges: readonly Range[]
      readonly have: readonly Uint8Array[]
      readonly need: readonly Uint8Array[]
    }
  | {
      readonly t: 'entries'
      readonly entries: readonly Uint8Array[]
      readonly checkpoint: string
      readonly consistency: readonly Uint8Array[]
      readonly more: boolean
    }
  | { readonly t: 'error'; readonly code: SyncErrorCode; readonly message: string }

const key = bytes(32)
const id = bytes(ID_BYTES)
const events = list(bytesUpTo(ENVELOPE_BYTES_MAX), BATCH_ITEMS_MAX)

const ranges: Shape<Range[]> = (value, path) => rangesFromWire(value, path)

const tag = <const T extends string>(name: T): Shape<T> => oneOf(name)

const requestShapes: { readonly [T in Request['t']]: Shape<Extract<Request, { t: T }>> } = {
  open: struct({ t: tag('open'), community: key, fingerprint: bytes(FINGERPRINT_BYTES) }),
  authors: struct({ t: tag('authors'), authors: list(tuple<[Uint8Array, number]>(key, uint()), AUTHORS_MAX, 1) }),
  ids: struct({ t: tag('ids'), ids: list(id, IDS_MAX, 1) }),
  push: struct({ t: tag('push'), events }),
  reconcile: struct({ t: tag('reconcile'), ranges }),
  log: struct({ t: tag('log'), community: key, from: uint() }),
}

const answerShapes: { readonly [T in Answer['t']]: Shape<Extract<Answer, { t: T }>> } = {
  same: struct({ t: tag('same') }),
  vector: struct({
    t: tag('vector'),
    authors: nullable(list(tuple<[Uint8Array, number, number]>(key, uint(), uint()), AUTHORS_MAX)),
  }),
  events: struct({
    t: tag('events'),
    events,
    next: nullable(tuple<[number, number]>(int(0, Math.max(AUTHORS_MAX, IDS_MAX)), uint())),
  }),
  stored: struct({ t: tag('stored'), stored: uint(BATCH_ITEMS_MAX), refused: uint(BATCH_ITEMS_MAX) }),
  ranges: struct({ t: tag('ranges'), ranges, have: list(id, IDS_MAX), need: list(id, IDS_MAX) }),
  entries: struct({
    t: tag('entries'),
    entries: list(bytesUpTo(ENTRY_BYTES_MAX), BATCH_ITEMS_MAX),
    checkpoint: text(CHECKPOINT_CHARS_MAX),
    consistency: list(bytes(32), PROOF_HASHES_MAX),
    more: boolean,
  }),
  error: struct({
    t: tag('error'),
    code: oneOf('unknown-community', 'no-log', 'busy', 'bad-message', 'out-of-order', 'internal'),
    message: line(ERROR_CHARS_MAX),
  }),
}

const requestShape: Shape<Request> = tagged<Request>(requestShapes)
const answerShape: Shape<Answer> = tagged<Answer>(answerShapes)

/** Canonical bytes of a message. The caller keeps within the limits of `constants.ts`. */
export function encodeMessage(message: Request | Answer): Uint8Array {
  return encode('ranges' in message ? { ...message, ranges: rangesToWire(message.ranges) } : message)
}

/** Strict, bounded (spec: "Messages"). */
export function decodeRequest(input: Uint8Array): Result<Request, CodecFault> {
  return decode(input, requestShape, MESSAGE_LIMITS)
}

/** Strict, bounded (spec: "Messages"). */
export function decodeAnswer(input: Uint8Array): Result<Answer, CodecFault> {
  return decode(input, answerShape, MESSAGE_LIMITS)
}
