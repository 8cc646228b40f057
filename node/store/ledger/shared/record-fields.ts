import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import type { LogRecord } from '#node/ports/ledger.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { ValueEntry } from '#protocols/ledger/v1/entry-value.ts'
import { type Order, readOrder } from '#protocols/ledger/v1/orders.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import { decodeNetting } from '#protocols/value/v1/netting.ts'
import { decodeSettlement } from '#protocols/value/v1/settlement.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import { transferOf } from './transfer-of.ts'

const FINE_DIGITS = 9

/** Whole minor units in an amount of fine units. */
export const minorUnits = (fine: bigint, scale: number): bigint => fine / 10n ** BigInt(FINE_DIGITS - scale)

/** Code, scale and issuer of `code/scale/issuer hex`. */
export function assetOf(key: string): Asset {
  const [code = '', scale = '', issuer = ''] = key.split('/')
  return { code, scale: Number(scale), issuer: fromString(issuer, 'base16') }
}

/** What a record needs of the state: whose key signed, whose channel it was, what a code is worth, who divides. */
export type RecordState = Pick<Machine, 'account' | 'channel' | 'batch' | 'agreementOf'>

export type Fields = Pick<LogRecord, 'kind' | 'account' | 'release' | 'agreement' | 'amount' | 'asset' | 'peer'>
type Said = Omit<Fields, 'kind'>

export const NOTHING = {
  account: null,
  release: null,
  agreement: null,
  amount: 0n,
  asset: null,
  peer: null,
} as const

/** What so many codes of a batch are worth. */
function codeFields(state: RecordState, batch: Uint8Array, count = 1): Said {
  const held = state.batch(batch)
  return held === null ? NOTHING : { ...NOTHING, amount: held.amount * BigInt(count), asset: assetOf(held.asset) }
}

/** What an order says of itself. `account`: whose key signed it. */
export function orderFields(state: RecordState, order: Order, account: Uint8Array): Said {
  switch (order.type) {
    case 'value/issue':
      return { ...NOTHING, account: order.account, amount: order.amount, asset: order.asset }
    case 'value/transfer':
      return { ...NOTHING, account, amount: order.amount, asset: order.asset, peer: order.via[0] ?? order.to }
    case 'value/redeem':
    case 'value/give':
      return { ...NOTHING, account, amount: order.amount, asset: order.asset }
    case 'value/batch':
      return { ...NOTHING, account, amount: order.amount * BigInt(order.count), asset: order.asset }
    case 'value/code':
      return { ...codeFields(state, order.batch), account }
    case 'value/batch-revoke':
      return { ...codeFields(state, order.batch, order.serials.length), account }
    case 'value/line':
    case 'value/freeze':
    case 'value/write-off':
      return { ...NOTHING, account, peer: order.community }
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

/** Entries that carry no order of this log. */
export type CrossingEntry = Extract<ValueEntry, { kind: 'head' | 'transfer-in' | 'transfer-end' | 'settle' | 'net' }>

function takenFields(state: RecordState, own: Uint8Array, entry: Extract<Entry, { kind: 'transfer-in' }>): Said {
  const carried = transferOf(entry)
  if (carried === null) return { ...NOTHING, peer: entry.source }
  const { payee, asset } = carried.order
  const [kind, name = ''] = payee.split('/')
  const here = entry.outcome === 'delivered'
  const release = here && kind === 'release' ? name : null
  return {
    peer: entry.source,
    account: here && kind === 'acct' ? fromString(name, 'base16') : null,
    release,
    agreement: release === null ? null : state.agreementOf(release),
    amount: minorUnits(entry.amount, asset.scale),
    asset: { code: asset.code, scale: asset.scale, issuer: own },
  }
}

function endedFields(state: RecordState, own: Uint8Array, entry: Extract<Entry, { kind: 'transfer-end' }>): Said {
  const carried = transferOf(entry)
  if (carried === null) return { ...NOTHING, peer: entry.next }
  const { order, envelope } = carried
  const account = entry.back === null ? state.account(envelope.author).account : null
  const { code, scale } = order.asset
  return { ...NOTHING, peer: entry.next, account, amount: order.amount, asset: { code, scale, issuer: own } }
}

function settledFields(own: Uint8Array, bytes: Uint8Array): Said {
  const note = decodeSettlement(bytes)
  if (!note.ok) return NOTHING
  const { debtor, creditor, code, scale, amount } = note.value
  const peer = equals(debtor, own) ? creditor : debtor
  return { ...NOTHING, peer, amount, asset: { code, scale, issuer: own } }
}

/** What this community owes less, and is owed less. */
function nettedFields(own: Uint8Array, bytes: Uint8Array): Said {
  const document = decodeNetting(bytes)
  if (!document.ok) return NOTHING
  const { code, scale, participants, changes } = document.value
  const me = participants.findIndex(key => equals(key, own))
  const fine = changes.reduce((sum, { debtor, amount }) => (debtor === me ? sum + amount : sum), 0n)
  return { ...NOTHING, amount: minorUnits(fine, scale), asset: { code, scale, issuer: own } }
}

/** What a refund took back, of the purchase that it shows. */
export function refundFields(entry: Extract<Entry, { kind: 'refund' }>, account: Uint8Array): Said {
  const receipt = decodeEntry(entry.receipt)
  const envelope = receipt.ok && receipt.value.kind === 'receipt' ? decodeEnvelope(receipt.value.order) : null
  const order = envelope?.ok ? readOrder(envelope.value.type, envelope.value.body) : null
  if (!order?.ok || order.value.type !== 'value/gift') return { ...NOTHING, account }
  const { amount, asset, release } = order.value
  return { ...NOTHING, account, amount, asset, release }
}

/** What an entry says that another log, or several communities together, gave rise to. */
export function crossingFields(state: RecordState, own: Uint8Array, entry: CrossingEntry): Said {
  switch (entry.kind) {
    case 'head': {
      const note = parseCheckpoint(entry.note)
      const name = note.ok ? parseOrigin(note.value.origin) : null
      return { ...NOTHING, peer: name?.community ?? null }
    }
    case 'transfer-in':
      return takenFields(state, own, entry)
    case 'transfer-end':
      return endedFields(state, own, entry)
    case 'settle':
      return settledFields(own, entry.note)
    case 'net':
      return nettedFields(own, entry.document)
  }
}
