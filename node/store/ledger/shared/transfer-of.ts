import { decodeEnvelope, type Envelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { VIA_MAX } from '#protocols/ledger/v1/limits.ts'
import { type OrderBodies, readOrder } from '#protocols/ledger/v1/orders.ts'

/** The payer's order at the bottom of a transfer's entry, whichever log it lies in. */
export interface CarriedOrder {
  readonly envelope: Envelope
  readonly order: OrderBodies['value/transfer']
}

/** The bytes of the order in an entry of any log on the way: its own, or that of the leaf within the leaf. */
function orderBytes(entry: Entry): Uint8Array | null {
  let at = entry
  // A leaf lies in a leaf once for each hop forward, and once for each back.
  for (let depth = 0; depth <= 2 * (VIA_MAX + 1); depth++) {
    if (at.kind === 'transfer-out') return at.order
    if (at.kind !== 'transfer-in' && at.kind !== 'transfer-end') return null
    const inner = decodeEntry(at.leaf)
    if (!inner.ok) return null
    at = inner.value
  }
  return null
}

/** Null when the entry carries no transfer, as a write-off does not. */
export function transferOf(entry: Entry): CarriedOrder | null {
  const bytes = orderBytes(entry)
  const envelope = bytes === null ? null : decodeEnvelope(bytes)
  const order = envelope?.ok ? readOrder(envelope.value.type, envelope.value.body) : null
  if (!envelope?.ok || !order?.ok || order.value.type !== 'value/transfer') return null
  return { envelope: envelope.value, order: order.value }
}
