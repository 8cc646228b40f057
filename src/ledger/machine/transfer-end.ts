import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { Back, TransferEndEntry, WriteOffEntry } from '#protocols/ledger/v1/entry-value.ts'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { RECOURSE_MS } from '../transfer-times.ts'
import { useAccount } from './accounts.ts'
import { askedIn, deliveredAtEnd, readAnswer, readAsking } from './foreign-leaves.ts'
import { removeForGood } from './gone.ts'
import { proveLeaf } from './heads.ts'
import { bookOf, post } from './holdings.ts'
import { accountHolder, DESK, peerHolder } from './keys.ts'
import { byCommunity } from './lines.ts'
import type { ReadOrder } from './machine.ts'
import { otherSlot, outCell, type PeerSlot } from './peers.ts'
import { refuse } from './refusal.ts'
import type { Out } from './value-records.ts'
import type { Run, World } from './world.ts'

/** What is shown of an end: the next hop's leaf, and where it stands in that log. */
export type ShownEnd = Pick<TransferEndEntry, 'next' | 'sequence' | 'index' | 'leaf' | 'path'>
export type Ended = Pick<TransferEndEntry, 'outcome' | 'back'>

function outOf(slot: PeerSlot, sequence: number): Out {
  const out = slot.outs.get(sequence)?.value
  return out ?? refuse('unknown-transfer', 'no transfer of that number is on its way to that community')
}

const hexOf = (key: Uint8Array): string => toText(key, 'base16')

/** Who gets the money when the next hop does not deliver: the payer, or, at an intermediate, the hop before. */
const giver = ({ payer, back }: Out): string =>
  back === null ? accountHolder(hexOf(payer as Uint8Array)) : peerHolder(hexOf(back.source))

/** The money on its way moves on to where it belongs, after the next hop delivered or refused. */
function moveHeld(run: Run, slot: PeerSlot, out: Out, delivered: boolean): void {
  const { world } = run
  const book = bookOf(world, out.asset)
  const { gross, net } = out
  if (out.written) {
    // The payer has the money back already, so a late delivery is paid by the community that gave it up.
    if (!delivered) return
    post(run, book, DESK, -net, 'late', '')
    post(run, book, slot.position, net, 'late', '')
  } else if (delivered) {
    post(run, book, slot.hold, -gross, 'delivered', '')
    post(run, book, slot.position, net, 'delivered', '')
    post(run, book, accountHolder(hexOf(world.community)), gross - net, 'haircut', '')
  } else {
    post(run, book, slot.hold, -gross, 'returned', '')
    post(run, book, giver(out), gross, 'returned', '')
  }
}

function outcomeOf(world: World, out: Out, { sequence, leaf }: ShownEnd): string {
  const answer = readAnswer(leaf)
  if (answer === null) return refuse('bad-leaf', 'the leaf shown answers no transfer')
  if (!equals(answer.source, world.community) || answer.sequence !== sequence)
    refuse('wrong-pair', 'the leaf shown answers another community, or another number')
  if (answer.outcome === 'forwarded')
    refuse('not-decided', 'that community forwarded it, and waits for an answer itself')
  const asked = askedIn(world.hasher, leaf, out.leaf)
  if (asked === false) return refuse('wrong-pair', 'the leaf shown answers another transfer')
  const transfer = asked === null ? null : readAsking(asked)
  if (answer.outcome === 'delivered' && (transfer === null || !deliveredAtEnd(leaf, transfer)))
    refuse('bad-leaf', "the payee's own log does not stand at the end of what is shown as delivered")
  return answer.outcome
}

/** What the next hop proves to have decided happens here too. Once for each transfer. */
export function endTransfer(run: Run, shown: ShownEnd): Ended {
  const { world } = run
  const slot = otherSlot(world, shown.next)
  const out = outOf(slot, shown.sequence)
  proveLeaf(world.hasher, slot, shown)
  const outcome = outcomeOf(world, out, shown)
  moveHeld(run, slot, out, outcome === 'delivered')
  removeForGood(world, slot.outs, shown.sequence)
  // Its own write-off answered the hop before already: a late end is for nobody else.
  return { outcome, back: out.written ? null : out.back }
}

export const sameBack = (a: Back | null, b: Back | null): boolean =>
  a === null || b === null ? a === b : a.sequence === b.sequence && equals(a.source, b.source)

export function transferEnd(run: Run, entry: TransferEndEntry): void {
  const { outcome, back } = endTransfer(run, entry)
  if (outcome !== entry.outcome || !sameBack(back, entry.back))
    refuse('wrong-outcome', 'the leaf shown says another outcome than the entry records')
}

/** The community gives a silent next hop up, long after the transfer expired. Answers whom that refuses. */
export function giveUp(run: Run, order: ReadOrder, body: OrderBodies['value/write-off']): Back | null {
  const { world } = run
  byCommunity(run, order)
  const slot = otherSlot(world, body.community)
  const out = outOf(slot, body.sequence)
  if (out.written) refuse('unknown-transfer', 'this transfer was written off already')
  if (run.at < out.expiry + RECOURSE_MS)
    refuse('too-early', 'a transfer is written off a day after it expired; until then the other log may still answer')
  useAccount(run, order)
  const book = bookOf(world, out.asset)
  post(run, book, slot.hold, -out.gross, 'write-off', '')
  post(run, book, giver(out), out.gross, 'write-off', '')
  world.state.set(outCell(world, slot, body.sequence), { ...out, written: true })
  return out.back
}

export function writeOff(run: Run, entry: WriteOffEntry, order: ReadOrder): void {
  if (order.order.type !== 'value/write-off') refuse('bad-entry', 'a write-off is ordered as one')
  if (!sameBack(giveUp(run, order, order.order), entry.back))
    refuse('wrong-outcome', 'the entry answers another transfer than the one written off')
}
