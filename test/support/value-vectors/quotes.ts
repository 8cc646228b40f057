import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeQuote, type Quote, type QuoteFields, quoteId, quoteMessage } from '#protocols/value/v1/quote.ts'
import { accept, at, type desk, fill, flip, type LedgerVector, reject, sha256 } from '../ledger-vectors/fixtures.ts'
import { between, payeeSide, payerSide } from './parties.ts'

const release = 'ab'.repeat(16)

const leg = (fields: Partial<QuoteFields> & Pick<QuoteFields, 'by' | 'source'>): QuoteFields => ({
  destination: payeeSide.publicKey,
  payee: `release/${release}`,
  code: 'EUR',
  scale: 2,
  amount: 4_950_000_000n,
  arrives: 4_950_000_000n,
  expiry: at + 60_000,
  nonce: fill(0x11, 16),
  ...fields,
})
const quoted = (signer: typeof desk, fields: QuoteFields, inner: Quote | null): Quote => ({
  ...fields,
  inner,
  signature: signer.sign(quoteMessage({ ...fields, inner })),
})
export const last = leg({ by: payeeSide.publicKey, source: between.publicKey })
const direct = quoted(payeeSide, last, null)
const first = leg({ by: between.publicKey, source: payerSide.publicKey, amount: 5_000_000_000n, expiry: at + 30_000 })
export const over = quoted(between, first, direct)

/** A way over as many hops as there may be, and one more. */
function long(hops: number): Quote {
  const stops = Array.from({ length: hops + 1 }, (_, stop) => fill(0x20 + stop))
  return stops.slice(1).reduceRight<Quote | null>((inner, by, hop) => {
    const fields = leg({ by, source: stops[hop] as Uint8Array, destination: stops.at(-1) as Uint8Array })
    return { ...fields, inner, signature: fill(0x51, 64) }
  }, null) as Quote
}

export function quoteVectors(): LedgerVector[] {
  const bytes = encodeQuote(over)
  const wrong = (name: string, quote: Quote) => reject('quote', name, encodeQuote(quote))
  return [
    accept('quote', 'of the destination itself', encodeQuote(direct), quoteId(sha256, direct)),
    accept('quote', 'over one community', bytes, quoteId(sha256, over)),
    accept(
      'quote',
      'to an account',
      encodeQuote(quoted(payeeSide, { ...last, payee: `acct/${'cd'.repeat(32)}` }, null)),
    ),
    reject('quote', 'nothing', new Uint8Array()),
    reject('quote', 'cut short', bytes.subarray(0, -1)),
    reject('quote', 'a byte after it', Uint8Array.from([...bytes, 0])),
    reject('quote', 'a changed signature', flip(bytes), 'bad-signature'),
    reject(
      'quote',
      'the inner quote signed by another',
      encodeQuote(quoted(between, first, quoted(between, last, null))),
      'bad-signature',
    ),
    reject('quote', 'over four hops, whose signatures are made up', encodeQuote(long(4)), 'bad-signature'),
    wrong('over five hops', long(5)),
    wrong('of an intermediate that stands on nothing', quoted(between, first, null)),
    wrong('of a destination that stands on another', quoted(payeeSide, last, over)),
    wrong('more arrives than comes in', quoted(payeeSide, { ...last, amount: last.arrives - 1n }, null)),
    wrong('more goes on than comes in', quoted(between, { ...first, amount: last.amount - 1n }, direct)),
    wrong('for longer than the next hop promises', quoted(between, { ...first, expiry: last.expiry + 1 }, direct)),
    wrong('that promises more than arrives', quoted(between, { ...first, arrives: first.arrives + 1n }, direct)),
    wrong('for another payee', quoted(between, { ...first, payee: `acct/${'cd'.repeat(32)}` }, direct)),
    wrong('in another asset', quoted(between, { ...first, code: 'TEST' }, direct)),
    wrong('at another scale', quoted(between, { ...first, scale: 3 }, direct)),
    wrong('in a circle', quoted(between, { ...first, source: payeeSide.publicKey }, direct)),
    reject('quote', 'an amount below zero', encode([...Object.values({ ...last, amount: -1 }), null, fill(1, 64)])),
    reject('quote', 'a scale of 10', encode([...Object.values({ ...last, scale: 10 }), null, fill(1, 64)])),
    reject(
      'quote',
      'a payee of another form',
      encode([...Object.values({ ...last, payee: 'ana' }), null, fill(1, 64)]),
    ),
  ]
}
