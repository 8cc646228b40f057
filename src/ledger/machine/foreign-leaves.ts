import { equals } from 'uint8arrays/equals'
import { decodeEnvelope, type Envelope } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { Back, TransferInEntry, TransferOutEntry } from '#protocols/ledger/v1/entry-value.ts'
import { VIA_MAX } from '#protocols/ledger/v1/limits.ts'
import { type OrderBodies, readOrder } from '#protocols/ledger/v1/orders.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { leafHash } from '../merkle.ts'

// Leaves of other logs, read as far as their own bytes tell. Whether a leaf stands in its log is for `heads.ts`.

/** A transfer as the hop before shows it: the payer's order, and the way that it has come. */
export interface ShownTransfer {
  readonly envelope: Envelope
  readonly order: OrderBodies['value/transfer']
  /** Communities from the payer's to the payee's, as the payer signed them. */
  readonly stops: readonly Uint8Array[]
  /** Position in `stops` of the log that is asked now. */
  readonly here: number
  /** Sequence of the hop before toward that log. */
  readonly sequence: number
  /** Fine units that the hop before owes for it; null when that is the order's whole amount. */
  readonly gross: bigint | null
}

/** Entries from the payer's `transfer-out` on, nested in each other; null when they are no such entries. */
function unwrap(leaf: Uint8Array): { readonly first: TransferOutEntry; readonly hops: TransferInEntry[] } | null {
  const hops: TransferInEntry[] = []
  for (let bytes = leaf; hops.length <= VIA_MAX; ) {
    const entry = decodeEntry(bytes)
    if (!entry.ok) return null
    if (entry.value.kind === 'transfer-out') return { first: entry.value, hops: hops.reverse() }
    if (entry.value.kind !== 'transfer-in' || entry.value.outcome !== 'forwarded') return null
    hops.push(entry.value)
    bytes = entry.value.leaf
  }
  return null
}

/** Whether each hop took what the one before sent it, and none made more of it. */
function follows(stops: readonly Uint8Array[], first: TransferOutEntry, hops: readonly TransferInEntry[]): boolean {
  const [, second] = stops
  if (second === undefined || !equals(first.next, second)) return false
  let [sequence, amount]: [number, bigint | null] = [first.sequence, null]
  for (const [position, hop] of hops.entries()) {
    const source = stops[position] as Uint8Array
    if (!equals(hop.source, source) || hop.sequence !== sequence || hop.onward === null) return false
    if (amount !== null && hop.amount > amount) return false
    sequence = hop.onward
    amount = hop.amount
  }
  return true
}

/** Reads the leaf that asks a log for a transfer: a `transfer-out`, or the `transfer-in` of a hop that forwards it. */
export function readAsking(leaf: Uint8Array): ShownTransfer | null {
  const chain = unwrap(leaf)
  if (chain === null) return null
  const { first, hops } = chain
  const envelope = decodeEnvelope(first.order)
  const order = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  if (!envelope.ok || !order.ok || order.value.type !== 'value/transfer') return null
  const stops = [envelope.value.community, ...order.value.via, order.value.to]
  const here = hops.length + 1
  if (here >= stops.length || !follows(stops, first, hops)) return null
  const last = hops.at(-1)
  const sequence = last === undefined ? first.sequence : (last.onward ?? 0)
  return { envelope: envelope.value, order: order.value, stops, here, sequence, gross: last?.amount ?? null }
}

/** Whether an outcome moves money; every other is a refusal's code. */
export const moves = (outcome: string): boolean => outcome === 'delivered' || outcome === 'forwarded'

/** What the log of a next hop says of a transfer that it was asked for. */
export interface ShownAnswer extends Back {
  /** `delivered`, `forwarded`, or the code of a refusal. */
  readonly outcome: string
}

/** Reads a next hop's `transfer-in`, or an intermediate's own end: its `transfer-end` or `write-off`. */
export function readAnswer(leaf: Uint8Array): ShownAnswer | null {
  const decoded = decodeEntry(leaf)
  const entry = decoded.ok ? decoded.value : null
  if (entry?.kind === 'transfer-in') {
    const { source, sequence, outcome } = entry
    return { source, sequence, outcome }
  }
  if (entry?.kind === 'transfer-end' && entry.back !== null) return { ...entry.back, outcome: entry.outcome }
  return entry?.kind === 'write-off' && entry.back !== null ? { ...entry.back, outcome: 'written-off' } : null
}

/** An end nests the end of each hop after it, and then the asking leaves of each hop before: so many at most. */
const NESTING_MAX = 2 * (VIA_MAX + 1)

/**
 * The leaf that was shown, as the answer to it nests it: an answer is about this very leaf, and not about another one of the same
 * number, as a log that lost its end may have made. Null for a write-off, which nests nothing and answers to the number alone, and
 * `false` when it is about another one.
 */
export function askedIn(hasher: Hasher, answer: Uint8Array, asked: Uint8Array): Uint8Array | null | false {
  let bytes = answer
  for (let depth = 0; depth < NESTING_MAX; depth++) {
    const entry = decodeEntry(bytes)
    if (!entry.ok) return false
    if (entry.value.kind === 'write-off') return null
    if (entry.value.kind !== 'transfer-in' && entry.value.kind !== 'transfer-end') return false
    bytes = entry.value.leaf
    if (equals(leafHash(hasher, bytes), asked)) return bytes
  }
  return false
}

/**
 * Whether an answer says that the payee's own log delivered: each stop on the way shows the answer of the one after it, and the last
 * shows its own. Else a stop in the middle could keep what was meant for the payee by saying that it delivered.
 */
export function deliveredAtEnd(answer: Uint8Array, { stops, here, sequence }: ShownTransfer): boolean {
  let [bytes, number] = [answer, sequence]
  for (let position = here; position < stops.length; position++) {
    const shown = readAnswer(bytes)
    const before = stops[position - 1] as Uint8Array
    if (shown?.outcome !== 'delivered' || !equals(shown.source, before) || shown.sequence !== number) return false
    const decoded = decodeEntry(bytes)
    const entry = decoded.ok ? decoded.value : null
    const isLast = position === stops.length - 1
    if (entry?.kind === 'transfer-in') return isLast
    if (entry?.kind !== 'transfer-end' || isLast || !equals(entry.next, stops[position + 1] as Uint8Array)) return false
    bytes = entry.leaf
    number = entry.sequence
  }
  return false
}
