import { equals } from 'uint8arrays/equals'
import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, matching, tuple, uint, uint64, wrongShape } from '../../codec/shape.ts'
import { signedMessage } from '../../ledger/v1/domain.ts'
import { ASSET_CODE_PATTERN, POSITION_LIMITS, SCALE_MAX } from './constants.ts'

/** How a community stands with another, as its own log says: what the two compare. Amounts are fine units. */
export interface PositionFields {
  /** Whose log it is, and who signs. */
  readonly by: Uint8Array
  readonly other: Uint8Array
  readonly code: string
  readonly scale: number
  /** What `by` owes `other`. */
  readonly owes: bigint
  /** What `by` is owed by `other`; at most one of the two is above zero. */
  readonly owed: bigint
  /** On its way from `by` to `other`, and not ended. */
  readonly held: bigint
  /** Highest of its sequences toward the other, and of the other's that it took. */
  readonly sent: number
  readonly received: number
  /** Settlements that it paid to the other, and that the other paid to it. */
  readonly settled: number
  readonly settledIn: number
  /** Entries of its log that this counts. */
  readonly size: number
  /** Ms since the Unix epoch. */
  readonly at: number
}

/** With its signature by `by` over `positionMessage`, not verified yet. */
export interface Position extends PositionFields {
  readonly signature: Uint8Array
}

type Tuple = [
  Uint8Array,
  Uint8Array,
  string,
  number,
  bigint,
  bigint,
  bigint,
  number,
  number,
  number,
  number,
  number,
  number,
  Uint8Array,
]
const shape = tuple<Tuple>(
  bytes(32),
  bytes(32),
  matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR'),
  uint(SCALE_MAX),
  uint64,
  uint64,
  uint64,
  uint(),
  uint(),
  uint(),
  uint(),
  uint(),
  uint(),
  bytes(64),
)

function listOf(position: PositionFields): unknown[] {
  const { by, other, code, scale, owes, owed, held, sent, received, settled, settledIn, size, at } = position
  return [by, other, code, scale, owes, owed, held, sent, received, settled, settledIn, size, at]
}

/** What `by` signs: `"bandstand/position/v1\0"`, then the list of the thirteen fields. */
export const positionMessage = (position: PositionFields): Uint8Array =>
  signedMessage('position', encode(listOf(position)))

/** A position as it travels: a list of the thirteen fields and the signature. */
export const encodePosition = (position: Position): Uint8Array => encode([...listOf(position), position.signature])

/** Strict and bounded. The signature is the caller's to verify, under `by`. */
export const decodePosition = (input: Uint8Array): Result<Position, CodecFault> =>
  attempt(() => {
    const [by, other, code, scale, owes, owed, held, sent, received, settled, settledIn, size, at, signature] =
      decodeOrThrow(input, shape, POSITION_LIMITS)
    if (equals(by, other)) wrongShape('other', 'nobody has a position with itself')
    if (owes > 0n && owed > 0n) wrongShape('owed', 'one of the two owes, or neither')
    return { by, other, code, scale, owes, owed, held, sent, received, settled, settledIn, size, at, signature }
  })
