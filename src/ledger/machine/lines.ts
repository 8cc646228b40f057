import { equals } from 'uint8arrays/equals'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { useAccount } from './accounts.ts'
import { fineOf, issuedBook } from './holdings.ts'
import type { ReadOrder } from './machine.ts'
import { changePeer, lineCell, otherSlot, peerOf } from './peers.ts'
import { refuse } from './refusal.ts'
import type { Run } from './world.ts'

/** Orders about other communities are the community's own. */
export function byCommunity(run: Run, { author }: ReadOrder): void {
  if (!equals(author, run.world.community)) refuse('not-the-desk', 'only the community itself may order this')
}

/** How much of another community's credit is accepted from now on; what is owed already stays owed. */
export function setLine(run: Run, order: ReadOrder, body: OrderBodies['value/line']): void {
  const { world } = run
  byCommunity(run, order)
  const slot = otherSlot(world, body.community)
  const { code, scale, limit, haircut, expiry, alone } = body
  const book = issuedBook(world, { code, scale, issuer: world.community })
  fineOf(book, limit)
  if (limit > 0n && expiry <= run.at) refuse('bad-expiry', 'the credit line would have expired before it opened')
  useAccount(run, order)
  world.state.set(lineCell(world, book, slot.hex), { limit, haircut, expiry, alone })
  if (slot.cell.value === undefined) changePeer(world, slot, {})
}

/** While a dispute is open nothing comes in from the other, and nothing new goes there; what is under way still ends. */
export function freeze(run: Run, order: ReadOrder, body: OrderBodies['value/freeze']): void {
  byCommunity(run, order)
  const slot = otherSlot(run.world, body.community)
  if (peerOf(slot).frozen === body.frozen)
    refuse(body.frozen ? 'already-disputed' : 'not-disputed', 'this pair is in that state already')
  useAccount(run, order)
  changePeer(run.world, slot, { frozen: body.frozen })
}
