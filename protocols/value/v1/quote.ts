import { compare } from 'uint8arrays/compare'
import { equals } from 'uint8arrays/equals'
import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, bytesUpTo, matching, nullable, type Shape, tuple, uint, uint64, wrongShape } from '../../codec/shape.ts'
import { signedMessage } from '../../ledger/v1/domain.ts'
import { PAYEE_PATTERN } from '../../ledger/v1/limits.ts'
import { ASSET_CODE_PATTERN, HOPS_MAX, NONCE_BYTES, QUOTE_LIMITS, SCALE_MAX } from './constants.ts'

/** What a community offers to do with a payment that reaches its log from `source`. Nothing has moved yet. */
export interface QuoteFields {
  /** Community that quotes and signs. */
  readonly by: Uint8Array
  /** Community that asked, whose log the payment would come from. */
  readonly source: Uint8Array
  /** Community in whose log it ends; the same as `by` at the end of the way. */
  readonly destination: Uint8Array
  /** `release/<32 hex digits>` or `acct/<64 hex digits>` there. */
  readonly payee: string
  readonly code: string
  readonly scale: number
  /** Comes in at `by`, before its haircut, in fine units (10^-9). */
  readonly amount: bigint
  /** Is divided or credited at the destination, in fine units. */
  readonly arrives: bigint
  /** Room is kept until then, ms since the Unix epoch. */
  readonly expiry: number
  readonly nonce: Uint8Array
}

/** A quote with its signature, not yet verified, and the quote of the next hop that it stands on. */
export interface Quote extends QuoteFields {
  /** Null at the destination. */
  readonly inner: Quote | null
  /** By `by` over `quoteMessage`. */
  readonly signature: Uint8Array
}

type Tuple = [
  by: Uint8Array,
  source: Uint8Array,
  destination: Uint8Array,
  payee: string,
  code: string,
  scale: number,
  amount: bigint,
  arrives: bigint,
  expiry: number,
  nonce: Uint8Array,
  inner: Uint8Array | null,
  signature: Uint8Array,
]
const key = bytes(32)
const shape: Shape<Tuple> = tuple<Tuple>(
  key,
  key,
  key,
  matching(PAYEE_PATTERN, 'release/<id> or acct/<key>'),
  matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR'),
  uint(SCALE_MAX),
  uint64,
  uint64,
  uint(),
  bytes(NONCE_BYTES),
  nullable(bytesUpTo(QUOTE_LIMITS.bytesMax)),
  bytes(64),
)

const listOf = (quote: QuoteFields, inner: Quote | null): unknown[] => [
  quote.by,
  quote.source,
  quote.destination,
  quote.payee,
  quote.code,
  quote.scale,
  quote.amount,
  quote.arrives,
  quote.expiry,
  quote.nonce,
  inner === null ? null : encodeQuote(inner),
]

/** What `by` signs: `"bandstand/quote/v1\0"`, then the list of the eleven fields, the inner quote among them as it travels. */
export const quoteMessage = (quote: QuoteFields & { readonly inner: Quote | null }): Uint8Array =>
  signedMessage('quote', encode(listOf(quote, quote.inner)))

/** A quote as it travels: a list of the eleven fields and the signature. */
export const encodeQuote = (quote: Quote): Uint8Array => encode([...listOf(quote, quote.inner), quote.signature])

/** Names a quote in an order: SHA-256 of what was signed. */
export const quoteId = (sha256: (data: Uint8Array) => Uint8Array, quote: Quote): Uint8Array =>
  sha256(quoteMessage(quote))

/** What is inside continues what is around it: the same payment one hop later, not for more, and not for less long. */
function checkInner(outer: QuoteFields, inner: Quote | null): void {
  if (equals(outer.by, outer.destination) !== (inner === null))
    wrongShape('inner', 'everybody but the destination stands on the quote of the next hop')
  if (inner === null) {
    if (outer.arrives > outer.amount) wrongShape('arrives', 'no more arrives than comes in')
    return
  }
  const same =
    equals(inner.source, outer.by) &&
    equals(inner.destination, outer.destination) &&
    inner.payee === outer.payee &&
    inner.code === outer.code &&
    inner.scale === outer.scale &&
    inner.arrives === outer.arrives
  if (!same) wrongShape('inner', 'it is the quote of another payment')
  if (inner.amount > outer.amount || inner.expiry < outer.expiry)
    wrongShape('inner', 'a hop passes on no more than comes in, and promises nothing for longer than the next')
}

function read(input: Uint8Array, hopsLeft: number): Quote {
  if (hopsLeft === 0) wrongShape('inner', `a way has at most ${HOPS_MAX} hops`)
  const [by, source, destination, payee, code, scale, amount, arrives, expiry, nonce, within, signature] =
    decodeOrThrow(input, shape, QUOTE_LIMITS)
  const fields = { by, source, destination, payee, code, scale, amount, arrives, expiry, nonce }
  const inner = within === null ? null : read(within, hopsLeft - 1)
  checkInner(fields, inner)
  return { ...fields, inner, signature }
}

/** Communities after the one that asked, in order; the last is the destination. */
export function pathOfQuote(quote: Quote): Uint8Array[] {
  return quote.inner === null ? [quote.by] : [quote.by, ...pathOfQuote(quote.inner)]
}

/**
 * Strict and bounded; a chain of quotes is one way without a circle. The signature of each is the caller's to verify, under its
 * own `by`.
 */
export const decodeQuote = (input: Uint8Array): Result<Quote, CodecFault> =>
  attempt(() => {
    const quote = read(input, HOPS_MAX)
    const stops = [quote.source, ...pathOfQuote(quote)].sort(compare)
    if (stops.some((stop, index) => index > 0 && equals(stop, stops[index - 1] as Uint8Array)))
      wrongShape('', 'a way passes no community twice')
    return quote
  })
