import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import {
  bytes,
  bytesUpTo,
  line,
  list,
  mapOf,
  matching,
  nullable,
  openStruct,
  type Shape,
  uint,
  wrongShape,
} from '../../codec/shape.ts'
import * as limits from './constants.ts'

/** Versions of one protocol that a stage speaks, both ends included. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** Where a community stands: enough to see at a glance whether there is something to fetch. */
export interface CommunityHead {
  /** Ed25519 key, 32 bytes. In version 1 it is the stage's own key. */
  readonly community: Uint8Array
  /** Empty until the community is named. */
  readonly name: string
  /** Highest sequence of the events that the community itself signed: its catalog, profile and polls. */
  readonly seq: number
  /** Entries in its log, and the Merkle root over them (RFC 6962), 32 bytes. */
  readonly logSize: number
  readonly logRoot: Uint8Array
}

/** What a stage says about itself when a connection opens. */
export interface Hello {
  /** Ed25519 key of the stage that speaks: its peer id, and who signs. */
  readonly key: Uint8Array
  /** Key of the stage that is spoken to: a hello cannot be passed on to a third one. */
  readonly to: Uint8Array
  readonly nonce: Uint8Array
  /** Nonce of the hello that this one answers; `null` in the first. */
  readonly reply: Uint8Array | null
  /** The speaker's clock, ms since the Unix epoch. */
  readonly at: number
  readonly software: string
  /** By protocol name, e.g. `sync`. */
  readonly protocols: ReadonlyMap<string, VersionRange>
  /** What it can do. */
  readonly features: readonly string[]
  /** Features or protocols without which it will not talk. */
  readonly requires: readonly string[]
  /** What it accepts at most, by name, e.g. `envelope-bytes`. */
  readonly limits: ReadonlyMap<string, number>
  readonly head: CommunityHead
}

/** Why a stage does not go on. The code is for programs, the sentence for people; it is the peer's claim. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

/** One frame of the handshake. The signature of a hello is NOT yet verified: see `signedBytes`. */
export type HelloMessage =
  | { readonly kind: 'hello'; readonly hello: Hello; readonly payload: Uint8Array; readonly signature: Uint8Array }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'accept' }

const name = matching(limits.NAME_PATTERN, 'a name such as sync')

const versionRange: Shape<VersionRange> = (value, path) => {
  const [min, max] = list(uint(limits.VERSION_MAX), 2, 2)(value, path) as [number, number]
  return min <= max ? { min, max } : wrongShape(path, 'expected a range whose ends are in order')
}

const communityHead: Shape<CommunityHead> = openStruct({
  community: bytes(32),
  name: line(limits.COMMUNITY_NAME_MAX, 0),
  seq: uint(),
  logSize: uint(),
  logRoot: bytes(32),
})

const helloShape: Shape<Hello> = openStruct({
  key: bytes(32),
  to: bytes(32),
  nonce: bytes(limits.NONCE_BYTES),
  reply: nullable(bytes(limits.NONCE_BYTES)),
  at: uint(),
  software: line(limits.SOFTWARE_MAX, 0),
  protocols: mapOf(name, versionRange, limits.PROTOCOLS_MAX),
  features: list(name, limits.FEATURES_MAX),
  requires: list(name, limits.FEATURES_MAX),
  limits: mapOf(name, uint(), limits.LIMITS_MAX),
  head: communityHead,
})

const signedHello = openStruct({ hello: bytesUpTo(limits.HELLO_BYTES_MAX), signature: bytes(64) })

const refusal: Shape<Refusal> = openStruct({
  code: matching(limits.REFUSAL_CODE_PATTERN, 'a refusal code'),
  message: line(limits.REFUSAL_MESSAGE_MAX, 0),
})

const nothing: Shape<Record<string, never>> = openStruct({})

/** Exactly one of `hello`, `refuse` and `accept` says what a message is. */
const message: Shape<HelloMessage> = (value, path) => {
  const record = openStruct({})(value, path) && (value as Record<string, unknown>)
  const kinds = ['hello', 'refuse', 'accept'].filter(kind => Object.hasOwn(record, kind))
  if (kinds.length !== 1) return wrongShape(path, 'expected one of hello, refuse and accept')
  if (kinds[0] === 'refuse') return { kind: 'refuse', refusal: refusal(record.refuse, 'refuse') }
  if (kinds[0] === 'accept') return nothing(record.accept, 'accept') && { kind: 'accept' }
  const { hello: payload, signature } = signedHello(value, path)
  return { kind: 'hello', hello: decodeOrThrow(payload, helloShape, limits.PAYLOAD_LIMITS), payload, signature }
}

/** What Ed25519 signs: `"bandstand/hello/v1\0" || payload`. */
export const signedBytes = (payload: Uint8Array): Uint8Array => concat([fromString(limits.HELLO_DOMAIN), payload])

/** Canonical payload bytes, ready to be signed. */
export function encodeHello(hello: Hello): Uint8Array {
  const ranges = [...hello.protocols].map(([protocol, { min, max }]) => [protocol, [min, max]])
  const { key, to, nonce, reply, at, software, features, requires, head } = hello
  const protocols = Object.fromEntries(ranges)
  const named = Object.fromEntries(hello.limits)
  return encode({ key, to, nonce, reply, at, software, protocols, features, requires, limits: named, head })
}

export const encodeSignedHello = (payload: Uint8Array, signature: Uint8Array): Uint8Array =>
  encode({ hello: payload, signature })

export const encodeRefusal = ({ code, message }: Refusal): Uint8Array => encode({ refuse: { code, message } })

export const encodeAccept = (): Uint8Array => encode({ accept: {} })

/** Strict in form, open in content: unknown fields are skipped. The caller verifies the signature. */
export function decodeMessage(input: Uint8Array): Result<HelloMessage, CodecFault> {
  return attempt(() => decodeOrThrow(input, message, limits.MESSAGE_LIMITS))
}
