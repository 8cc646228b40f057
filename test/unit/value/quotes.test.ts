import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeQuote, encodeQuote, type Quote, type QuoteFields, quoteMessage } from '#protocols/value/v1/quote.ts'
import { afterHaircut } from '#src/kernel/haircut.ts'
import type { CreditLine } from '#src/value/line-policy.ts'
import { checkQuote, passesOn, QUOTE_MS, type QuoteWish, quoteHere, quoteOnward } from '#src/value/quotes.ts'
import { simKey, simSigner, simVerifier } from '#test/support/sim-ledger-crypto.ts'

const NOW = 1_790_000_000_000
const [A, C, D, B] = [1, 2, 3, 4].map(simKey) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
const NONCE = new Uint8Array(16)
const OPEN = { position: 0n, reserved: 0n, frozen: false }
const line = (haircut = 0, limit = 1_000_000n): CreditLine => ({
  code: 'EUR',
  scale: 2,
  limit,
  haircut,
  expiry: NOW + 1e9,
})
const wish = (source: Uint8Array, amount: bigint): QuoteWish => ({
  source,
  destination: B,
  payee: `release/${'0a'.repeat(16)}`,
  code: 'EUR',
  scale: 2,
  amount,
  expiry: NOW + 10_000,
})
const sign = (fields: QuoteFields & { readonly inner: Quote | null }): Quote => ({
  ...fields,
  signature: simSigner(fields.by).sign(quoteMessage(fields)),
})
const must = <T>(result: { ok: true; value: T } | { ok: false; error: { code: string } }): T => {
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}

/** The quote for a payment from A over `stops`, the last of which is B; each with its haircut. */
function chain(amount: bigint, stops: readonly (readonly [Uint8Array, number])[], source = A): Quote {
  const [[by, haircut], ...rest] = stops as [readonly [Uint8Array, number], ...(readonly [Uint8Array, number])[]]
  const passes = must(passesOn(wish(source, amount), line(haircut), OPEN, NOW))
  if (rest.length === 0) return sign(quoteHere(by, wish(source, amount), passes, NONCE, NOW))
  return sign(must(quoteOnward(by, wish(source, amount), passes, chain(passes, rest, by), NONCE, NOW)))
}

const codeOf = (quote: Quote, wanted = wish(A, quote.amount), now = NOW): string => {
  const checked = checkQuote(simVerifier, quote, wanted, now)
  return checked.ok ? 'ok' : checked.error.code
}

describe('a quote', () => {
  it('says what arrives after every haircut, and travels as it is signed', () => {
    const quote = chain(1_000_000_000n, [
      [C, 100],
      [D, 50],
      [B, 0],
    ])
    expect(quote.arrives).toBe(985_050_000n)
    expect(must(checkQuote(simVerifier, quote, wish(A, 1_000_000_000n), NOW))).toEqual({
      via: [C, D],
      to: B,
      arrives: 98n,
      haircuts: 14_950_000n,
      expiry: NOW + 10_000,
    })
    expect(must(decodeQuote(encodeQuote(quote)))).toEqual(quote)
  })

  it('composes to what the logs on the way will do, to the unit', () => {
    const haircuts = fc.array(fc.nat(9_999), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10_000_000_000n }), haircuts, (amount, rates) => {
        const stops = rates.map((rate, at) => [at === rates.length - 1 ? B : ([C, D][at] as Uint8Array), rate] as const)
        const arrives = rates.reduce(afterHaircut, amount)
        const quote = chain(amount, stops)
        expect(quote.arrives).toBe(arrives)
        const checked = checkQuote(simVerifier, quote, wish(A, amount), NOW)
        if (arrives < 10_000_000n) expect(checked.ok).toBe(false)
        else expect(must(checked).arrives * 10_000_000n <= arrives).toBe(true)
      }),
    )
  })

  it('is refused where the line is: before anything moves', () => {
    const code = (given: CreditLine | null, use = OPEN, amount = 1_000n, expiry = NOW + 1) => {
      const passed = passesOn({ ...wish(A, amount), expiry }, given, use, NOW)
      return passed.ok ? passed.value : passed.error.code
    }
    expect(code(line())).toBe(1_000n)
    expect(code(null)).toBe('no-line')
    expect(code(line(0, 0n))).toBe('line-closed')
    expect(code(line(0, 1n), OPEN, 10_000_001n)).toBe('over-limit')
    expect(code(line(0, 1n), { ...OPEN, reserved: 1n }, 10_000_000n)).toBe('over-limit')
    expect(code(line(), { ...OPEN, frozen: true })).toBe('line-frozen')
    expect(code({ ...line(), expiry: NOW - 1 })).toBe('line-expired')
    expect(code(line(), OPEN, 0n)).toBe('zero-amount')
    expect(code(line(), OPEN, 1n, NOW - 1)).toBe('expired')
  })

  it('promises nothing for longer than it should, nor than the next one does', () => {
    const far = { ...wish(A, 1_000n), expiry: NOW + 10 * QUOTE_MS }
    expect(quoteHere(B, far, 1_000n, NONCE, NOW).expiry).toBe(NOW + QUOTE_MS)
    const inner = sign({ ...quoteHere(B, wish(C, 1_000n), 1_000n, NONCE, NOW), expiry: NOW + 5 })
    expect(must(quoteOnward(C, far, 1_000n, inner, NONCE, NOW)).expiry).toBe(NOW + 5)
    expect(quoteOnward(C, far, 1_000n, inner, NONCE, NOW + 6)).toMatchObject({ error: { code: 'expired' } })
  })

  it('is not built on the quote of another payment', () => {
    const inner = (more: Partial<Quote> = {}) => ({ ...chain(1_000n, [[B, 0]], C), ...more })
    const code = (given: Quote) => {
      const made = quoteOnward(C, wish(A, 1_000n), 1_000n, given, NONCE, NOW)
      return made.ok ? 'ok' : made.error.code
    }
    expect(code(inner())).toBe('ok')
    for (const more of [
      { source: D },
      { destination: D },
      { payee: 'acct/x' },
      { code: 'USD' },
      { scale: 3 },
      { amount: 999n },
      { arrives: 1_001n },
    ])
      expect(code(inner(more))).toBe('wrong-route')
  })

  it('is checked by whoever pays: this payment, signed by all, not expired, and something arrives', () => {
    const quote = chain(1_000_000_000n, [
      [C, 0],
      [B, 0],
    ])
    const wanted = wish(A, quote.amount)
    expect(codeOf(quote)).toBe('ok')
    expect(codeOf(quote, { ...wanted, code: 'USD' })).toBe('wrong-asset')
    expect(codeOf(quote, { ...wanted, scale: 3 })).toBe('wrong-asset')
    expect(codeOf(quote, { ...wanted, destination: D })).toBe('wrong-route')
    expect(codeOf(quote, { ...wanted, source: D })).toBe('wrong-route')
    expect(codeOf(quote, { ...wanted, amount: 1n })).toBe('wrong-route')
    expect(codeOf(quote, { ...wanted, payee: 'acct/y' })).toBe('unknown-payee')
    expect(codeOf(quote, wanted, quote.expiry + 1)).toBe('expired')
    expect(codeOf({ ...quote, arrives: quote.arrives + 1n })).toBe('bad-signature')
    const forged = { ...quote, inner: { ...(quote.inner as Quote), signature: new Uint8Array(64) } }
    expect(codeOf({ ...forged, signature: simSigner(C).sign(quoteMessage(forged)) })).toBe('bad-signature')
    expect(codeOf(chain(9_999_999n, [[B, 0]]))).toBe('below-minimum')
  })
})
