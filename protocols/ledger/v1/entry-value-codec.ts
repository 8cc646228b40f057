import { CodecError } from '../../codec/codec-error.ts'
import type { Reader } from '../../codec/reader.ts'
import type { Writer } from '../../codec/writer.ts'
import { NETTING_BYTES_MAX, SETTLEMENT_BYTES_MAX } from '../../value/v1/constants.ts'
import { NOTE_LENGTH_MAX, PROOF_HASHES_MAX } from './constants.ts'
import type { Entry } from './entry.ts'
import type { Back, RefundEntry, TransferEndEntry, TransferInEntry, ValueEntry } from './entry-value.ts'
import {
  COMMIT_BYTES_MAX,
  LEAF_BYTES_MAX,
  ORDER_BYTES_MAX,
  OUTCOME_MAX,
  OUTCOME_PATTERN,
  RECEIPT_BYTES_MAX,
  REFUND_LINES_BYTES_MAX,
  TRANSFER_ORDER_BYTES_MAX,
} from './limits.ts'

/** Items of each kind's list, the kind itself included. */
export const VALUE_LENGTHS: Readonly<Record<ValueEntry['kind'], number>> = {
  'transfer-out': 5,
  head: 6,
  'transfer-in': 11,
  'transfer-end': 9,
  'write-off': 4,
  refund: 5,
  settle: 3,
  net: 3,
}

export const isValueKind = (kind: Entry['kind']): kind is ValueEntry['kind'] => Object.hasOwn(VALUE_LENGTHS, kind)
export const isValueEntry = (entry: Entry): entry is ValueEntry => isValueKind(entry.kind)

function writeHashes(writer: Writer, hashes: readonly Uint8Array[]): Writer {
  writer.list(hashes.length)
  for (const hash of hashes) writer.bytes(hash)
  return writer
}

function writeTransferIn(writer: Writer, entry: TransferInEntry): Writer {
  writer.bytes(entry.source).uint(entry.sequence).uint(entry.index).bytes(entry.leaf)
  writeHashes(writer, entry.path).text(entry.outcome).int(entry.amount)
  return (entry.onward === null ? writer.bytesOrNull(null) : writer.uint(entry.onward)).bytes(entry.split)
}

function writeBack(writer: Writer, back: Back | null): Writer {
  if (back === null) return writer.bytesOrNull(null)
  return writer.list(2).bytes(back.source).uint(back.sequence)
}

function writeTransferEnd(writer: Writer, entry: TransferEndEntry): Writer {
  writer.bytes(entry.next).uint(entry.sequence).uint(entry.index).bytes(entry.leaf)
  return writeBack(writeHashes(writer, entry.path).text(entry.outcome), entry.back)
}

/** Writes what follows kind and time. */
export function writeValueFields(writer: Writer, entry: ValueEntry): Writer {
  switch (entry.kind) {
    case 'transfer-out':
      return writer.bytes(entry.next).uint(entry.sequence).bytes(entry.order)
    case 'head':
      writer.text(entry.note).bytes(entry.commit)
      return writeHashes(writeHashes(writer, entry.path), entry.consistency)
    case 'transfer-in':
      return writeTransferIn(writer, entry)
    case 'transfer-end':
      return writeTransferEnd(writer, entry)
    case 'write-off':
      return writeBack(writer, entry.back).bytes(entry.order)
    case 'refund':
      return writer.bytes(entry.receipt).bytes(entry.lines).bytes(entry.order)
    case 'settle':
      return writer.bytes(entry.note)
    case 'net':
      return writer.bytes(entry.document)
  }
}

function readHashes(reader: Reader, path: string): Uint8Array[] {
  const hashes: Uint8Array[] = []
  for (let left = reader.list(0, PROOF_HASHES_MAX, path); left > 0; left--) hashes.push(reader.bytes(32, 32, path))
  return hashes
}

/** Sequences count from 1. */
function readSequence(reader: Reader, path: string): number {
  const sequence = reader.uint(path)
  if (sequence === 0) throw new CodecError('wrong-shape', 'sequences count from 1', path)
  return sequence
}

const readOutcome = (reader: Reader): string =>
  reader.matching(OUTCOME_PATTERN, OUTCOME_MAX, 'an outcome: a lower-case word', 'outcome')

/** The fields up to the outcome, of both entries that carry another log's leaf. */
function readProven(reader: Reader) {
  return {
    sequence: readSequence(reader, 'sequence'),
    index: reader.uint('index'),
    leaf: reader.bytes(1, LEAF_BYTES_MAX, 'leaf'),
    path: readHashes(reader, 'path'),
    outcome: readOutcome(reader),
  }
}

function readTransferIn(reader: Reader, at: number): TransferInEntry {
  const source = reader.bytes(32, 32, 'source')
  const proven = readProven(reader)
  const amount = reader.uint64('amount')
  const onward = reader.null() ? null : readSequence(reader, 'onward')
  const moves = proven.outcome === 'delivered' || proven.outcome === 'forwarded'
  if (moves !== amount > 0n)
    throw new CodecError('wrong-shape', 'a refusal moves nothing, anything else does', 'amount')
  if ((onward !== null) !== (proven.outcome === 'forwarded'))
    throw new CodecError('wrong-shape', 'what was forwarded, and nothing else, has a sequence onward', 'onward')
  return { kind: 'transfer-in', at, source, ...proven, amount, onward, split: reader.bytes(32, 32, 'split') }
}

function readBack(reader: Reader): Back | null {
  if (reader.null()) return null
  reader.list(2, 2, 'back')
  return { source: reader.bytes(32, 32, 'back.source'), sequence: readSequence(reader, 'back.sequence') }
}

function readTransferEnd(reader: Reader, at: number): TransferEndEntry {
  const next = reader.bytes(32, 32, 'next')
  const proven = readProven(reader)
  if (proven.outcome === 'forwarded')
    throw new CodecError('wrong-shape', 'a transfer that was forwarded has not ended', 'outcome')
  return { kind: 'transfer-end', at, next, ...proven, back: readBack(reader) }
}

function readRefund(reader: Reader, at: number): RefundEntry {
  const receipt = reader.bytes(1, RECEIPT_BYTES_MAX, 'receipt')
  const lines = reader.bytes(1, REFUND_LINES_BYTES_MAX, 'lines')
  return { kind: 'refund', at, receipt, lines, order: reader.bytes(1, ORDER_BYTES_MAX, 'order') }
}

/** Reads what follows kind and time. Byte fields are views of the input. */
export function readValueFields(reader: Reader, kind: ValueEntry['kind'], at: number): ValueEntry {
  switch (kind) {
    case 'transfer-out': {
      const next = reader.bytes(32, 32, 'next')
      const sequence = readSequence(reader, 'sequence')
      return { kind, at, next, sequence, order: reader.bytes(1, TRANSFER_ORDER_BYTES_MAX, 'order') }
    }
    case 'head': {
      const note = reader.text(NOTE_LENGTH_MAX, 'note')
      const commit = reader.bytes(1, COMMIT_BYTES_MAX, 'commit')
      const path = readHashes(reader, 'path')
      return { kind, at, note, commit, path, consistency: readHashes(reader, 'consistency') }
    }
    case 'transfer-in':
      return readTransferIn(reader, at)
    case 'transfer-end':
      return readTransferEnd(reader, at)
    case 'write-off': {
      const back = readBack(reader)
      return { kind, at, back, order: reader.bytes(1, ORDER_BYTES_MAX, 'order') }
    }
    case 'refund':
      return readRefund(reader, at)
    case 'settle':
      return { kind, at, note: reader.bytes(1, SETTLEMENT_BYTES_MAX, 'note') }
    case 'net':
      return { kind, at, document: reader.bytes(1, NETTING_BYTES_MAX, 'document') }
  }
}
