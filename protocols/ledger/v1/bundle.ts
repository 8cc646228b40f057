import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { DecodeLimits } from '../../codec/limits.ts'
import { err, ok, type Result } from '../../codec/result.ts'
import {
  bytes,
  bytesUpTo,
  line,
  list,
  matching,
  nullable,
  type Shape,
  tuple,
  uint,
  wrongShape,
} from '../../codec/shape.ts'
import {
  BUNDLE_PARTS_MAX,
  type BundleFault,
  decodeFile,
  encodeFile,
  type FilePart,
  PART_BYTES_MAX,
  type PartKind,
  partName,
} from './bundle-file.ts'
import type { Sha256 } from './checkpoint.ts'
import { PROOF_HASHES_MAX } from './constants.ts'
import { ENTRY_BYTES_MAX, HOLDER_MAX, LINES_LIMITS, PARTY_MAX, PERIOD_PATTERN, TAG_MAX } from './limits.ts'

/** A leaf with its audit path (RFC 6962) under the file's one checkpoint. */
export interface BundleLeaf {
  readonly index: number
  readonly entry: Uint8Array
  /** Empty for the leaf that the C2SP tlog-proof itself is about: the last close. */
  readonly path: readonly Uint8Array[]
}

/** One statement as its period-close fixed it. */
export interface BundleStatement {
  /** Which of the file's closes. */
  readonly close: number
  /** Place among the close's statements. */
  readonly position: number
  /** Canonical statement: the leaf under the root that the close names. */
  readonly value: Uint8Array
  readonly path: readonly Uint8Array[]
}

/** One movement on a statement, in the order in which the statement's digest took it in. */
export interface BundleLine {
  /** Which of the file's statements. */
  readonly statement: number
  /** Index of the entry that moved it. */
  readonly index: number
  /** Fine units; negative when it left. */
  readonly amount: bigint
  readonly tag: string
  readonly party: string
}

/** An entry that lines stand on. */
export interface BundleEntry {
  readonly index: number
  readonly entry: Uint8Array
  /** Canonical lines of the division: the preimage of the entry's `split`. Null for an entry that divides nothing. */
  readonly division: Uint8Array | null
}

/** Everything that one party's statements of one period stand on, provable without asking anybody. */
export interface Bundle {
  /** `acct:<64 hex>`, or `party:<id>` for one that has no account yet. */
  readonly subject: string
  readonly period: string
  /** C2SP tlog-proof of the last close: index, audit path, signed checkpoint. */
  readonly proof: string
  /** Signed charters, oldest first; none when the log is self-certified. */
  readonly charters: readonly Uint8Array[]
  readonly closes: readonly BundleLeaf[]
  /** First commit after each close. */
  readonly commits: readonly BundleLeaf[]
  readonly statements: readonly BundleStatement[]
  readonly lines: readonly BundleLine[]
  /** Ascending by index, each once. */
  readonly entries: readonly BundleEntry[]
  /** `agreement/propose` envelopes of every agreement that a line was divided by. */
  readonly terms: readonly Uint8Array[]
  /** `agreement/sign` envelopes. */
  readonly signatures: readonly Uint8Array[]
}

const PART_LIMITS: DecodeLimits = { bytesMax: PART_BYTES_MAX, depthMax: 2, itemsMax: PROOF_HASHES_MAX + 8 }
const CHARTER_BYTES_MAX = 131_072
/** A note of 16 signatures and 54 hashes in base64. */
const PROOF_TEXT_MAX = 16_384

const path = list(bytes(32), PROOF_HASHES_MAX)
const entryBytes = bytesUpTo(ENTRY_BYTES_MAX)
const int64Max = (1n << 64n) - 1n
const signed: Shape<bigint> = (value, at) => {
  const big = typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value
  return typeof big === 'bigint' && big >= -int64Max && big <= int64Max ? big : wrongShape(at, 'expected an amount')
}

const about = tuple<[string, string]>(line(HOLDER_MAX), matching(PERIOD_PATTERN, 'a month: YYYY-MM'))
const leaf = tuple<[number, Uint8Array, Uint8Array[]]>(uint(), entryBytes, path)
const statement = tuple<[number, number, Uint8Array, Uint8Array[]]>(uint(), uint(), entryBytes, path)
const lineShape = tuple<[number, number, bigint, string, string]>(
  uint(BUNDLE_PARTS_MAX),
  uint(),
  signed,
  line(TAG_MAX, 0),
  line(PARTY_MAX, 0),
)
const entry = tuple<[number, Uint8Array, Uint8Array | null]>(
  uint(),
  entryBytes,
  nullable(bytesUpTo(LINES_LIMITS.bytesMax)),
)

const leafPart = (kind: PartKind, { index, entry, path }: BundleLeaf): FilePart => ({
  kind,
  bytes: encode([index, entry, [...path]]),
})

/** Canonical: one bundle has exactly one file. */
export function encodeBundle(sha256: Sha256, bundle: Bundle): Uint8Array {
  const raw = (kind: PartKind, all: readonly Uint8Array[]): FilePart[] => all.map(bytes => ({ kind, bytes }))
  return encodeFile(sha256, [
    { kind: 'about', bytes: encode([bundle.subject, bundle.period]) },
    { kind: 'proof', bytes: fromString(bundle.proof) },
    ...raw('charter', bundle.charters),
    ...bundle.closes.map(one => leafPart('close', one)),
    ...bundle.commits.map(one => leafPart('commit', one)),
    ...bundle.statements.map(
      ({ close, position, value, path }): FilePart => ({
        kind: 'statement',
        bytes: encode([close, position, value, [...path]]),
      }),
    ),
    ...bundle.lines.map(
      ({ statement, index, amount, tag, party }): FilePart => ({
        kind: 'line',
        bytes: encode([statement, index, amount, tag, party]),
      }),
    ),
    ...bundle.entries.map(
      ({ index, entry, division }): FilePart => ({
        kind: 'entry',
        bytes: encode([index, entry, division]),
      }),
    ),
    ...raw('terms', bundle.terms),
    ...raw('signature', bundle.signatures),
  ])
}

class PartError extends Error {
  readonly fault: BundleFault
  constructor(part: string, message: string) {
    super(message)
    this.fault = { part, message }
  }
}

/** Reads every part of a kind, naming the one that cannot be read. */
function readAll<T>(parts: readonly FilePart[], kind: PartKind, read: (bytes: Uint8Array) => T): T[] {
  return parts
    .filter(part => part.kind === kind)
    .map((part, ordinal) => {
      try {
        return read(part.bytes)
      } catch (cause) {
        throw new PartError(partName(kind, ordinal), cause instanceof Error ? cause.message : 'it cannot be read')
      }
    })
}

function shaped<T>(shape: Shape<T>): (bytes: Uint8Array) => T {
  return bytes => {
    const value = decode(bytes, shape, PART_LIMITS)
    if (!value.ok) throw new Error(value.error.message)
    return value.value
  }
}

const upTo =
  (max: number) =>
  (bytes: Uint8Array): Uint8Array => {
    if (bytes.length > max) throw new Error(`it is longer than ${max} bytes`)
    return bytes
  }

function proofText(bytes: Uint8Array): string {
  if (bytes.length > PROOF_TEXT_MAX) throw new Error(`it is longer than ${PROOF_TEXT_MAX} bytes`)
  const text = toText(bytes)
  if (!equals(fromString(text), bytes)) throw new Error('it is not UTF-8 text')
  return text
}

const one = <T>(kind: PartKind, all: readonly T[]): T => {
  const [first] = all
  if (first === undefined || all.length > 1)
    throw new PartError('the table of contents', `exactly one ${kind} part belongs in a bundle`)
  return first
}

function assemble(parts: readonly FilePart[]): Bundle {
  const leaves = (kind: PartKind): BundleLeaf[] =>
    readAll(parts, kind, shaped(leaf)).map(([index, entry, path]) => ({ index, entry, path }))
  const [subject, period] = one('about', readAll(parts, 'about', shaped(about)))
  return {
    subject,
    period,
    proof: one('proof', readAll(parts, 'proof', proofText)),
    charters: readAll(parts, 'charter', upTo(CHARTER_BYTES_MAX)),
    closes: leaves('close'),
    commits: leaves('commit'),
    statements: readAll(parts, 'statement', shaped(statement)).map(([close, position, value, path]) => ({
      close,
      position,
      value,
      path,
    })),
    lines: readAll(parts, 'line', shaped(lineShape)).map(([statement, index, amount, tag, party]) => ({
      statement,
      index,
      amount,
      tag,
      party,
    })),
    entries: readAll(parts, 'entry', shaped(entry)).map(([index, entry, division]) => ({ index, entry, division })),
    terms: readAll(parts, 'terms', upTo(ENTRY_BYTES_MAX)),
    signatures: readAll(parts, 'signature', upTo(ENTRY_BYTES_MAX)),
  }
}

/** Strict and bounded: form only. What the parts prove is judged by `src/royalties/statements`. */
export function decodeBundle(sha256: Sha256, file: Uint8Array): Result<Bundle, BundleFault> {
  const parts = decodeFile(sha256, file)
  if (!parts.ok) return parts
  try {
    return ok(assemble(parts.value))
  } catch (cause) {
    if (cause instanceof PartError) return err(cause.fault)
    throw cause
  }
}
