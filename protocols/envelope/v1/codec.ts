import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, bytesUpTo, matching, type Shape, struct, tuple, uint } from '../../codec/shape.ts'
import { ENVELOPE_BYTES_MAX, ENVELOPE_LIMITS, NETWORK, PAYLOAD_LIMITS, TYPE_PATTERN } from './constants.ts'

/** What an author says. `body` has the shape that `type` promises; it is checked by that type's own codec. */
export interface Payload {
  /** `area/kind`, e.g. `engagement/chat`. */
  readonly type: string
  /** Ed25519 public key of the author, 32 bytes. */
  readonly author: Uint8Array
  /** Ed25519 public key of the community this is addressed to, 32 bytes. */
  readonly community: Uint8Array
  /** Position in the author's own sequence within this community, from 1. */
  readonly seq: number
  /** The author's clock, milliseconds since the Unix epoch. */
  readonly at: number
  readonly body: unknown
}

/** A decoded envelope. The signature is NOT yet verified: see `signedBytes`. */
export interface Envelope extends Payload {
  /** The exact bytes that were signed over, without the domain. */
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  /** The whole envelope as it travels and is stored. */
  readonly bytes: Uint8Array
}

const anything: Shape<unknown> = value => value

const payloadShape: Shape<Payload> = struct({
  type: matching(TYPE_PATTERN, 'a type such as engagement/chat'),
  author: bytes(32),
  community: bytes(32),
  seq: uint(),
  at: uint(),
  body: anything,
})

const envelopeShape = tuple<[Uint8Array, Uint8Array]>(bytesUpTo(ENVELOPE_BYTES_MAX), bytes(64))

/** The message that an author signs: `"<network>/<type>/v1\0" || payload`. */
export function signedBytes(type: string, payload: Uint8Array): Uint8Array {
  return concat([fromString(`${NETWORK}/${type}/v1\0`), payload])
}

/** Canonical payload bytes, ready to be signed. */
export function encodePayload(payload: Payload): Uint8Array {
  const { type, author, community, seq, at, body } = payload
  return encode({ type, author, community, seq, at, body })
}

export function encodeEnvelope(payload: Uint8Array, signature: Uint8Array): Uint8Array {
  return encode([payload, signature])
}

/** Strict, bounded. Checks form only: the caller verifies the signature and the body. */
export function decodeEnvelope(input: Uint8Array): Result<Envelope, CodecFault> {
  return attempt(() => {
    const [payload, signature] = decodeOrThrow(input, envelopeShape, ENVELOPE_LIMITS)
    return { ...decodeOrThrow(payload, payloadShape, PAYLOAD_LIMITS), payload, signature, bytes: input }
  })
}
