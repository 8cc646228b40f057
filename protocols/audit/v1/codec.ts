import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import {
  boolean,
  bytes,
  bytesUpTo,
  line,
  list,
  matching,
  nullable,
  oneOf,
  type Shape,
  struct,
  tagged,
  text,
  uint,
} from '../../codec/shape.ts'
import { NOTE_LENGTH_MAX, PROOF_HASHES_MAX } from '../../ledger/v1/constants.ts'
import { CLOSE_LIMITS, ENTRY_BYTES_MAX, ORIGIN_PATTERN } from '../../ledger/v1/limits.ts'
import {
  AUDIT_LIMITS,
  AUDIT_MESSAGE_BYTES_MAX,
  CHUNK_ENTRIES_MAX,
  ENTRIES_MAX,
  HANDOVERS_MAX,
  REFUSAL_CHARS_MAX,
} from './constants.ts'

/** Why a seat does not do what it was asked (spec: "Refusals"). Stable strings. */
export const AUDIT_REFUSALS = [
  'unknown-log',
  'not-a-seat',
  'bad-checkpoint',
  'bad-consistency',
  'bad-signature',
  'invalid-entry',
  'wrong-state',
  'time-off',
  'wrong-epoch',
  'not-handed-over',
  'not-closed',
  'closed',
  'fork',
  'busy',
  'disk-refused',
  'bad-message',
  'internal',
] as const
export type AuditRefusal = (typeof AUDIT_REFUSALS)[number]

/** What the side that opened the stream says. */
export type AuditRequest =
  /** A batch: `count` entries follow in `entries` messages, at once. */
  | {
      readonly t: 'submit'
      readonly community: Uint8Array
      readonly origin: string
      /** Whether the seat shall cosign the head, or close the log at it. */
      readonly intent: 'cosign' | 'close'
      /** Size that the entries follow on. */
      readonly from: number
      readonly count: number
      readonly note: string
      readonly consistency: readonly Uint8Array[]
      /** Notes with votes of old committees, newest epoch last. */
      readonly handovers: readonly string[]
      /** Closing certificate of the predecessor. */
      readonly closing: Uint8Array | null
    }
  | { readonly t: 'entries'; readonly entries: readonly Uint8Array[] }
  /** The head that the seat holds of a log; of the newest generation when `origin` is null. */
  | { readonly t: 'head'; readonly community: Uint8Array; readonly origin: string | null }
  | { readonly t: 'evidence'; readonly evidence: Uint8Array }

/** What the side that accepted the stream says: one answer to each request, none to `entries`. */
export type AuditAnswer =
  /** A cosignature line of the note, without its newline. */
  | { readonly t: 'cosigned'; readonly line: string }
  /** A signature line that hands the log over to the next committee. */
  | { readonly t: 'voted'; readonly line: string }
  /** The seat holds this much: submit again from there. */
  | { readonly t: 'behind'; readonly size: number }
  | { readonly t: 'refused'; readonly code: AuditRefusal; readonly message: string }
  | { readonly t: 'head'; readonly note: string | null; readonly closed: boolean }
  /** `encodeCloseStatement`. */
  | { readonly t: 'closed'; readonly statement: Uint8Array }
  /** Whether the evidence had been known before. */
  | { readonly t: 'taken'; readonly known: boolean }

const tag = <const T extends string>(name: T): Shape<T> => oneOf(name)
const key = bytes(32)
const origin = matching(ORIGIN_PATTERN, 'the origin of a log')
const note = text(NOTE_LENGTH_MAX)

const requestShapes: { readonly [T in AuditRequest['t']]: Shape<Extract<AuditRequest, { t: T }>> } = {
  submit: struct({
    t: tag('submit'),
    community: key,
    origin,
    intent: oneOf('cosign', 'close'),
    from: uint(),
    count: uint(ENTRIES_MAX),
    note,
    consistency: list(bytes(32), PROOF_HASHES_MAX),
    handovers: list(note, HANDOVERS_MAX),
    closing: nullable(bytesUpTo(CLOSE_LIMITS.bytesMax)),
  }),
  entries: struct({ t: tag('entries'), entries: list(bytesUpTo(ENTRY_BYTES_MAX), CHUNK_ENTRIES_MAX, 1) }),
  head: struct({ t: tag('head'), community: key, origin: nullable(origin) }),
  evidence: struct({ t: tag('evidence'), evidence: bytesUpTo(AUDIT_MESSAGE_BYTES_MAX) }),
}

const answerShapes: { readonly [T in AuditAnswer['t']]: Shape<Extract<AuditAnswer, { t: T }>> } = {
  cosigned: struct({ t: tag('cosigned'), line: line(NOTE_LENGTH_MAX) }),
  voted: struct({ t: tag('voted'), line: line(NOTE_LENGTH_MAX) }),
  behind: struct({ t: tag('behind'), size: uint() }),
  refused: struct({ t: tag('refused'), code: oneOf(...AUDIT_REFUSALS), message: line(REFUSAL_CHARS_MAX) }),
  head: struct({ t: tag('head'), note: nullable(note), closed: boolean }),
  closed: struct({ t: tag('closed'), statement: bytesUpTo(CLOSE_LIMITS.bytesMax) }),
  taken: struct({ t: tag('taken'), known: boolean }),
}

const requestShape: Shape<AuditRequest> = tagged<AuditRequest>(requestShapes)
const answerShape: Shape<AuditAnswer> = tagged<AuditAnswer>(answerShapes)

/** Canonical bytes of a message. The caller keeps within the limits of `constants.ts`. */
export const encodeRequest = (request: AuditRequest): Uint8Array => encode(request)
export const encodeAnswer = (answer: AuditAnswer): Uint8Array => encode(answer)

/** Strict and bounded (spec: "Messages"). */
export const decodeRequest = (input: Uint8Array): Result<AuditRequest, CodecFault> =>
  decode(input, requestShape, AUDIT_LIMITS)

/** Strict and bounded (spec: "Messages"). */
export const decodeAnswer = (input: Uint8Array): Result<AuditAnswer, CodecFault> =>
  decode(input, answerShape, AUDIT_LIMITS)

/** Cuts a batch into `entries` messages of about `CHUNK_BYTES`. */
export function* chunksOf(entries: readonly Uint8Array[], chunkBytes: number): Generator<Uint8Array[]> {
  let chunk: Uint8Array[] = []
  let held = 0
  for (const entry of entries) {
    chunk.push(entry)
    held += entry.length
    if (held < chunkBytes && chunk.length < CHUNK_ENTRIES_MAX) continue
    yield chunk
    chunk = []
    held = 0
  }
  if (chunk.length > 0) yield chunk
}
