import { equals } from 'uint8arrays/equals'
import type { TransferOutEntry } from '#protocols/ledger/v1/entry-value.ts'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { TRANSFER_MS_MAX } from '../transfer-times.ts'
import { useAccount } from './accounts.ts'
import { amountOf, ownBook, post } from './holdings.ts'
import { accountHolder } from './keys.ts'
import type { ReadOrder } from './machine.ts'
import { notFrozen, otherSlot, sendOut } from './peers.ts'
import { refuse } from './refusal.ts'
import type { Run } from './world.ts'

type Transfer = OrderBodies['value/transfer']

const firstHop = ({ via, to }: Transfer): Uint8Array => via[0] ?? to

function checkTransfer(run: Run, body: Transfer): void {
  const { community } = run.world
  if ([...body.via, body.to].some(stop => equals(stop, community)))
    refuse('wrong-route', 'a payment to another community does not pass its own')
  if (body.expiry <= run.at) refuse('bad-expiry', 'the payment would have expired before it left')
  if (body.expiry > run.at + TRANSFER_MS_MAX)
    refuse('bad-expiry', 'a payment to another community expires within a day; ask for a new quote')
  if (body.minimum > body.amount) refuse('below-minimum', 'more would have to arrive than is paid')
}

/** The payer's money leaves the account for good, and waits for the log of the next hop. Answers the sequence it got. */
export function sendTransfer(run: Run, order: ReadOrder, body: Transfer): { next: Uint8Array; sequence: number } {
  const { world } = run
  const book = ownBook(world, body.asset)
  const gross = amountOf(book, body.amount)
  checkTransfer(run, body)
  const payer = useAccount(run, order)
  const slot = otherSlot(world, firstHop(body))
  notFrozen(slot)
  post(run, book, accountHolder(payer.hex), -gross, 'transfer', '')
  post(run, book, slot.hold, gross, 'transfer', '')
  const { asset } = book
  const { expiry } = body
  const out = { payer: payer.id.slice(), back: null, asset, gross, net: gross, expiry }
  return { next: slot.community, sequence: sendOut(run, slot, out) }
}

export function transferOut(run: Run, entry: TransferOutEntry, order: ReadOrder): void {
  if (order.order.type !== 'value/transfer') refuse('bad-entry', 'what leaves for another log is ordered as a transfer')
  const { next, sequence } = sendTransfer(run, order, order.order)
  if (!equals(next, entry.next)) refuse('wrong-route', 'the entry names another next hop than the order')
  if (sequence !== entry.sequence) refuse('sequence-gap', `the next sequence toward that hop is ${sequence}`)
}
