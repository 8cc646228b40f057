import type { Entry, ReceiptEntry } from '#protocols/ledger/v1/entry.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { dispute, propose, settle, sign } from './agreements.ts'
import { issueBatch, redeemCode, revokeBatch } from './batches.ts'
import { closeChannel, openChannel } from './channels.ts'
import { begin, commit } from './commits.ts'
import { issue, redeem } from './desk.ts'
import { cancel, openAccount, recover, rotate } from './guardians.ts'
import { learnHead } from './heads.ts'
import { freeze, setLine } from './lines.ts'
import type { ReadOrder } from './machine.ts'
import { periodEnd, periodOf } from './period.ts'
import { closePeriod } from './periods.ts'
import { buy, disputePurchase, give, refund } from './purchases.ts'
import { pay, stream } from './receipts.ts'
import type { Head } from './records.ts'
import { refuse } from './refusal.ts'
import { netDebts, settleDebt } from './settlements.ts'
import { transferEnd, writeOff } from './transfer-end.ts'
import { transferIn } from './transfer-in.ts'
import { transferOut } from './transfer-out.ts'
import type { Run, World } from './world.ts'

/** How far an order's own clock may be from the entry's. */
const ORDER_SKEW_MAX_MS = 3_600_000

/** Time never goes back, and an entry counts in the open period. */
export function checkTime(world: World, kind: Entry['kind'], at: number): void {
  const { lastAt } = world.head.value as Head
  if (at < lastAt) refuse('time-reversed', 'the entry is dated before the one it follows')
  const meta = world.meta.value
  if (kind === 'genesis') return
  if (meta === undefined) refuse('bad-genesis', 'a log begins with its genesis entry')
  if (kind !== 'period-close' && kind !== 'commit' && at >= periodEnd(meta.period)) {
    periodOf(at)
    refuse('period-open', `${meta.period} is not closed yet; it must be, before anything of a later month`)
  }
}

export function checkOrderTime(order: ReadOrder, at: number): void {
  if (Math.abs(order.at - at) > ORDER_SKEW_MAX_MS)
    refuse('time-off', 'the order was signed more than an hour away from now; check your clock and sign again')
}

type Execute<T extends OrderType> = (run: Run, read: ReadOrder, body: OrderBodies[T]) => void

/** Of orders whose entries carry more than the order. */
const elsewhere = (): never => refuse('bad-entry', 'this order is recorded together with what it comes to')

const EXECUTE: { readonly [T in OrderType]: Execute<T> } = {
  'value/issue': issue,
  'value/redeem': redeem,
  'value/channel-open': openChannel,
  'value/channel-close': closeChannel,
  'account/open': openAccount,
  'account/rotate': rotate,
  'account/recover': recover,
  'account/cancel': cancel,
  'agreement/propose': propose,
  'agreement/sign': sign,
  'agreement/dispute': dispute,
  'agreement/settle': settle,
  'value/line': setLine,
  'value/freeze': freeze,
  'value/give': give,
  'value/dispute': disputePurchase,
  'value/batch': issueBatch,
  'value/code': redeemCode,
  'value/batch-revoke': revokeBatch,
  'value/tip': elsewhere,
  'value/gift': elsewhere,
  'value/transfer': elsewhere,
  'value/write-off': elsewhere,
  'value/refund': elsewhere,
}

/** Executes an order whose kind of entry carries nothing but the order. */
export function executeOrder(run: Run, read: ReadOrder): void {
  const execute: Execute<never> = EXECUTE[read.order.type]
  execute(run, read, read.order as never)
}

function executeReceipt(run: Run, entry: ReceiptEntry, read: ReadOrder): void {
  const { order } = read
  if (order.type === 'value/tip') pay(run, read, order, entry.agreement, entry.split)
  else if (order.type === 'value/gift') buy(run, read, order, entry.agreement, entry.split)
  else refuse('bad-entry', 'a receipt is of a payment')
}

type Ordered = Extract<Entry, { readonly order: Uint8Array }>

function executeOrdered(run: Run, entry: Ordered, read: ReadOrder | null): void {
  if (read === null) refuse('bad-entry', 'the entry carries no order')
  checkOrderTime(read, entry.at)
  if (entry.kind === 'receipt') executeReceipt(run, entry, read)
  else if (entry.kind === 'transfer-out') transferOut(run, entry, read)
  else if (entry.kind === 'write-off') writeOff(run, entry, read)
  else if (entry.kind === 'refund') refund(run, entry, read)
  else executeOrder(run, read)
}

type Unordered = Exclude<Entry, Ordered>

const BY_KIND: { readonly [K in Unordered['kind']]: (run: Run, entry: Extract<Unordered, { kind: K }>) => void } = {
  stream,
  commit,
  genesis: begin,
  'period-close': closePeriod,
  head: learnHead,
  'transfer-in': transferIn,
  'transfer-end': transferEnd,
  settle: settleDebt,
  net: netDebts,
}

/** Changes the state by one entry, or throws a `Refusal` somewhere on the way. */
export function execute(run: Run, entry: Entry, read: ReadOrder | null): void {
  if (entry.kind === 'stream') stream(run, entry)
  else if ('order' in entry) executeOrdered(run, entry, read)
  else BY_KIND[entry.kind](run, entry as never)
}
