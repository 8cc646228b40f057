import fc from 'fast-check'
import {
  bytes,
  bytesUpTo,
  int,
  list,
  matching,
  nullable,
  type Shape,
  text,
  tuple,
  uint,
  uint64,
} from '#protocols/codec/shape.ts'
import { NOTE_LENGTH_MAX, PROOF_HASHES_MAX } from '#protocols/ledger/v1/constants.ts'
import type { ValueEntry } from '#protocols/ledger/v1/entry-value.ts'
import {
  COMMIT_BYTES_MAX,
  LEAF_BYTES_MAX,
  ORDER_BYTES_MAX,
  OUTCOME_PATTERN,
  RECEIPT_BYTES_MAX,
  REFUND_LINES_BYTES_MAX,
  TRANSFER_ORDER_BYTES_MAX,
} from '#protocols/ledger/v1/limits.ts'
import { NETTING_BYTES_MAX, SETTLEMENT_BYTES_MAX } from '#protocols/value/v1/constants.ts'

const blob = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const hash32 = blob(32)
const at = fc.maxSafeNat()
const index = fc.maxSafeNat()
const sequence = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
const some = fc.uint8Array({ minLength: 1, maxLength: 300 })
const hashes = fc.array(hash32, { maxLength: 4 })
const refusal = fc.constantFrom('expired', 'over-limit', 'no-line', 'written-off')
const note = fc.string({ minLength: 1, maxLength: 80, unit: fc.constantFrom('a', '0', ' ', '\n', '—', '+', 'é', '🎸') })
const fine = fc.bigInt({ min: 1n, max: (1n << 64n) - 1n })
const back = fc.option(fc.record({ source: hash32, sequence }))

const answer = fc.oneof(
  fc.record({ outcome: fc.constant('delivered'), amount: fine, onward: fc.constant(null) }),
  fc.record({ outcome: fc.constant('forwarded'), amount: fine, onward: sequence }),
  fc.record({ outcome: refusal, amount: fc.constant(0n), onward: fc.constant(null) }),
)

/** Entries of value between logs, of every kind. */
export const valueEntry: fc.Arbitrary<ValueEntry> = fc.oneof(
  fc.record({ kind: fc.constant('transfer-out' as const), at, next: hash32, sequence, order: some }),
  fc.record({
    kind: fc.constant('head' as const),
    at,
    note,
    commit: fc.uint8Array({ minLength: 1, maxLength: COMMIT_BYTES_MAX }),
    path: hashes,
    consistency: hashes,
  }),
  fc
    .tuple(fc.record({ at, source: hash32, sequence, index, leaf: some, path: hashes, split: hash32 }), answer)
    .map(([fields, answered]) => ({ kind: 'transfer-in' as const, ...fields, ...answered })),
  fc.record({
    kind: fc.constant('transfer-end' as const),
    at,
    next: hash32,
    sequence,
    index,
    leaf: some,
    path: hashes,
    outcome: fc.oneof(fc.constant('delivered'), refusal),
    back,
  }),
  fc.record({ kind: fc.constant('write-off' as const), at, back, order: some }),
  fc.record({ kind: fc.constant('refund' as const), at, receipt: some, lines: some, order: some }),
  fc.record({ kind: fc.constant('settle' as const), at, note: some }),
  fc.record({ kind: fc.constant('net' as const), at, document: some }),
)

/** What `writeValueFields` writes, said a second time. */
export function valueItems(entry: ValueEntry): unknown[] {
  switch (entry.kind) {
    case 'transfer-out':
      return [entry.kind, entry.at, entry.next, entry.sequence, entry.order]
    case 'head':
      return [entry.kind, entry.at, entry.note, entry.commit, entry.path, entry.consistency]
    case 'transfer-in': {
      const { kind, source, sequence: asked, leaf, path, outcome, amount, onward, split } = entry
      return [kind, entry.at, source, asked, entry.index, leaf, path, outcome, amount, onward, split]
    }
    case 'transfer-end': {
      const { kind, next, sequence: sent, leaf, path, outcome } = entry
      return [kind, entry.at, next, sent, entry.index, leaf, path, outcome, backItems(entry.back)]
    }
    case 'write-off':
      return [entry.kind, entry.at, backItems(entry.back), entry.order]
    case 'refund':
      return [entry.kind, entry.at, entry.receipt, entry.lines, entry.order]
    case 'settle':
      return [entry.kind, entry.at, entry.note]
    case 'net':
      return [entry.kind, entry.at, entry.document]
  }
}
const backItems = (of: { source: Uint8Array; sequence: number } | null) => of && [of.source, of.sequence]

const bytesFrom1 =
  (max: number): Shape<Uint8Array> =>
  (value, path) => {
    const read = bytesUpTo(max)(value, path)
    return read.length === 0 ? bytes(1)(read, path) : read
  }
const hash = bytes(32)
const path = list(hash, PROOF_HASHES_MAX)
const counted = int(1, Number.MAX_SAFE_INTEGER)
const outcome = matching(OUTCOME_PATTERN, 'an outcome')
const leaf = bytesFrom1(LEAF_BYTES_MAX)
const backShape = nullable(tuple<[Uint8Array, number]>(hash, counted))

/** The shapes of the items after the kind. */
export const valueShapes: Readonly<Record<ValueEntry['kind'], Shape<unknown>[]>> = {
  'transfer-out': [uint(), hash, counted, bytesFrom1(TRANSFER_ORDER_BYTES_MAX)],
  head: [uint(), text(NOTE_LENGTH_MAX), bytesFrom1(COMMIT_BYTES_MAX), path, path],
  'transfer-in': [uint(), hash, counted, uint(), leaf, path, outcome, uint64, nullable(counted), hash],
  'transfer-end': [uint(), hash, counted, uint(), leaf, path, outcome, backShape],
  'write-off': [uint(), backShape, bytesFrom1(ORDER_BYTES_MAX)],
  refund: [uint(), bytesFrom1(RECEIPT_BYTES_MAX), bytesFrom1(REFUND_LINES_BYTES_MAX), bytesFrom1(ORDER_BYTES_MAX)],
  settle: [uint(), bytesFrom1(SETTLEMENT_BYTES_MAX)],
  net: [uint(), bytesFrom1(NETTING_BYTES_MAX)],
}
