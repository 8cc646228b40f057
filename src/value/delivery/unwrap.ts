import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, type Envelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import { type OrderBodies, readOrder } from '#protocols/ledger/v1/orders.ts'
import { type DeliveryFault, refusal } from './fault.ts'

/** A payer's signed `value/transfer`, read. */
export interface ReadTransfer {
  readonly bytes: Uint8Array
  readonly envelope: Envelope
  readonly body: OrderBodies['value/transfer']
  /** Communities of the way: the payer's, those in between, the payee's. */
  readonly stops: readonly Uint8Array[]
}

/** What one log decided about a transfer, and all that lies inside as its reasons. */
export interface Unwrapped {
  /** The `transfer-in` that decided, and in whose log it stands. */
  readonly decision: TransferInEntry
  readonly by: Uint8Array
  /** Leaf in the payer's log, as the next hop was shown it. */
  readonly first: { readonly index: number; readonly leaf: Uint8Array }
}

/** Reads what the payer signed. Its signature is verified in `checkDelivery`. */
export function readTransfer(order: Uint8Array): Result<ReadTransfer, DeliveryFault> {
  const envelope = decodeEnvelope(order)
  const read = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  if (!envelope.ok || !read.ok || read.value.type !== 'value/transfer')
    return err(refusal('unreadable', 'this is no order for a payment to another community'))
  const { type: _, ...body } = read.value
  return ok({ bytes: order, envelope: envelope.value, body, stops: [envelope.value.community, ...body.via, body.to] })
}

const read = (leaf: Uint8Array): Entry | null => {
  const entry = decodeEntry(leaf)
  return entry.ok ? entry.value : null
}

const wrongPath = (): Result<never, DeliveryFault> =>
  err(refusal('wrong-path', 'the entries that were shown do not lead from the payer to whoever is paid'))

/** From the entry of the community at `place` down to the payer's: each was asked by the one before it on the way. */
function asked(
  transfer: ReadTransfer,
  decision: TransferInEntry,
  place: number,
): Result<Unwrapped['first'], DeliveryFault> {
  const { stops, bytes } = transfer
  let [entry, at] = [decision, place]
  for (;;) {
    if (at < 1 || !equals(entry.source, stops[at - 1] as Uint8Array)) return wrongPath()
    const before = read(entry.leaf)
    if (before?.kind === 'transfer-out') {
      if (at !== 1 || before.sequence !== entry.sequence || !equals(before.next, stops[1] as Uint8Array))
        return wrongPath()
      return equals(before.order, bytes)
        ? ok({ index: entry.index, leaf: entry.leaf })
        : err(refusal('wrong-order', 'this is the answer to another payment'))
    }
    if (before?.kind !== 'transfer-in' || before.outcome !== 'forwarded' || before.onward !== entry.sequence)
      return wrongPath()
    entry = before
    at -= 1
  }
}

/** Sequences in which the communities from `place` on were asked, as the entries inside say. */
function sequencesOf(decision: TransferInEntry): number[] {
  const sequences: number[] = []
  for (let entry: Entry | null = decision; entry?.kind === 'transfer-in'; entry = read(entry.leaf))
    sequences.unshift(entry.sequence)
  return sequences
}

/**
 * Opens what the community `by` says about a transfer: a `transfer-in` that delivered or refused it, or the `transfer-end`s of
 * communities in between with that inside. Every step must name the communities of the order, in its order, and the sequences
 * must fit. Says nothing about signatures or places in logs.
 */
export function unwrap(transfer: ReadTransfer, by: Uint8Array, leaf: Uint8Array): Result<Unwrapped, DeliveryFault> {
  const { stops } = transfer
  const start = stops.findIndex((stop, at) => at > 0 && equals(stop, by))
  if (start < 0) return err(refusal('wrong-path', 'this community is not on the way of the payment'))
  const backs: { place: number; sequence: number; onward: number }[] = []
  let [entry, place] = [read(leaf), start]
  while (entry?.kind === 'transfer-end') {
    const [next, source] = [stops[place + 1], stops[place - 1] as Uint8Array]
    if (next === undefined || !equals(entry.next, next) || entry.back === null || !equals(entry.back.source, source))
      return wrongPath()
    backs.push({ place, sequence: entry.back.sequence, onward: entry.sequence })
    entry = read(entry.leaf)
    place += 1
  }
  if (entry?.kind !== 'transfer-in' || entry.outcome === 'forwarded') return wrongPath()
  if (entry.outcome === 'delivered' && place !== stops.length - 1) return wrongPath()
  const first = asked(transfer, entry, place)
  if (!first.ok) return first
  const sequences = sequencesOf(entry)
  const fits = backs.every(back => sequences[back.place - 1] === back.sequence && sequences[back.place] === back.onward)
  return fits ? ok({ decision: entry, by: stops[place] as Uint8Array, first: first.value }) : wrongPath()
}
