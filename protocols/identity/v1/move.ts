import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt, decode, encode } from '../../codec/dag-cbor.ts'
import type { DecodeLimits } from '../../codec/limits.ts'
import type { Result } from '../../codec/result.ts'
import {
  bytes,
  bytesUpTo,
  int,
  line,
  list,
  matching,
  type Shape,
  struct,
  text,
  uint,
  wrongShape,
} from '../../codec/shape.ts'
import { NAME_MAX } from '../../engagement/v1/constants.ts'
import { HANDLE_PATTERN } from '../../engagement/v1/handle.ts'

/** First bytes of the file: says what it is to people and to programs, and is authenticated with what is sealed. */
export const MOVE_MAGIC = fromString('bandstand move v1\n')
/** Largest file: 300 receipts with their proofs take some 3 MB. */
export const MOVE_BYTES_MAX = 16 * 1024 * 1024
/** scrypt cost, log2: 32 MiB and about a second in a phone's browser. */
export const MOVE_LOG_N = 15
/** A hostile file must not make a phone take more than 256 MiB. */
const LOG_N_MAX = 18
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Communities somebody follows, or bears a handle in. */
const COMMUNITIES_MAX = 1_024
/** Payments that are taken along, the newest. */
export const MOVE_RECEIPTS_MAX = 300
/** A promise has some 150 bytes. */
const ACK_BYTES_MAX = 1_024
/** A receipt with its entry, division and proof, as JSON, in UTF-16 units. */
export const MOVE_PROOF_MAX = 262_144

const OUTER_LIMITS: DecodeLimits = { bytesMax: MOVE_BYTES_MAX, depthMax: 1, itemsMax: 9 }
const INNER_LIMITS: DecodeLimits = { bytesMax: MOVE_BYTES_MAX, depthMax: 4, itemsMax: 16_384 }

/** What is around the sealed part: how the key was made from the passphrase (RFC 7914, r = 8, p = 1). */
export interface MoveFile {
  readonly logN: number
  readonly salt: Uint8Array
  readonly nonce: Uint8Array
  /** AES-256-GCM of `encodeBelongings`, with `MOVE_MAGIC` authenticated beside it. */
  readonly sealed: Uint8Array
}

export interface MovedPromise {
  readonly community: Uint8Array
  readonly index: number
  /** `../../ledger/v1/spec.md`, ack. */
  readonly ack: Uint8Array
  /** What was ordered, in a few words. */
  readonly about: string
  readonly at: number
}

export interface MovedReceipt {
  readonly community: Uint8Array
  readonly index: number
  /** `ReceiptProof` of the API as JSON: proves itself, whoever shows it. */
  readonly proof: string
}

/** All that a fan takes along. */
export interface Belongings {
  /** Ed25519 seed of the key, 32 bytes. */
  readonly seed: Uint8Array
  readonly name: string
  readonly handles: readonly { readonly community: Uint8Array; readonly handle: string }[]
  /** Communities that the fan follows. */
  readonly follows: readonly Uint8Array[]
  /** Newest first. */
  readonly promises: readonly MovedPromise[]
  readonly receipts: readonly MovedReceipt[]
}

const sealedPart: Shape<Uint8Array> = (value, path) => {
  const read = bytesUpTo(MOVE_BYTES_MAX)(value, path)
  return read.length > TAG_BYTES ? read : wrongShape(path, 'expected more than the tag')
}
const moveFile: Shape<MoveFile> = struct({
  logN: int(10, LOG_N_MAX),
  salt: bytes(SALT_BYTES),
  nonce: bytes(NONCE_BYTES),
  sealed: sealedPart,
})

const community = bytes(32)
const belongings: Shape<Belongings> = struct({
  seed: bytes(32),
  name: line(NAME_MAX, 0),
  handles: list(struct({ community, handle: matching(HANDLE_PATTERN, 'a handle') }), COMMUNITIES_MAX),
  follows: list(community, COMMUNITIES_MAX),
  promises: list(
    struct({ community, index: uint(), ack: bytesUpTo(ACK_BYTES_MAX), about: line(400, 0), at: uint() }),
    MOVE_RECEIPTS_MAX,
  ),
  receipts: list(struct({ community, index: uint(), proof: text(MOVE_PROOF_MAX) }), MOVE_RECEIPTS_MAX),
})

export const encodeMove = ({ logN, salt, nonce, sealed }: MoveFile): Uint8Array =>
  concat([MOVE_MAGIC, encode({ logN, salt, nonce, sealed })])

/** Strict and bounded. Whether the passphrase opens it is the caller's to try. */
export function decodeMove(input: Uint8Array): Result<MoveFile, CodecFault> {
  const size = MOVE_MAGIC.length
  return input.length > MOVE_BYTES_MAX || !equals(input.subarray(0, size), MOVE_MAGIC)
    ? attempt(() => {
        throw new CodecError('malformed', 'this is no file of somebody who moves')
      })
    : decode(input.subarray(size), moveFile, OUTER_LIMITS)
}

export function encodeBelongings({ seed, name, handles, follows, promises, receipts }: Belongings): Uint8Array {
  return encode({
    seed,
    name,
    handles: handles.map(one => ({ community: one.community, handle: one.handle })),
    follows: [...follows],
    promises: promises.map(({ community: where, index, ack, about, at }) => ({
      community: where,
      index,
      ack,
      about,
      at,
    })),
    receipts: receipts.map(({ community: where, index, proof }) => ({ community: where, index, proof })),
  })
}

export const decodeBelongings = (input: Uint8Array): Result<Belongings, CodecFault> =>
  decode(input, belongings, INNER_LIMITS)
