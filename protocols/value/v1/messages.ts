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
  matching,
  nullable,
  oneOf,
  type Shape,
  struct,
  tagged,
  text,
  uint,
  uint64,
} from '../../codec/shape.ts'
import { NOTE_LENGTH_MAX, PROOF_HASHES_MAX } from '../../ledger/v1/constants.ts'
import {
  COMMIT_BYTES_MAX,
  GENERATION_MAX,
  HAIRCUT_MAX,
  LEAF_BYTES_MAX,
  OUTCOME_PATTERN,
  PAYEE_PATTERN,
} from '../../ledger/v1/limits.ts'
import {
  ASSET_CODE_PATTERN,
  HOPS_MAX,
  LEAVES_MAX,
  LINES_MAX,
  NETTING_BYTES_MAX,
  POSITION_LIMITS,
  QUOTE_LIMITS,
  RECEIPT_BYTES_MAX,
  REFUSAL_CHARS_MAX,
  SCALE_MAX,
  SETTLEMENT_BYTES_MAX,
  VALUE_LIMITS,
} from './constants.ts'

/** How much of a log somebody knows; generation and size are 0 when nothing. */
export interface KnownHead {
  readonly generation: number
  readonly size: number
}

/** One leaf of the sender's log, with its audit path under the head of the same message. */
export interface ProvenLeaf {
  readonly index: number
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
}

/** A certified head of the sender's log, and leaves under it. */
export interface Leaves {
  readonly note: string
  /** Last leaf under the head. */
  readonly commit: Uint8Array
  readonly commitPath: readonly Uint8Array[]
  /** From the head that the receiver said it knows; empty when that is none, or of an earlier generation. */
  readonly consistency: readonly Uint8Array[]
  readonly items: readonly ProvenLeaf[]
}

/** A line that the answering community grants, and how much of it is free. */
export interface LineOffer {
  /** Whose credit it accepts. */
  readonly community: Uint8Array
  readonly code: string
  readonly scale: number
  /** Minor units. */
  readonly limit: bigint
  /** Ten-thousandths that it keeps. */
  readonly haircut: number
  readonly expiry: number
  readonly alone: boolean
  /** What may still come in, in fine units. */
  readonly headroom: bigint
}

/** What became of a leaf that was handed over; `sequence` is the sender's for what it asks, the receiver's for what it answers. */
export interface Taken {
  readonly sequence: number
  /** Outcome of the transfer in the receiver's log; null while it is not decided there. */
  readonly outcome: string | null
}

/** What the side that opened the stream says. */
export type ValueRequest =
  | { readonly t: 'lines' }
  | {
      readonly t: 'quote'
      readonly to: Uint8Array
      readonly payee: string
      readonly code: string
      readonly scale: number
      /** Fine units that would come in. */
      readonly amount: bigint
      /** Communities passed so far: the payer's first, the one that asks last. */
      readonly path: readonly Uint8Array[]
      /** Until when the quote is wanted, ms. */
      readonly expiry: number
    }
  /** What the other's log knows of the log of the one that asks. */
  | { readonly t: 'knows' }
  | ({ readonly t: 'leaves' } & Leaves)
  /** What the other decided about these of the asker's sequences. `generation` and `size`: what the asker knows of the other's log. */
  | ({ readonly t: 'results'; readonly sequences: readonly number[] } & KnownHead)
  /** `receipt`: the rail's own evidence, whose SHA-256 is in the note. */
  | { readonly t: 'settle'; readonly note: Uint8Array; readonly receipt: Uint8Array }
  | { readonly t: 'net'; readonly document: Uint8Array }
  /** How the other stands with the asker. */
  | { readonly t: 'statement'; readonly code: string; readonly scale: number }
  /** How the other stands with all its neighbours: what a netting is proposed from. */
  | { readonly t: 'positions'; readonly code: string; readonly scale: number }

/** What the side that accepted the stream says: one answer to each request. */
export type ValueAnswer =
  /** `generation` and `size`: its newest certified head. */
  | ({ readonly t: 'lines'; readonly lines: readonly LineOffer[] } & KnownHead)
  | { readonly t: 'quoted'; readonly quote: Uint8Array }
  /** `received`: the highest sequence of the asker's that it took. */
  | ({ readonly t: 'known'; readonly received: number } & KnownHead)
  | { readonly t: 'taken'; readonly received: number; readonly results: readonly Taken[] }
  /** Its log knows another head than the proof begins with: send the leaves again from there. */
  | ({ readonly t: 'behind'; readonly received: number } & KnownHead)
  | ({ readonly t: 'leaves' } & Leaves)
  | { readonly t: 'settled'; readonly note: Uint8Array }
  | { readonly t: 'netted'; readonly document: Uint8Array }
  | { readonly t: 'statement'; readonly position: Uint8Array }
  | { readonly t: 'positions'; readonly positions: readonly Uint8Array[] }
  | {
      readonly t: 'refused'
      /** One of `VALUE_REFUSALS`, or one that a newer version made up. */
      readonly code: string
      readonly message: string
      /** Not before so many ms; null when waiting changes nothing. */
      readonly retryMs: number | null
    }

const tag = <const T extends string>(name: T): Shape<T> => oneOf(name)
const key = bytes(32)
const hashes = list(bytes(32), PROOF_HASHES_MAX)
const code = matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR')
const scale = uint(SCALE_MAX)
const sequence = int(1, Number.MAX_SAFE_INTEGER)
const outcome = matching(OUTCOME_PATTERN, 'an outcome: a lower-case word')
const generation = uint(GENERATION_MAX)
const known = { generation, size: uint() }

const leaves = {
  t: tag('leaves'),
  note: text(NOTE_LENGTH_MAX),
  commit: bytesUpTo(COMMIT_BYTES_MAX),
  commitPath: hashes,
  consistency: hashes,
  items: list(struct<ProvenLeaf>({ index: uint(), leaf: bytesUpTo(LEAF_BYTES_MAX), path: hashes }), LEAVES_MAX),
}

const requestShapes: { readonly [T in ValueRequest['t']]: Shape<Extract<ValueRequest, { readonly t: T }>> } = {
  lines: struct({ t: tag('lines') }),
  quote: struct({
    t: tag('quote'),
    to: key,
    payee: matching(PAYEE_PATTERN, 'release/<id> or acct/<key>'),
    code,
    scale,
    amount: uint64,
    path: list(key, HOPS_MAX, 1),
    expiry: uint(),
  }),
  knows: struct({ t: tag('knows') }),
  leaves: struct(leaves),
  results: struct({ t: tag('results'), ...known, sequences: list(sequence, LEAVES_MAX, 1) }),
  settle: struct({
    t: tag('settle'),
    note: bytesUpTo(SETTLEMENT_BYTES_MAX),
    receipt: bytesUpTo(RECEIPT_BYTES_MAX),
  }),
  net: struct({ t: tag('net'), document: bytesUpTo(NETTING_BYTES_MAX) }),
  statement: struct({ t: tag('statement'), code, scale }),
  positions: struct({ t: tag('positions'), code, scale }),
}

const lineOffer = struct<LineOffer>({
  community: key,
  code,
  scale,
  limit: uint64,
  haircut: uint(HAIRCUT_MAX),
  expiry: uint(),
  alone: boolean,
  headroom: uint64,
})

const answerShapes: { readonly [T in ValueAnswer['t']]: Shape<Extract<ValueAnswer, { t: T }>> } = {
  lines: struct({ t: tag('lines'), ...known, lines: list(lineOffer, LINES_MAX) }),
  quoted: struct({ t: tag('quoted'), quote: bytesUpTo(QUOTE_LIMITS.bytesMax) }),
  known: struct({ t: tag('known'), ...known, received: uint() }),
  taken: struct({
    t: tag('taken'),
    received: uint(),
    results: list(struct<Taken>({ sequence, outcome: nullable(outcome) }), LEAVES_MAX),
  }),
  behind: struct({ t: tag('behind'), ...known, received: uint() }),
  leaves: struct(leaves),
  settled: struct({ t: tag('settled'), note: bytesUpTo(SETTLEMENT_BYTES_MAX) }),
  netted: struct({ t: tag('netted'), document: bytesUpTo(NETTING_BYTES_MAX) }),
  statement: struct({ t: tag('statement'), position: bytesUpTo(POSITION_LIMITS.bytesMax) }),
  positions: struct({
    t: tag('positions'),
    positions: list(bytesUpTo(POSITION_LIMITS.bytesMax), LINES_MAX),
  }),
  refused: struct({
    t: tag('refused'),
    code: outcome,
    message: line(REFUSAL_CHARS_MAX),
    retryMs: nullable(uint()),
  }),
}

const requestShape: Shape<ValueRequest> = tagged<ValueRequest>(requestShapes)
const answerShape: Shape<ValueAnswer> = tagged<ValueAnswer>(answerShapes)

/** Canonical bytes of a message. The caller keeps within the limits of `constants.ts`. */
export const encodeRequest = (request: ValueRequest): Uint8Array => encode(request)
export const encodeAnswer = (answer: ValueAnswer): Uint8Array => encode(answer)

/** Strict and bounded (spec: "Messages"). */
export const decodeRequest = (input: Uint8Array): Result<ValueRequest, CodecFault> =>
  decode(input, requestShape, VALUE_LIMITS)

/** Strict and bounded (spec: "Messages"). */
export const decodeAnswer = (input: Uint8Array): Result<ValueAnswer, CodecFault> =>
  decode(input, answerShape, VALUE_LIMITS)
