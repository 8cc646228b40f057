import { fromString } from 'uint8arrays/from-string'
import { StageError } from '#node/errors.ts'
import type { Finality, LogRecord } from '#node/ports/ledger.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry, StreamEntry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { type Order, readOrder } from '#protocols/ledger/v1/orders.ts'
import { decodeLines } from '#protocols/ledger/v1/split.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import type { DivisionLine } from '#src/ledger/rules.ts'

const FINE_DIGITS = 9

/** Code, scale and issuer of `code/scale/issuer hex`. */
export function assetOf(key: string): Asset {
  const [code = '', scale = '', issuer = ''] = key.split('/')
  return { code, scale: Number(scale), issuer: fromString(issuer, 'base16') }
}

/** Whole minor units in an amount of fine units. */
export const minorUnits = (fine: bigint, scale: number): bigint => fine / 10n ** BigInt(FINE_DIGITS - scale)

const damaged = (index: number): never => {
  throw new StageError('data-folder-unusable', `Ledger entry ${index} is damaged. Restore the ledger from a backup.`)
}

/** What a record needs of the state: whose key signed, and whose channel it was. */
export type RecordState = Pick<Machine, 'account' | 'channel'>

export interface RecordSource {
  readonly community: Uint8Array
  readonly index: number
  readonly entry: Entry
  readonly bytes: Uint8Array
  readonly leaf: Uint8Array
  readonly lines: readonly DivisionLine[]
  readonly finality: Finality
}

type Fields = Pick<LogRecord, 'kind' | 'account' | 'release' | 'agreement' | 'amount' | 'asset'>

const NOTHING = { account: null, release: null, agreement: null, amount: 0n, asset: null } as const

function orderFields(order: Order, account: Uint8Array): Omit<Fields, 'kind'> {
  switch (order.type) {
    case 'value/issue':
      return { ...NOTHING, account: order.account, amount: order.amount, asset: order.asset }
    case 'value/redeem':
    case 'value/transfer':
    case 'value/give':
      return { ...NOTHING, account, amount: order.amount, asset: order.asset }
    case 'value/tip':
    case 'value/gift':
      return { ...NOTHING, account, release: order.release, amount: order.amount, asset: order.asset }
    case 'value/channel-open':
      return { ...NOTHING, account, amount: order.deposit, asset: order.asset }
    case 'agreement/sign':
    case 'agreement/dispute':
    case 'agreement/settle':
      return { ...NOTHING, account, agreement: order.agreement }
    default:
      return { ...NOTHING, account }
  }
}

type WithOrder = Extract<Entry, { readonly order: Uint8Array }>

function fromOrder(state: RecordState, entry: WithOrder, index: number): Fields {
  const envelope = decodeEnvelope(entry.order)
  const order = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  if (!envelope.ok || !order.ok) return damaged(index)
  const fields = orderFields(order.value, state.account(envelope.value.author).account)
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
    kind: entry.use,
    account: channel.payer,
    release: entry.recording.split('/')[0] ?? null,
    agreement: entry.agreement,
    amount: minorUnits(fine, asset.scale),
    asset,
  }
}

function fieldsOf(state: RecordState, { entry, index, lines }: RecordSource): Fields {
  switch (entry.kind) {
    case 'genesis':
    case 'period-close':
    case 'commit':
    case 'head':
    case 'transfer-in':
    case 'transfer-end':
    case 'settle':
    case 'net':
      return { kind: entry.kind, ...NOTHING }
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
