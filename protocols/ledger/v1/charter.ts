import { compare } from 'uint8arrays/compare'
import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decode, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import {
  bytes,
  bytesUpTo,
  int,
  line,
  list,
  matching,
  nullable,
  type Shape,
  struct,
  uint,
  wrongShape,
} from '../../codec/shape.ts'
import { ascendingBy } from './ascending.ts'
import { signedMessage } from './domain.ts'
import { CHARTER_BYTES_MAX, CHARTER_LIMITS, MEMBERS_MAX, NETWORK_PATTERN, SIGNED_CHARTER_LIMITS } from './limits.ts'

export interface Member {
  /** Ed25519 key of the community. */
  readonly community: Uint8Array
  readonly name: string
  /** Who runs its stage: what the cap on seats counts. */
  readonly operator: string
  readonly stake: number
  /** How to reach it first, a multiaddr; null when others tell. */
  readonly address: string | null
}

/** Who holds which stake in one epoch of a federation. */
export interface Charter {
  readonly network: string
  /** From 1. */
  readonly epoch: number
  /** SHA-256 of the charter before, as `encodeCharter` writes it; null in epoch 1. */
  readonly previous: Uint8Array | null
  /** Most seats of a committee: 1, 4, 7, 13 or 21. */
  readonly seats: number
  /** Ascending by the bytes of their keys. */
  readonly members: readonly Member[]
  /** Ms since the Unix epoch. */
  readonly startsAt: number
}

/** By a founding community (epoch 1) or a seat of the epoch before, over `charterMessage`. Not verified yet. */
export interface CharterSignature {
  readonly key: Uint8Array
  readonly signature: Uint8Array
}

export interface SignedCharter {
  readonly charter: Charter
  /** Ascending by the bytes of their keys. */
  readonly signatures: readonly CharterSignature[]
}

/** Sizes of a committee that are f faults and one more: n = 3f + 1, and 1 that certifies itself. */
export const COMMITTEE_SIZES = [1, 4, 7, 13, 21] as const

const member: Shape<Member> = struct({
  community: bytes(32),
  name: line(80),
  operator: line(80),
  stake: int(1, Number.MAX_SAFE_INTEGER),
  address: nullable(line(300)),
})
const signature: Shape<CharterSignature> = struct({ key: bytes(32), signature: bytes(64) })

const fields: Shape<Charter> = struct({
  network: matching(NETWORK_PATTERN, 'the name of a network'),
  epoch: int(1, Number.MAX_SAFE_INTEGER),
  previous: nullable(bytes(32)),
  seats: uint(21),
  members: ascendingBy(list(member, MEMBERS_MAX, 1), ({ community }) => community),
  startsAt: uint(),
})
const charterShape: Shape<Charter> = (value, path) => {
  const charter = fields(value, path)
  if (!COMMITTEE_SIZES.some(size => size === charter.seats)) wrongShape('seats', 'expected 1, 4, 7, 13 or 21')
  if ((charter.previous === null) !== (charter.epoch === 1))
    wrongShape('previous', 'every charter but the first names the one before')
  return charter
}
const signedShape = struct<{ charter: Uint8Array; signatures: CharterSignature[] }>({
  charter: bytesUpTo(CHARTER_BYTES_MAX),
  signatures: ascendingBy(list(signature, MEMBERS_MAX), ({ key }) => key),
})

/** Canonical charter: members are put in their order. */
export function encodeCharter({ network, epoch, previous, seats, members, startsAt }: Charter): Uint8Array {
  const sorted = members
    .map(({ community, name, operator, stake, address }) => ({ community, name, operator, stake, address }))
    .sort((a, b) => compare(a.community, b.community))
  return encode({ network, epoch, previous, seats, members: sorted, startsAt })
}

/** Strict and bounded. */
export const decodeCharter = (input: Uint8Array): Result<Charter, CodecFault> =>
  decode(input, charterShape, CHARTER_LIMITS)

/** What members sign: `"bandstand/charter/v1\0"`, then the charter. */
export const charterMessage = (charter: Charter): Uint8Array => signedMessage('charter', encodeCharter(charter))

/** The charter inside stays bytes, because hash and signatures are over exactly these. */
export function encodeSignedCharter({ charter, signatures }: SignedCharter): Uint8Array {
  const sorted = signatures.map(({ key, signature }) => ({ key, signature })).sort((a, b) => compare(a.key, b.key))
  return encode({ charter: encodeCharter(charter), signatures: sorted })
}

/** Strict and bounded. The signatures are the caller's to verify. */
export const decodeSignedCharter = (input: Uint8Array): Result<SignedCharter, CodecFault> =>
  attempt(() => {
    const { charter, signatures } = decodeOrThrow(input, signedShape, SIGNED_CHARTER_LIMITS)
    return { charter: decodeOrThrow(charter, charterShape, CHARTER_LIMITS), signatures }
  })
