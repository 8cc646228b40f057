import type { CodecFault } from '../../codec/codec-error.ts'
import { decode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { line, list, matching, type Shape, tuple, uint64 } from '../../codec/shape.ts'
import { Writer } from '../../codec/writer.ts'
import { HOLDER_MAX, LINES_LIMITS, LINES_MAX, PARTY_MAX, TAG_MAX } from './limits.ts'

/** One line of a division, as it is hashed. */
export interface SplitLine {
  /** Whose balance grows: `acct:<hex>`, `susp:...`, `rsrv:...`. */
  readonly holder: string
  readonly party: string
  /** Fine units, 10^-9 of the asset's unit. */
  readonly amount: bigint
  /** Why, in a word: share, recoup, reserve, tax, fee. */
  readonly tag: string
}

const HOLDER = new RegExp(`^[\\x21-\\x7e]{1,${HOLDER_MAX}}$`)
const TAG = new RegExp(`^[a-z][a-z-]{0,${TAG_MAX - 1}}$`)

const splitLine: Shape<SplitLine> = (value, path) => {
  const [holder, amount, party, tag] = lineTuple(value, path)
  return { holder, party, amount, tag }
}
const lineTuple = tuple<[string, bigint, string, string]>(
  matching(HOLDER, 'a holder: printable ASCII without spaces'),
  uint64,
  // Empty for what no party receives: a tax, a fee.
  line(PARTY_MAX, 0),
  matching(TAG, 'a tag: a lower-case word'),
)
const splitLines = list(splitLine, LINES_MAX)

const SCRATCH = new Uint8Array(4_096)

function write(lines: readonly SplitLine[]): Writer {
  const writer = new Writer(SCRATCH).list(lines.length)
  for (const { holder, amount, party, tag } of lines) writer.list(4).text(holder).int(amount).text(party).text(tag)
  return writer
}

/** What `split` is the SHA-256 of: a list of `[holder, amount, party, tag]` in the order that the rules give. */
export const encodeLines = (lines: readonly SplitLine[]): Uint8Array => write(lines).finish()

/** The `split` of an entry, without a copy of what is hashed. `sha256` must not keep its input. */
export const splitOf = (sha256: (data: Uint8Array) => Uint8Array, lines: readonly SplitLine[]): Uint8Array =>
  sha256(write(lines).view())

/** Strict and bounded: lines that came beside a receipt. Hash the same bytes and compare with its `split`. */
export const decodeLines = (input: Uint8Array): Result<SplitLine[], CodecFault> =>
  decode(input, splitLines, LINES_LIMITS)
