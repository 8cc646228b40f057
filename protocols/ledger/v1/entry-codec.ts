import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt } from '../../codec/dag-cbor.ts'
import { literal, Reader } from '../../codec/reader.ts'
import type { Result } from '../../codec/result.ts'
import { Writer } from '../../codec/writer.ts'
import type { Entry, GenesisEntry, PeriodCloseEntry, Predecessor, StreamEntry } from './entry.ts'
import type { ValueEntry } from './entry-value.ts'
import { isValueEntry, isValueKind, readValueFields, VALUE_LENGTHS, writeValueFields } from './entry-value-codec.ts'
import {
  ASSET_KEY_MAX,
  ASSET_KEY_PATTERN,
  ASSETS_MAX,
  ENTRY_BYTES_MAX,
  GENERATION_MAX,
  NETWORK_PATTERN,
  ORDER_BYTES_MAX,
  ORIGIN_MAX,
  ORIGIN_PATTERN,
  PARTS_MAX,
  PERIOD_PATTERN,
} from './limits.ts'
import { readVoucherFields, writeVoucherFields } from './voucher.ts'

// The kind that is read most often comes first.
const KINDS = [
  literal('stream'),
  literal('commit'),
  literal('receipt'),
  literal('issue'),
  literal('redeem'),
  literal('account'),
  literal('channel-open'),
  literal('channel-close'),
  literal('agreement'),
  literal('period-close'),
  literal('genesis'),
  literal('transfer-out'),
  literal('transfer-in'),
  literal('transfer-end'),
  literal('head'),
  literal('line'),
  literal('write-off'),
  literal('give'),
  literal('dispute'),
  literal('refund'),
  literal('settle'),
  literal('net'),
] as const

/** Items of each kind's list, the kind itself included. */
const LENGTHS: Readonly<Record<Entry['kind'], number>> = {
  genesis: 7,
  issue: 3,
  redeem: 3,
  account: 3,
  'channel-open': 3,
  'channel-close': 3,
  agreement: 3,
  receipt: 5,
  stream: 10,
  'period-close': 8,
  commit: 6,
  line: 3,
  give: 3,
  dispute: 3,
  ...VALUE_LENGTHS,
}
const LENGTH_MAX = 11

const SCRATCH = new Uint8Array(4_096)

function writePredecessor(writer: Writer, predecessor: Predecessor | null): Writer {
  if (predecessor === null) return writer.bytesOrNull(null)
  const { origin, size, root, stateRoot } = predecessor
  return writer.list(4).text(origin).uint(size).bytes(root).bytes(stateRoot)
}

function writePeriodClose(writer: Writer, entry: PeriodCloseEntry): Writer {
  writer.text(entry.period).uint(entry.part).uint(entry.from).bytes(entry.statements).uint(entry.count)
  writer.list(entry.totals.length)
  for (const [asset, fine] of entry.totals) writer.list(2).text(asset).int(fine)
  return writer
}

/** Canonical entry bytes: the preimage of a leaf. */
export function encodeEntry(entry: Entry): Uint8Array {
  const writer = new Writer(SCRATCH).list(LENGTHS[entry.kind]).text(entry.kind).uint(entry.at)
  if (isValueEntry(entry)) return writeValueFields(writer, entry).finish()
  switch (entry.kind) {
    case 'stream':
      return writeVoucherFields(writer, entry).bytes(entry.split).bytes(entry.signature).finish()
    case 'receipt':
      return writer.bytes(entry.agreement).bytes(entry.split).bytes(entry.order).finish()
    case 'commit':
      return writer.uint(entry.previous).bytes(entry.stateRoot).bytes(entry.rules).uint(entry.epoch).finish()
    case 'genesis':
      writer.text(entry.network).bytes(entry.community).uint(entry.generation)
      return writePredecessor(writer, entry.predecessor).bytes(entry.rules).finish()
    case 'period-close':
      return writePeriodClose(writer, entry).finish()
    default:
      return writer.bytes(entry.order).finish()
  }
}

function readStream(reader: Reader, at: number): StreamEntry {
  const { channel, cumulative, use, recording, agreement, reference } = readVoucherFields(reader)
  const split = reader.bytes(32, 32, 'split')
  const signature = reader.bytes(64, 64, 'signature')
  return { kind: 'stream', at, channel, cumulative, use, recording, agreement, reference, split, signature }
}

function readPredecessor(reader: Reader): Predecessor | null {
  if (reader.null()) return null
  reader.list(4, 4, 'predecessor')
  return {
    origin: reader.matching(ORIGIN_PATTERN, ORIGIN_MAX, 'the origin of a log', 'predecessor.origin'),
    size: reader.uint('predecessor.size'),
    root: reader.bytes(32, 32, 'predecessor.root'),
    stateRoot: reader.bytes(32, 32, 'predecessor.stateRoot'),
  }
}

function readGenesis(reader: Reader, at: number): GenesisEntry {
  const network = reader.matching(NETWORK_PATTERN, 32, 'the name of a network', 'network')
  const community = reader.bytes(32, 32, 'community')
  const generation = reader.uint('generation', GENERATION_MAX)
  if (generation === 0) throw new CodecError('wrong-shape', 'generations count from 1', 'generation')
  const predecessor = readPredecessor(reader)
  if ((predecessor === null) !== (generation === 1))
    throw new CodecError('wrong-shape', 'every generation but the first names its predecessor', 'predecessor')
  return { kind: 'genesis', at, network, community, generation, predecessor, rules: reader.bytes(32, 32, 'rules') }
}

function readTotals(reader: Reader): [string, bigint][] {
  const totals: [string, bigint][] = []
  let before = ''
  for (let left = reader.list(0, ASSETS_MAX, 'totals'); left > 0; left--) {
    reader.list(2, 2, 'totals[]')
    const asset = reader.matching(ASSET_KEY_PATTERN, ASSET_KEY_MAX, 'an asset: code/scale/issuer', 'totals[].asset')
    if (asset <= before) throw new CodecError('wrong-shape', 'assets must be distinct and ascend', 'totals')
    totals.push([asset, reader.uint64('totals[].fine')])
    before = asset
  }
  return totals
}

function readEntry(input: Uint8Array): Entry {
  const reader = new Reader(input, ENTRY_BYTES_MAX)
  const items = reader.list(3, LENGTH_MAX, '')
  const kind = reader.oneOf(KINDS, 'kind')
  if (items !== LENGTHS[kind]) throw new CodecError('wrong-shape', `expected a list of exactly ${LENGTHS[kind]}`, '')
  const at = reader.uint('at')
  const entry = isValueKind(kind) ? readValueFields(reader, kind, at) : readFields(reader, kind, at)
  reader.end()
  return entry
}

function readFields(reader: Reader, kind: Exclude<Entry['kind'], ValueEntry['kind']>, at: number): Entry {
  switch (kind) {
    case 'stream':
      return readStream(reader, at)
    case 'receipt': {
      const agreement = reader.bytes(32, 32, 'agreement')
      const split = reader.bytes(32, 32, 'split')
      return { kind, at, agreement, split, order: reader.bytes(1, ORDER_BYTES_MAX, 'order') }
    }
    case 'commit': {
      const previous = reader.uint('previous')
      const stateRoot = reader.bytes(32, 32, 'stateRoot')
      const rules = reader.bytes(32, 32, 'rules')
      return { kind, at, previous, stateRoot, rules, epoch: reader.uint('epoch') }
    }
    case 'genesis':
      return readGenesis(reader, at)
    case 'period-close': {
      const period = reader.matching(PERIOD_PATTERN, 7, 'a month: YYYY-MM', 'period')
      const part = reader.uint('part', PARTS_MAX)
      const from = reader.uint('from')
      const statements = reader.bytes(32, 32, 'statements')
      const count = reader.uint('count')
      return { kind, at, period, part, from, statements, count, totals: readTotals(reader) }
    }
    default:
      return { kind, at, order: reader.bytes(1, ORDER_BYTES_MAX, 'order') }
  }
}

/** Strict and bounded. Checks form only: what an entry may say is in `src/ledger`. Byte fields are views of the input. */
export const decodeEntry = (input: Uint8Array): Result<Entry, CodecFault> => attempt(() => readEntry(input))
