import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { type OrderBodies, type OrderType, readOrder } from '#protocols/ledger/v1/orders.ts'

/** One hop of one transfer, as the logs on both sides tell it. */
export interface Hop {
  readonly from: string
  readonly to: string
  readonly sequence: number
  /** The payer's envelope, in hex. */
  readonly order: string
  readonly net: bigint
  readonly expiry: number
  /** In the log of `from`. */
  written: boolean
  ended: string | null
  /** In the log of `to`: what came in, and how it ended there; null while it is under way. */
  moved: bigint
  answered: boolean
  outcome: string | null
  /** 1 at the payer's own log. */
  readonly place: number
}

export const hopOf = (from: string, to: string, sequence: number): string => `${from}>${to}#${sequence}`
/** A hop that nobody answered yet. */
export const freshHop = (hop: Pick<Hop, 'from' | 'to' | 'sequence' | 'order' | 'net' | 'expiry' | 'place'>): Hop => ({
  ...hop,
  written: false,
  ended: null,
  moved: 0n,
  answered: false,
  outcome: null,
})

/** What an entry's envelope orders, when it is an order of that type. */
export function orderIn<T extends OrderType>(type: T, bytes: Uint8Array): OrderBodies[T] | null {
  const envelope = decodeEnvelope(bytes)
  const read = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  return read.ok && read.value.type === type ? (read.value as unknown as OrderBodies[T]) : null
}

/** Minor units of a scale as fine units. */
export const fineOf = (minor: bigint, scale: number): bigint => minor * 10n ** BigInt(9 - scale)
