import type { CodecFault } from '#protocols/codec/codec-error.ts'
import { decode } from '#protocols/codec/dag-cbor.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { bytes, matching, type Shape, tuple, uint, uint64, wrongShape } from '#protocols/codec/shape.ts'
import { Writer } from '#protocols/codec/writer.ts'
import { ASSET_KEY_MAX, HOLDER_MAX } from '#protocols/ledger/v1/limits.ts'
import type { Hasher } from '#src/kernel/ports.ts'

/** One posting of one entry to one holder. */
export interface StatementLine {
  readonly index: number
  /** Leaf hash of the entry that posted it. */
  readonly leaf: Uint8Array
  /** Fine units, negative when they left. */
  readonly amount: bigint
  readonly tag: string
  /** Empty when the posting is of no party. */
  readonly party: string
}

/** What one holder's part of a period came to, in fine units: opening + earned - spent = closing. */
export interface Statement {
  readonly holder: string
  readonly asset: string
  readonly opening: bigint
  readonly closing: bigint
  /** Lines. */
  readonly count: number
  readonly earned: bigint
  readonly spent: bigint
  /** Chained over the lines, see `nextDigest`. */
  readonly digest: Uint8Array
}

/** Digest of a statement without lines. */
export const FIRST_DIGEST: Uint8Array = new Uint8Array(32)
const LINE = Uint8Array.of(0x02)
const STATEMENT_BYTES_MAX = 512
const SCRATCH = new Uint8Array(512)

/** SHA-256(0x02 || digest before || DAG-CBOR [index, leaf, amount, tag, party]). */
export function nextDigest(hasher: Hasher, digest: Uint8Array, line: StatementLine): Uint8Array {
  const writer = new Writer(SCRATCH).raw(LINE).raw(digest)
  writer.list(5).uint(line.index).bytes(line.leaf).int(line.amount).text(line.tag).text(line.party)
  return hasher.sha256(writer.view())
}

/** The preimage of a leaf in the tree of a period-close: DAG-CBOR [holder, asset, opening, closing, count, earned, spent, digest]. */
export function encodeStatement(statement: Statement): Uint8Array {
  const writer = new Writer().list(8).text(statement.holder).text(statement.asset)
  writer.int(statement.opening).int(statement.closing).uint(statement.count)
  return writer.int(statement.earned).int(statement.spent).bytes(statement.digest).finish()
}

const signed: Shape<bigint> = (value, path) =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
    ? BigInt(value)
    : wrongShape(path, 'expected an integer')
const ascii = (max: number) => matching(new RegExp(`^[\\x20-\\x7e]{1,${max}}$`), 'printable ASCII')
const shape = tuple<[string, string, bigint, bigint, number, bigint, bigint, Uint8Array]>(
  ascii(HOLDER_MAX),
  ascii(ASSET_KEY_MAX),
  signed,
  signed,
  uint(),
  uint64,
  uint64,
  bytes(32),
)

/** Strict and bounded. */
export function decodeStatement(input: Uint8Array): Result<Statement, CodecFault> {
  const read = decode(input, shape, { bytesMax: STATEMENT_BYTES_MAX, depthMax: 1, itemsMax: 9 })
  if (!read.ok) return read
  const [holder, asset, opening, closing, count, earned, spent, digest] = read.value
  return ok({ holder, asset, opening, closing, count, earned, spent, digest })
}
