import type { Entry, ReceiptEntry } from '#protocols/ledger/v1/entry.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { dispute, propose, settle, sign } from './agreements.ts'
import { closeChannel, openChannel } from './channels.ts'
import { begin, commit } from './commits.ts'
import { issue, redeem } from './desk.ts'
import { cancel, openAccount, recover, rotate } from './guardians.ts'
import type { ReadOrder } from './machine.ts'
import { periodEnd, periodOf } from './period.ts'
import { closePeriod } from './periods.ts'
import { pay, stream } from './receipts.ts'
import type { Head } from './records.ts'
import { refuse } from './refusal.ts'
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

const later = (): never => refuse('bad-entry', 'this machine does not execute such orders')

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
  'value/transfer': later,
  'value/line': later,
  'value/freeze': later,
  'value/write-off': later,
  'value/give': later,
  'value/gift': later,
  'value/dispute': later,
  'value/refund': later,
  'value/batch': later,
  'value/code': later,
  'value/batch-revoke': later,
  'value/tip': () => refuse('bad-entry', 'a payment is recorded with its division, as a receipt'),
}

/** Executes an order whose kind of entry carries nothing but the order. */
export function executeOrder(run: Run, read: ReadOrder): void {
  const execute: Execute<never> = EXECUTE[read.order.type]
  execute(run, read, read.order as never)
}

function executeReceipt(run: Run, entry: ReceiptEntry, read: ReadOrder): void {
  if (read.order.type !== 'value/tip') refuse('bad-entry', 'a receipt is of a payment')
  pay(run, read, read.order, entry.agreement, entry.split)
}

/** Changes the state by one entry, or throws a `Refusal` somewhere on the way. */
export function execute(run: Run, entry: Entry, read: ReadOrder | null): void {
  if (entry.kind === 'stream') stream(run, entry)
  else if (entry.kind === 'commit') commit(run, entry)
  else if (entry.kind === 'genesis') begin(run, entry)
  else if (entry.kind === 'period-close') closePeriod(run, entry)
  else {
    if (read === null) refuse('bad-entry', 'the entry carries no order')
    checkOrderTime(read, entry.at)
    if (entry.kind === 'receipt') executeReceipt(run, entry, read)
    else executeOrder(run, read)
  }
}
