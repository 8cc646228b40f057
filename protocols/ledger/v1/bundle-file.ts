import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { DecodeLimits } from '../../codec/limits.ts'
import { err, ok, type Result } from '../../codec/result.ts'
import { bytes, list, oneOf, tuple, uint } from '../../codec/shape.ts'
import type { Sha256 } from './checkpoint.ts'

/** What a statement bundle is made of, in the order in which the parts lie in the file. */
export const PART_KINDS = [
  'about',
  'proof',
  'charter',
  'close',
  'commit',
  'statement',
  'line',
  'entry',
  'terms',
  'signature',
] as const
export type PartKind = (typeof PART_KINDS)[number]

export interface FilePart {
  readonly kind: PartKind
  readonly bytes: Uint8Array
}

/** Why a file was refused: which part of it, in words, and what is wrong with that part. */
export interface BundleFault {
  readonly part: string
  readonly message: string
}

/** First bytes of the file: says what it is to people and to programs. */
export const BUNDLE_MAGIC = fromString('bandstand statement bundle v1\n')

/** A busy artist's month: 100,000 paid streams of some 500 B with their divisions. */
export const BUNDLE_BYTES_MAX = 64 * 1024 * 1024
/** Lines, entries and the few parts around them. */
export const BUNDLE_PARTS_MAX = 200_000
/** Longest single part: an entry at its largest with the lines of its division at theirs. */
export const PART_BYTES_MAX = 1_179_648

const CHECK_BYTES = 8
const LENGTH_BYTES = 4
/** Table row: kind, length, check, and the list around them. */
const TABLE_LIMITS: DecodeLimits = { bytesMax: BUNDLE_PARTS_MAX * 32, depthMax: 2, itemsMax: BUNDLE_PARTS_MAX * 4 + 1 }
const table = list(
  tuple<[PartKind, number, Uint8Array]>(oneOf(...PART_KINDS), uint(PART_BYTES_MAX), bytes(CHECK_BYTES)),
  BUNDLE_PARTS_MAX,
  1,
)

const TABLE = 'the table of contents'

const fault = (part: string, message: string): Result<never, BundleFault> => err({ part, message })

const uint32 = (value: number): Uint8Array => {
  const out = new Uint8Array(LENGTH_BYTES)
  new DataView(out.buffer).setUint32(0, value)
  return out
}

const NAMES: Readonly<Record<PartKind, string>> = {
  about: 'the part that says whose statement it is',
  proof: 'the proof and the signed checkpoint',
  charter: 'charter',
  close: 'period-close',
  commit: 'commit',
  statement: 'statement',
  line: 'line',
  entry: 'entry',
  terms: 'terms of agreement',
  signature: 'signature on an agreement, number',
}

/** `line 17`: a part by its kind and its place among its kind, counted from 1. */
export const partName = (kind: PartKind, ordinal: number): string =>
  kind === 'about' || kind === 'proof' ? NAMES[kind] : `${NAMES[kind]} ${ordinal + 1}`

/**
 * Magic, length of the table (uint32, big endian), table `[[kind, length, check]...]`, check of all before, then the parts one after
 * another. A check is the first 8 bytes of SHA-256: it proves nothing, it finds the damaged part. Proof is the signatures' and hashes' inside.
 */
export function encodeFile(sha256: Sha256, parts: readonly FilePart[]): Uint8Array {
  const rows = encode(parts.map(part => [part.kind, part.bytes.length, sha256(part.bytes).slice(0, CHECK_BYTES)]))
  const head = concat([BUNDLE_MAGIC, uint32(rows.length), rows])
  return concat([head, sha256(head).subarray(0, CHECK_BYTES), ...parts.map(part => part.bytes)])
}

export const isBundle = (file: Uint8Array): boolean =>
  file.length >= BUNDLE_MAGIC.length && equals(file.subarray(0, BUNDLE_MAGIC.length), BUNDLE_MAGIC)

/** Splits a file into its parts and finds damage, part by part. Allocates nothing before lengths are checked. */
export function decodeFile(sha256: Sha256, file: Uint8Array): Result<readonly FilePart[], BundleFault> {
  if (file.length > BUNDLE_BYTES_MAX) return fault('the whole file', `it is longer than ${BUNDLE_BYTES_MAX} bytes`)
  if (!isBundle(file)) return fault('the first line', 'this does not begin like a statement bundle')
  const tableAt = BUNDLE_MAGIC.length + LENGTH_BYTES
  if (file.length < tableAt + CHECK_BYTES) return fault(TABLE, 'the file ends inside it')
  const length = new DataView(file.buffer, file.byteOffset + BUNDLE_MAGIC.length, LENGTH_BYTES).getUint32(0)
  const partsAt = tableAt + length + CHECK_BYTES
  if (partsAt > file.length) return fault(TABLE, 'the file ends inside it')
  const head = file.subarray(0, tableAt + length)
  if (!equals(sha256(head).subarray(0, CHECK_BYTES), file.subarray(tableAt + length, partsAt)))
    return fault(TABLE, 'it was changed')
  const rows = decode(file.subarray(tableAt, tableAt + length), table, TABLE_LIMITS)
  if (!rows.ok) return fault(TABLE, rows.error.message)
  return readParts(sha256, file, partsAt, rows.value)
}

function readParts(
  sha256: Sha256,
  file: Uint8Array,
  start: number,
  rows: readonly (readonly [PartKind, number, Uint8Array])[],
): Result<readonly FilePart[], BundleFault> {
  const parts: FilePart[] = []
  const seen = new Map<PartKind, number>()
  let at = start
  let before = 0
  for (const [kind, length, check] of rows) {
    const rank = PART_KINDS.indexOf(kind)
    if (rank < before) return fault(TABLE, 'the parts are not in their order')
    before = rank
    const ordinal = seen.get(kind) ?? 0
    seen.set(kind, ordinal + 1)
    const part = file.subarray(at, at + length)
    if (part.length !== length) return fault(partName(kind, ordinal), 'the file ends inside it')
    if (!equals(sha256(part).subarray(0, CHECK_BYTES), check)) return fault(partName(kind, ordinal), 'it was changed')
    parts.push({ kind, bytes: part })
    at += length
  }
  return at === file.length ? ok(parts) : fault('the end of the file', `${file.length - at} bytes follow the last part`)
}
