import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'

export type UnlockChange =
  | { readonly kind: 'unlock'; readonly release: string; readonly account: Uint8Array }
  | { readonly kind: 'undo'; readonly place: number }

/** A path over communities is at most four logs long: so deep lie the payer's words in the last one's entry. */
const HOPS_MAX = 4

function orderIn(bytes: Uint8Array) {
  const envelope = decodeEnvelope(bytes)
  const order = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  return envelope.ok && order.ok ? { author: envelope.value.author, order: order.value } : null
}

/** What an entry does to who may have which originals. */
export function unlockIn(entryBytes: Uint8Array): UnlockChange | null {
  let decoded = decodeEntry(entryBytes)
  if (!decoded.ok) return null
  if (decoded.value.kind === 'transfer-in' && decoded.value.outcome !== 'delivered') return null
  for (let hop = 0; hop < HOPS_MAX && decoded.ok && decoded.value.kind === 'transfer-in'; hop++)
    decoded = decodeEntry(decoded.value.leaf)
  if (!decoded.ok || !('order' in decoded.value)) return null
  const read = orderIn(decoded.value.order)
  if (read === null) return null
  const { author, order } = read
  if (order.type === 'value/tip' && order.use === 'purchase')
    return { kind: 'unlock', release: order.release, account: author }
  if (order.type === 'value/gift') return { kind: 'unlock', release: order.release, account: order.account }
  if (order.type === 'value/transfer' && order.use === 'purchase' && order.payee.startsWith('release/'))
    return { kind: 'unlock', release: order.payee.slice('release/'.length), account: author }
  return order.type === 'value/refund' ? { kind: 'undo', place: order.receipt } : null
}
