import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { RefundEntry } from '#protocols/ledger/v1/entry-value.ts'
import { type OrderBodies, readOrder } from '#protocols/ledger/v1/orders.ts'
import { decodeLines, type SplitLine } from '#protocols/ledger/v1/split.ts'
import { leafHash } from '../merkle.ts'
import { accountOf, useAccount } from './accounts.ts'
import { removeForGood } from './gone.ts'
import { amountOf, type Book, ownBook, post } from './holdings.ts'
import { accountHolder, boughtKey } from './keys.ts'
import { byCommunity } from './lines.ts'
import type { ReadOrder } from './machine.ts'
import { pay } from './receipts.ts'
import { refuse } from './refusal.ts'
import type { Cell } from './state-map.ts'
import { boughtCodec } from './value-codecs.ts'
import type { Bought } from './value-records.ts'
import type { Run, World } from './world.ts'

/** From one member to another. */
export function give(run: Run, order: ReadOrder, body: OrderBodies['value/give']): void {
  const { world } = run
  const book = ownBook(world, body.asset)
  const amount = amountOf(book, body.amount)
  const giver = useAccount(run, order)
  const { hex } = accountOf(world, body.account, run.at)
  if (hex === giver.hex) refuse('wrong-party', 'an account gives to another one')
  post(run, book, accountHolder(giver.hex), -amount, 'give', '')
  post(run, book, accountHolder(hex), amount, 'give', '')
}

export function boughtCell(world: World, index: number): Cell<Bought> {
  let cell = world.bought.get(index)
  if (cell === undefined) {
    cell = world.state.cell(boughtKey(index), boughtCodec)
    world.bought.set(index, cell)
  }
  return cell
}

/** A purchase that unlocks for an account, the payer's own or another's, and can be taken back for a while. */
export function buy(
  run: Run,
  order: ReadOrder,
  body: OrderBodies['value/gift'],
  agreement: Uint8Array | null,
  split: Uint8Array | null,
): Uint8Array {
  const { world, period } = run
  const current = pay(run, order, { ...body, use: 'gift' }, agreement, split)
  const payer = accountOf(world, order.author, run.at).id.slice()
  world.state.set(boughtCell(world, run.index), { leaf: run.leaf.slice(), payer, period, disputed: false })
  return current
}

const boughtAt = (run: Run, index: number): Bought =>
  run.world.bought.get(index)?.value ??
  refuse('unknown-receipt', 'no purchase of that number can be taken back here; it is too old, or was taken back')

/** The payer says that something is wrong with a purchase. Moves nothing; it keeps until the community takes it back. */
export function disputePurchase(run: Run, order: ReadOrder, body: OrderBodies['value/dispute']): void {
  const account = useAccount(run, order)
  const bought = boughtAt(run, body.receipt)
  if (!equals(bought.payer, account.id)) refuse('wrong-party', 'only who paid for a purchase may dispute it')
  if (bought.disputed) refuse('already-disputed', 'this purchase is disputed already')
  run.world.state.set(boughtCell(run.world, body.receipt), { ...bought, disputed: true })
}

/** What a refund shows of the purchase that it reverses. */
export type ShownReceipt = Pick<RefundEntry, 'receipt' | 'lines'>

function readShown({ world }: Run, bought: Bought, shown: ShownReceipt): { book: Book; lines: SplitLine[] } {
  if (!equals(leafHash(world.hasher, shown.receipt), bought.leaf))
    refuse('bad-leaf', 'this is not the receipt of the purchase')
  const entry = decodeEntry(shown.receipt)
  const envelope = entry.ok && entry.value.kind === 'receipt' ? decodeEnvelope(entry.value.order) : null
  const order = envelope?.ok ? readOrder(envelope.value.type, envelope.value.body) : null
  const lines = decodeLines(shown.lines)
  if (!entry.ok || entry.value.kind !== 'receipt' || !order?.ok || order.value.type !== 'value/gift' || !lines.ok)
    return refuse('bad-leaf', 'the receipt of the purchase cannot be read')
  if (!equals(world.hasher.sha256(shown.lines), entry.value.split))
    refuse('bad-split', 'these lines are not the ones of the purchase')
  return { book: ownBook(world, order.value.asset), lines: lines.value }
}

/** Everybody who was paid gives it back, and the payer has it again: all of it, or nothing moves. */
export function takeBack(run: Run, order: ReadOrder, body: OrderBodies['value/refund'], shown: ShownReceipt): void {
  const { world } = run
  byCommunity(run, order)
  const bought = boughtAt(run, body.receipt)
  const { book, lines } = readShown(run, bought, shown)
  useAccount(run, order)
  for (const { holder, party, amount } of lines) post(run, book, holder, -amount, 'refund', party)
  const whole = lines.reduce((sum, { amount }) => sum + amount, 0n)
  post(run, book, accountHolder(toText(bought.payer, 'base16')), whole, 'refund', '')
  removeForGood(world, world.bought, body.receipt)
}

export function refund(run: Run, entry: RefundEntry, order: ReadOrder): void {
  if (order.order.type !== 'value/refund') refuse('bad-entry', 'a refund is ordered as one')
  takeBack(run, order, order.order, entry)
}

/** When a month is over, purchases of the months before it can no more be disputed. What is disputed stays. */
export function forgetPurchases(world: World, ended: string): void {
  for (const [index, { value }] of world.bought)
    if (value !== undefined && value.period < ended && !value.disputed) removeForGood(world, world.bought, index)
}
