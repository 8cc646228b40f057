import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import { afterHaircut } from '#src/kernel/haircut.ts'
import type { DivisionLine } from '../rules.ts'
import { slotOf } from './agreement-slots.ts'
import { divide } from './division.ts'
import { moves, readAsking, type ShownTransfer } from './foreign-leaves.ts'
import { proveLeaf } from './heads.ts'
import { type Book, fineOf, post, postLines } from './holdings.ts'
import { accountHolder } from './keys.ts'
import { changePeer, notFrozen, openLine, otherSlot, type PeerSlot, parBook, peerOf, sendOut } from './peers.ts'
import { currentAgreement, splitOf } from './receipts.ts'
import { refuse } from './refusal.ts'
import type { Run } from './world.ts'

/** What is shown of a transfer: the leaf of the hop before, and where it stands in that log. */
export type Arrival = Pick<TransferInEntry, 'source' | 'sequence' | 'index' | 'leaf' | 'path'>
/** How a log answered it. */
export type Answer = Pick<TransferInEntry, 'outcome' | 'amount' | 'onward' | 'split'>

/** A transfer of a neighbour whose turn it is. */
export interface Arrived {
  readonly slot: PeerSlot
  readonly transfer: ShownTransfer
}

const RELEASE = 'release/'

/** What makes it no transfer to answer: it stands in no known log, is for somebody else, or is not the next. */
export function arrive(run: Run, { source, sequence, index, leaf, path }: Arrival): Arrived {
  const { world } = run
  const slot = otherSlot(world, source)
  const { received } = peerOf(slot)
  if (sequence <= received) refuse('replayed', 'this transfer was answered already')
  if (sequence !== received + 1) refuse('sequence-gap', `the next transfer of that community is number ${received + 1}`)
  proveLeaf(world.hasher, slot, { index, leaf, path })
  const transfer = readAsking(leaf)
  if (transfer === null) return refuse('bad-leaf', 'the leaf shown asks for no transfer that can be read')
  const { stops, here } = transfer
  if (!equals(stops[here - 1] as Uint8Array, source) || transfer.sequence !== sequence)
    refuse('wrong-pair', 'the leaf shown is of another pair of communities, or another number')
  if (!equals(stops[here] as Uint8Array, world.community)) refuse('wrong-pair', 'the leaf shown asks another community')
  return { slot, transfer }
}

/** No way passes a community twice; else what went out would come in again. */
function checkStops({ stops, order, envelope }: ShownTransfer): void {
  if (stops.some((stop, at) => stops.slice(0, at).some(before => equals(before, stop))))
    refuse('wrong-route', 'the way of this transfer passes a community twice')
  if (!equals(order.asset.issuer, envelope.community))
    refuse('wrong-asset', "a transfer is paid in the payer's own community's credit")
}

/** Who is paid here: the parties of a release, or one account. */
function payeeLines(
  run: Run,
  book: Book,
  net: bigint,
  { payee, use }: ShownTransfer['order'],
): readonly DivisionLine[] {
  const [, name = ''] = payee.split('/')
  if (!payee.startsWith(RELEASE)) return [{ holder: accountHolder(name), party: '', amount: net, tag: 'transfer' }]
  return divide(run, slotOf(run.world, currentAgreement(run, name)), book, net, use)
}

function deliver(run: Run, { slot, transfer }: Arrived, book: Book, gross: bigint, net: bigint): Answer {
  const { world } = run
  run.lines = payeeLines(run, book, net, transfer.order)
  post(run, book, slot.position, -gross, 'transfer', '')
  post(run, book, accountHolder(toText(world.community, 'base16')), gross - net, 'haircut', '')
  postLines(run, book, run.lines)
  return { outcome: 'delivered', amount: net, onward: null, split: splitOf(run, run.lines) }
}

/** An intermediate owes nothing yet: it holds for the next hop what the one before owes. */
function forward(run: Run, { slot, transfer }: Arrived, book: Book, gross: bigint, net: bigint): Answer {
  const { stops, here, order, sequence } = transfer
  const next = otherSlot(run.world, stops[here + 1] as Uint8Array)
  notFrozen(next)
  post(run, book, slot.position, -gross, 'forward', '')
  post(run, book, next.hold, gross, 'forward', '')
  const back = { source: slot.community, sequence }
  const out = { payer: null, back, asset: book.asset, gross, net, expiry: order.expiry }
  return { outcome: 'forwarded', amount: net, onward: sendOut(run, next, out), split: splitOf(run, []) }
}

/** Delivers or forwards it; a `Refusal` thrown here is an outcome that a log may write down. */
export function answer(run: Run, arrived: Arrived): Answer {
  const { slot, transfer } = arrived
  const { order, stops, here } = transfer
  if (run.at > order.expiry) refuse('expired', 'the payment came after its time; nothing was moved')
  checkStops(transfer)
  const book = parBook(run.world, order.asset)
  const gross = transfer.gross ?? fineOf(book, order.amount)
  if (gross === 0n) refuse('zero-amount', 'the amount must be more than nothing')
  if (gross > fineOf(book, order.amount)) refuse('bad-leaf', 'more is shown than the payer ordered')
  const { haircut } = openLine(run, slot, book, gross)
  const net = afterHaircut(gross, haircut)
  if (net < order.minimum * book.unit)
    refuse('below-minimum', 'after haircuts less would arrive than the payer accepts; nothing was moved')
  const done = here + 1 === stops.length ? deliver : forward
  const answered = done(run, arrived, book, gross, net)
  changePeer(run.world, slot, { received: transfer.sequence })
  return answered
}

/** A refusal moves nothing and uses the number up. */
export function decline(run: Run, { slot, transfer }: Arrived, outcome: string): Answer {
  changePeer(run.world, slot, { received: transfer.sequence })
  return { outcome, amount: 0n, onward: null, split: splitOf(run, []) }
}

export function transferIn(run: Run, entry: TransferInEntry): void {
  const arrived = arrive(run, entry)
  const due = moves(entry.outcome) ? answer(run, arrived) : decline(run, arrived, entry.outcome)
  if (due.outcome !== entry.outcome || due.amount !== entry.amount || due.onward !== entry.onward)
    refuse('wrong-outcome', 'executing the transfer again gives another answer than the entry records')
  if (!equals(due.split, entry.split))
    refuse('bad-split', 'executing the agreement again gives another division than the entry records')
}
