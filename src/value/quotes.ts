import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { pathOfQuote, type Quote, type QuoteFields, quoteMessage } from '#protocols/value/v1/quote.ts'
import { afterHaircut } from '#src/kernel/haircut.ts'
import type { Verifier } from '#src/kernel/ports.ts'
import { type CreditLine, fineUnit, LINE_WORDS, type LineCode, type LineUse, refusedByLine } from './line-policy.ts'

/** How long room is kept for a quote, ms: somebody reads it, decides and signs. */
export const QUOTE_MS = 60_000

export type QuoteCode =
  | LineCode
  | 'zero-amount'
  | 'expired'
  | 'bad-signature'
  | 'wrong-asset'
  | 'wrong-route'
  | 'unknown-payee'
  | 'below-minimum'

export interface QuoteFault {
  readonly code: QuoteCode
  readonly message: string
}

/** What is asked for, as it reaches the community that is to quote. */
export interface QuoteWish extends Pick<QuoteFields, 'destination' | 'payee' | 'code' | 'scale'> {
  /** Community that asks: the payment would come from its log. */
  readonly source: Uint8Array
  /** Fine units that would come in. */
  readonly amount: bigint
  /** Until when the quote is wanted, ms. */
  readonly expiry: number
}

const fault = (code: QuoteCode, message: string): QuoteFault => ({ code, message })
const refuse = (code: QuoteCode, message: string): Result<never, QuoteFault> => err(fault(code, message))

/**
 * What would go on from here, fine units: to the next hop, or at the destination to whoever is paid. Refuses what the line does
 * not take. `line` and `use` are those that this community granted to `wish.source`.
 */
export function passesOn(
  wish: QuoteWish,
  line: CreditLine | null,
  use: LineUse,
  now: number,
): Result<bigint, QuoteFault> {
  if (wish.amount === 0n) return refuse('zero-amount', 'the amount must be more than nothing')
  if (wish.expiry < now) return refuse('expired', 'a quote in the past is of no use')
  const refused = refusedByLine(line, use, wish.amount, now)
  if (line === null || refused !== null) return refuse(refused ?? 'no-line', LINE_WORDS[refused ?? 'no-line'])
  return ok(afterHaircut(wish.amount, line.haircut))
}

const wanted = (expiry: number, now: number): number => Math.min(expiry, now + QUOTE_MS)

/** The destination's quote: what arrives is what passes its line. */
export function quoteHere(
  by: Uint8Array,
  wish: QuoteWish,
  arrives: bigint,
  nonce: Uint8Array,
  now: number,
): QuoteFields & { readonly inner: null } {
  return { ...wish, by, arrives, expiry: wanted(wish.expiry, now), nonce, inner: null }
}

/**
 * An intermediate's quote on top of the next hop's, whose signature and form are checked before. Refuses an inner quote that is of
 * another payment or not for exactly what passes on: the machine forwards that and nothing else.
 */
export function quoteOnward(
  by: Uint8Array,
  wish: QuoteWish,
  onward: bigint,
  inner: Quote,
  nonce: Uint8Array,
  now: number,
): Result<QuoteFields & { readonly inner: Quote }, QuoteFault> {
  const fits =
    equals(inner.source, by) &&
    equals(inner.destination, wish.destination) &&
    inner.payee === wish.payee &&
    inner.code === wish.code &&
    inner.scale === wish.scale &&
    inner.amount === onward &&
    inner.arrives <= onward
  if (!fits) return refuse('wrong-route', 'the next community quoted another payment than was asked for')
  if (inner.expiry < now) return refuse('expired', 'the quote of the next community has expired')
  const expiry = Math.min(wanted(wish.expiry, now), inner.expiry)
  return ok({ ...wish, by, arrives: inner.arrives, expiry, nonce, inner })
}

/** What a quote comes to for whoever would sign the order. */
export interface QuotedPayment {
  /** Communities in between. */
  readonly via: readonly Uint8Array[]
  readonly to: Uint8Array
  /** What the order may demand as its minimum: minor units, rounded down. */
  readonly arrives: bigint
  /** Kept on the way, fine units. */
  readonly haircuts: bigint
  readonly expiry: number
}

function verifies(verifier: Verifier, quote: Quote): boolean {
  for (let at: Quote | null = quote; at !== null; at = at.inner)
    if (!verifier.verify(at.by, quoteMessage(at), at.signature)) return false
  return true
}

/**
 * Checks a chain of quotes as the payer's community, or the payer's page, got it for `wish`: that it is for this payment, that
 * everybody signed, that it has not expired, and that something arrives. Room on the way is promised, not certain.
 */
export function checkQuote(
  verifier: Verifier,
  quote: Quote,
  wish: QuoteWish,
  now: number,
): Result<QuotedPayment, QuoteFault> {
  if (quote.code !== wish.code || quote.scale !== wish.scale)
    return refuse('wrong-asset', 'the quote is for other money than was asked for')
  if (!equals(quote.source, wish.source) || !equals(quote.destination, wish.destination))
    return refuse('wrong-route', 'the quote is for another way')
  if (quote.payee !== wish.payee) return refuse('unknown-payee', 'the quote is for somebody else')
  if (quote.amount !== wish.amount) return refuse('wrong-route', 'the quote is for another amount')
  if (now > quote.expiry) return refuse('expired', 'this quote has expired; ask for a new one')
  if (!verifies(verifier, quote)) return refuse('bad-signature', 'a signature on this quote does not verify')
  const arrives = quote.arrives / fineUnit(wish.scale)
  if (arrives === 0n) return refuse('below-minimum', 'nothing would be left of this on its way; send more')
  const path = pathOfQuote(quote)
  const haircuts = quote.amount - quote.arrives
  return ok({ via: path.slice(0, -1), to: quote.destination, arrives, haircuts, expiry: quote.expiry })
}
