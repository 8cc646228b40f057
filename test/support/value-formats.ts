import fc from 'fast-check'
import { type CardFile, decodeCardFile, encodeCardFile } from '#protocols/value/v1/card-file.ts'
import {
  DESK_DIRECTIONS,
  DESK_KINDS,
  decodeDeskNote,
  encodeDeskNote,
  type SignedDeskNote,
} from '#protocols/value/v1/desk-note.ts'
import * as messages from '#protocols/value/v1/messages.ts'
import { decodeNetting, encodeNetting, type Netting } from '#protocols/value/v1/netting.ts'
import { decodePosition, encodePosition, type Position } from '#protocols/value/v1/position.ts'
import { decodeQuote, encodeQuote, type Quote } from '#protocols/value/v1/quote.ts'
import { VALUE_REFUSALS } from '#protocols/value/v1/refusals.ts'
import { decodeSettlement, encodeSettlement, type Settlement } from '#protocols/value/v1/settlement.ts'
import { blob, count, hash32, u64 } from './ledger-arbitraries.ts'
import type { LedgerFormat } from './ledger-formats.ts'

const signature = blob(64)
const code = fc.stringMatching(/^[A-Z][A-Z0-9]{2,7}$/)
const scale = fc.nat(9)
const sequence = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const hashes = fc.array(hash32, { maxLength: 4 })
const small = fc.uint8Array({ minLength: 1, maxLength: 60 })
const sentence = fc.stringMatching(/^[a-zA-Z ,.]{1,60}$/)
const note = fc.string({ minLength: 1, maxLength: 80, unit: fc.constantFrom('a', 'Z', '0', ' ', '\n', '—', '+', '=') })
const outcome = fc.constantFrom('delivered', 'forwarded', ...Object.keys(VALUE_REFUSALS))
export const payee = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{32}$/).map(id => `release/${id}`),
  fc.stringMatching(/^[0-9a-f]{64}$/).map(key => `acct/${key}`),
)
const distinct = (min: number, max: number) =>
  fc.uniqueArray(hash32, { minLength: min, maxLength: max, selector: key => Buffer.from(key).toString('hex') })

/** One way of one to four hops, quoted from its end. */
export const quote: fc.Arbitrary<Quote> = fc
  .record({
    stops: distinct(2, 5),
    payee,
    code,
    scale,
    amounts: fc.array(u64, { minLength: 5, maxLength: 5 }),
    expiries: fc.array(count, { minLength: 4, maxLength: 4 }),
    nonce: blob(16),
    signature,
  })
  .map(({ stops, amounts, expiries, ...same }) => {
    const destination = stops.at(-1) as Uint8Array
    const ascending = amounts.toSorted((a, b) => (a < b ? -1 : 1))
    const latestFirst = expiries.toSorted((a, b) => b - a)
    let inner: Quote | null = null
    for (let hop = stops.length - 1; hop > 0; hop--) {
      const [by, source] = [stops[hop] as Uint8Array, stops[hop - 1] as Uint8Array]
      const deep = stops.length - 1 - hop
      const [amount, expiry] = [ascending[deep + 1] as bigint, latestFirst[deep] as number]
      inner = { by, source, destination, ...same, amount, arrives: ascending[0] as bigint, expiry, inner }
    }
    return inner as Quote
  })

export const settlement: fc.Arbitrary<Settlement> = fc
  .record({
    parties: distinct(2, 2),
    code,
    scale,
    amount: u64,
    number: sequence,
    rail: fc.stringMatching(/^[a-z][a-z0-9:-]{0,39}$/),
    evidence: hash32,
    at: count,
    debtorSignature: signature,
    creditorSignature: fc.option(signature),
  })
  .map(({ parties: [debtor, creditor], ...rest }) => ({
    debtor: debtor as Uint8Array,
    creditor: creditor as Uint8Array,
    ...rest,
  }))

/** Circles of debts among up to six communities: whatever circles are added, everybody's sum stays zero. */
export const netting: fc.Arbitrary<Netting> = fc
  .record({
    keys: distinct(2, 6),
    circles: fc.array(
      fc.record({ order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 2 }), amount: fc.bigInt(1n, 1n << 60n) }),
      { minLength: 1, maxLength: 5 },
    ),
    code,
    scale,
    id: hash32,
    expiry: count,
    signature: fc.option(signature),
  })
  .map(({ keys, circles, code: of, scale: places, id, expiry, signature: by }) => {
    const sums = new Map<number, bigint>()
    for (const { order, amount } of circles) {
      const ring = order.filter(place => place < keys.length)
      const stops = ring.length < 2 ? [0, 1] : ring
      stops.forEach((debtor, at) => {
        const pair = debtor * 10 + (stops[(at + 1) % stops.length] as number)
        sums.set(pair, (sums.get(pair) ?? 0n) + amount)
      })
    }
    const changes = [...sums]
      .sort(([a], [b]) => a - b)
      .map(([pair, amount]) => ({ debtor: Math.floor(pair / 10), creditor: pair % 10, amount }))
    const participants = keys.toSorted(Buffer.compare)
    return { code: of, scale: places, id, expiry, participants, changes, signatures: keys.map(() => by) }
  })

const position: fc.Arbitrary<Position> = fc
  .record({
    parties: distinct(2, 2),
    code,
    scale,
    amount: u64,
    weOwe: fc.boolean(),
    held: u64,
    sent: count,
    received: count,
    settled: count,
    settledIn: count,
    size: count,
    at: count,
    signature,
  })
  .map(({ parties: [by, other], amount, weOwe, code: of, scale: places, ...rest }) => ({
    by: by as Uint8Array,
    other: other as Uint8Array,
    code: of,
    scale: places,
    owes: weOwe ? amount : 0n,
    owed: weOwe ? 0n : amount,
    ...rest,
  }))

const deskNote: fc.Arbitrary<SignedDeskNote> = fc.record({
  community: hash32,
  id: hash32,
  direction: fc.constantFrom(...DESK_DIRECTIONS),
  kind: fc.constantFrom(...DESK_KINDS),
  other: hash32,
  amount: u64,
  code,
  scale,
  memo: hash32,
  words: fc.option(hash32),
  at: count,
  signature,
})

const cardFile: fc.Arbitrary<CardFile> = fc.record({
  envelope: small,
  serial: fc.nat(1_023),
  secret: blob(10),
  path: hashes,
})

const leaves = fc.record({
  t: fc.constant('leaves' as const),
  note,
  commit: small,
  commitPath: hashes,
  consistency: hashes,
  items: fc.array(fc.record({ index: count, leaf: small, path: hashes }), { maxLength: 3 }),
})
const generation = fc.nat(9_999_999)
const requests: fc.Arbitrary<messages.ValueRequest> = fc.oneof(
  fc.record({ t: fc.constantFrom('lines' as const, 'knows' as const) }),
  fc.record({
    t: fc.constant('quote' as const),
    to: hash32,
    payee,
    code,
    scale,
    amount: u64,
    path: fc.array(hash32, { minLength: 1, maxLength: 4 }),
    expiry: count,
  }),
  leaves,
  fc.record({
    t: fc.constant('results' as const),
    generation,
    size: count,
    sequences: fc.array(sequence, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ t: fc.constant('settle' as const), note: small, receipt: small }),
  fc.record({ t: fc.constant('net' as const), document: small }),
  fc.record({ t: fc.constantFrom('statement' as const, 'positions' as const), code, scale }),
)
const lineOffer = fc.record({
  community: hash32,
  code,
  scale,
  limit: u64,
  haircut: fc.nat(9_999),
  expiry: count,
  alone: fc.boolean(),
  headroom: u64,
})
const answers: fc.Arbitrary<messages.ValueAnswer> = fc.oneof(
  fc.record({
    t: fc.constant('lines' as const),
    generation,
    size: count,
    lines: fc.array(lineOffer, { maxLength: 3 }),
  }),
  fc.record({ t: fc.constant('quoted' as const), quote: small }),
  fc.record({ t: fc.constantFrom('known' as const, 'behind' as const), generation, size: count, received: count }),
  fc.record({
    t: fc.constant('taken' as const),
    received: count,
    results: fc.array(fc.record({ sequence, outcome: fc.option(outcome) }), { maxLength: 3 }),
  }),
  leaves,
  fc.record({ t: fc.constant('settled' as const), note: small }),
  fc.record({ t: fc.constant('netted' as const), document: small }),
  fc.record({ t: fc.constant('statement' as const), position: small }),
  fc.record({ t: fc.constant('positions' as const), positions: fc.array(small, { maxLength: 3 }) }),
  fc.record({ t: fc.constant('refused' as const), code: outcome, message: sentence, retryMs: fc.option(count) }),
)

const format = <T>(of: LedgerFormat<T>): LedgerFormat<unknown> => of as LedgerFormat<unknown>

/** Everything of value between communities that is canonical DAG-CBOR. */
export const valueFormats: readonly LedgerFormat<unknown>[] = [
  format({ name: 'quote', values: quote, encode: encodeQuote, decode: decodeQuote }),
  format({ name: 'settlement', values: settlement, encode: encodeSettlement, decode: decodeSettlement }),
  format({ name: 'netting', values: netting, encode: encodeNetting, decode: decodeNetting }),
  format({ name: 'position', values: position, encode: encodePosition, decode: decodePosition }),
  format({ name: 'desk note', values: deskNote, encode: encodeDeskNote, decode: decodeDeskNote }),
  format({ name: 'card file', values: cardFile, encode: encodeCardFile, decode: decodeCardFile }),
  format({
    name: 'value request',
    values: requests,
    encode: messages.encodeRequest,
    decode: messages.decodeRequest,
  }),
  format({ name: 'value answer', values: answers, encode: messages.encodeAnswer, decode: messages.decodeAnswer }),
]
