import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { boolean, bytes, bytesUpTo, line, list, matching, oneOf, type Shape, struct, uint } from '../../codec/shape.ts'
import {
  CAPABILITIES,
  INTEGRITY_PATTERN,
  PART_CODE_BYTES_MAX,
  PART_HISTORY_MAX,
  PART_TAG_PATTERN,
  PARTS_LIMITS,
  PARTS_MAX,
  PLACES,
} from './constants.ts'

export type Capability = (typeof CAPABILITIES)[number]
export type Place = (typeof PLACES)[number]

/** One version of a guest part. Its script is found by `integrity`. */
export interface PartVersion {
  readonly version: string
  readonly title: string
  /** Where the script is, relative to the stage. */
  readonly url: string
  readonly integrity: string
  readonly bytes: number
  readonly place: Place
  /** What the operator granted to this version. */
  readonly capabilities: readonly Capability[]
}

/** A part that the stage shows, or keeps switched off. */
export interface GuestPart extends PartVersion {
  readonly tag: string
  readonly on: boolean
  /** Earlier versions, newest first. */
  readonly history: readonly PartVersion[]
}

/** What a stage's page is made of beside its own parts. */
export interface PartsManifest {
  /** Ed25519 key of the community that signed it. */
  readonly community: Uint8Array
  /** Grows with every change. */
  readonly seq: number
  readonly at: number
  /** Ascending by tag. */
  readonly guests: readonly GuestPart[]
  /** Parts of the page itself that are switched off, ascending. */
  readonly off: readonly string[]
}

const tag = matching(PART_TAG_PATTERN, 'a tag of lower-case letters, digits and dashes')

/** The one address that a script with this integrity has: base64 with the two signs that an address may hold. */
export const urlOf = (name: string, integrity: string): string =>
  `/parts/${name}/${integrity.slice('sha384-'.length).replaceAll('+', '-').replaceAll('/', '_')}`

const ascending = (values: readonly string[]): boolean => values.every((v, i) => i === 0 || (values[i - 1] ?? '') < v)

function sorted<T>(item: Shape<T>, max: number, name: (value: T) => string): Shape<T[]> {
  const inner = list(item, max)
  return (value, path) => {
    const values = inner(value, path)
    if (!ascending(values.map(name))) throw new CodecError('wrong-shape', 'must ascend, each once', path)
    return values
  }
}

const VERSION = {
  version: line(40, 1),
  title: line(80, 1),
  url: line(200, 1),
  integrity: matching(INTEGRITY_PATTERN, 'a sha384 integrity'),
  bytes: uint(PART_CODE_BYTES_MAX),
  place: oneOf(...PLACES),
  capabilities: sorted(oneOf(...CAPABILITIES), CAPABILITIES.length, name => name),
}
const guest: Shape<GuestPart> = (value, path) => {
  const part = guestForm(value, path)
  for (const { url, integrity } of [part, ...part.history])
    if (url !== urlOf(part.tag, integrity))
      throw new CodecError('wrong-shape', 'the address is not that of its integrity', path)
  return part
}
const guestForm: Shape<GuestPart> = struct({
  ...VERSION,
  tag,
  on: boolean,
  history: list(struct(VERSION), PART_HISTORY_MAX),
})
const manifest: Shape<PartsManifest> = struct({
  community: bytes(32),
  seq: uint(),
  at: uint(),
  guests: sorted(guest, PARTS_MAX, part => part.tag),
  off: sorted(tag, PARTS_MAX, name => name),
})
const signed = struct({ manifest: bytesUpTo(PARTS_LIMITS.bytesMax), signature: bytes(64) })

const DOMAIN = fromString('bandstand/parts/v1\0')

/** What the community signs: the domain, then the manifest's bytes. */
export const partsMessage = (manifestBytes: Uint8Array): Uint8Array => concat([DOMAIN, manifestBytes])

export const encodeManifest = (value: PartsManifest): Uint8Array => encode(value)
export const encodeSigned = (manifestBytes: Uint8Array, signature: Uint8Array): Uint8Array =>
  encode({ manifest: manifestBytes, signature })

/** Reads a signed manifest; the signature is the caller's to verify, by `community` over `message`. */
export function decodeSigned(
  data: Uint8Array,
): Result<{ manifest: PartsManifest; message: Uint8Array; signature: Uint8Array }, CodecFault> {
  return attempt(() => {
    const outer = decodeOrThrow(data, signed, PARTS_LIMITS)
    const inner = decodeOrThrow(outer.manifest, manifest, PARTS_LIMITS)
    return { manifest: inner, message: partsMessage(outer.manifest), signature: outer.signature }
  })
}
