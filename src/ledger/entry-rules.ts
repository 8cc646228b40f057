import { equals } from 'uint8arrays/equals'
import { ok, type Result } from '#protocols/codec/result.ts'
import { decodeEntry, type Entry, encodeEntry } from '#protocols/ledger/v1/codec.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { executeOrder } from './execute.ts'
import { type Order, verifyOrder } from './orders.ts'
import { type RuleFault, ruleFault } from './rule-fault.ts'

export interface CheckedEntry {
  readonly entry: Entry
  readonly order: Order
}

/**
 * Everything that one entry alone can show: its form, the signature and author of the order, and that executing the
 * order again over the shares in the entry gives these very bytes (so every line is exact, and the agreement hash is
 * of these shares). Whether the account could pay is a question of state: see `applyEntry`.
 */
export function checkEntry(
  ports: { readonly hasher: Hasher; readonly verifier: Verifier },
  community: Uint8Array,
  bytes: Uint8Array,
): Result<CheckedEntry, RuleFault> {
  const decoded = decodeEntry(bytes)
  if (!decoded.ok) return ruleFault('bad-entry', `the entry cannot be read: ${decoded.error.message}`)
  const entry = decoded.value
  const order = verifyOrder(ports, community, entry.order)
  if (!order.ok) return order
  const again = executeOrder(
    ports.hasher,
    order.value,
    entry.order,
    entry.at,
    entry.kind === 'receipt' ? entry.lines : [],
  )
  if (!again.ok) return again
  return equals(encodeEntry(again.value), bytes)
    ? ok({ entry, order: order.value })
    : ruleFault('bad-split', 'executing the order again gives another result than the entry records')
}
