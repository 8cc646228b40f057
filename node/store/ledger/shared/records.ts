import { StageError } from '#node/errors.ts'
import type { Finality, LogRecord } from '#node/ports/ledger.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry, StreamEntry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import { decodeLines } from '#protocols/ledger/v1/split.ts'
import type { DivisionLine } from '#src/ledger/rules.ts'
import {
  assetOf,
  crossingFields,
  type Fields,
  minorUnits,
  NOTHING,
  orderFields,
  type RecordState,
  refundFields,
} from './record-fields.ts'

export { minorUnits, type RecordState } from './record-fields.ts'

const damaged = (index: number): never => {
  throw new StageError('data-folder-unusable', `Ledger entry ${index} is damaged. Restore the ledger from a backup.`)
}

export interface RecordSource {
  readonly community: Uint8Array
  readonly index: number
  readonly entry: Entry
  readonly bytes: Uint8Array
  readonly leaf: Uint8Array
  readonly lines: readonly DivisionLine[]
  readonly finality: Finality
}

type WithOrder = Extract<Entry, { readonly order: Uint8Array }>

function fromOrder(state: RecordState, entry: WithOrder, index: number): Fields {
  const envelope = decodeEnvelope(entry.order)
  const order = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  if (!envelope.ok || !order.ok) return damaged(index)
  const { account } = state.account(envelope.value.author)
  const fields = entry.kind === 'refund' ? refundFields(entry, account) : orderFields(state, order.value, account)
  if (entry.kind !== 'receipt') return { kind: entry.kind, ...fields }
  const kind = order.value.type === 'value/tip' ? order.value.use : 'gift'
  return { kind, ...fields, agreement: entry.agreement }
}

function fromStream(state: RecordState, entry: StreamEntry, lines: readonly DivisionLine[], index: number): Fields {
  const channel = state.channel(entry.channel)
  if (channel === null) return damaged(index)
  const asset = assetOf(channel.asset)
  const fine = lines.reduce((sum, line) => sum + line.amount, 0n)
  return {
    ...NOTHING,
    kind: entry.use,
    account: channel.payer,
    release: entry.recording.split('/')[0] ?? null,
    agreement: entry.agreement,
    amount: minorUnits(fine, asset.scale),
    asset,
  }
}

function fieldsOf(state: RecordState, { community, entry, index, lines }: RecordSource): Fields {
  switch (entry.kind) {
    case 'genesis':
    case 'period-close':
    case 'commit':
      return { kind: entry.kind, ...NOTHING }
    case 'head':
    case 'transfer-in':
    case 'transfer-end':
    case 'settle':
    case 'net':
      return { kind: entry.kind, ...crossingFields(state, community, entry) }
    case 'stream':
      return fromStream(state, entry, lines, index)
    default:
      return fromOrder(state, entry, index)
  }
}

/** An entry as people see it. */
export function recordOf(state: RecordState, source: RecordSource): LogRecord {
  const { community, index, entry, bytes, leaf, lines, finality } = source
  return { community, index, at: entry.at, ...fieldsOf(state, source), lines, leafHash: leaf, entry: bytes, finality }
}

/** What was stored of an entry, read. It was checked before it was kept, so failing to read it is damage. */
export function readStored(
  index: number,
  bytes: Uint8Array,
  lines: Uint8Array | null,
): { readonly entry: Entry; readonly lines: readonly DivisionLine[] } {
  const entry = decodeEntry(bytes)
  const read = lines === null ? null : decodeLines(lines)
  if (!entry.ok || (read !== null && !read.ok)) return damaged(index)
  return { entry: entry.value, lines: read?.value ?? [] }
}
