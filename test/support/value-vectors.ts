import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { codeLeafBytes, writeCard } from '#protocols/value/v1/card.ts'
import { type CardFile, cardText, encodeCardFile } from '#protocols/value/v1/card-file.ts'
import * as messages from '#protocols/value/v1/messages.ts'
import { encodeNetting, type NettingFields, nettingMessage } from '#protocols/value/v1/netting.ts'
import { encodePosition, type PositionFields, positionMessage } from '#protocols/value/v1/position.ts'
import { encodeQuote, type Quote, type QuoteFields, quoteId, quoteMessage } from '#protocols/value/v1/quote.ts'
import { VALUE_REFUSALS } from '#protocols/value/v1/refusals.ts'
import { encodeSettlement, type SettlementFields, settlementMessage } from '#protocols/value/v1/settlement.ts'
import {
  accept,
  at,
  commit,
  desk,
  fill,
  flip,
  type LedgerVector,
  note,
  reject,
  seat,
  second,
  sha256,
  textVector,
  utf8,
} from './ledger-vectors/fixtures.ts'

/** Three communities, in the order of a payment: the first one's member pays somebody in the third, over the second. */
export const [payerSide, between, payeeSide] = [desk, seat, second]
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
const last = leg({ by: payeeSide.publicKey, source: between.publicKey })
const direct = quoted(payeeSide, last, null)
const first = leg({ by: between.publicKey, source: payerSide.publicKey, amount: 5_000_000_000n, expiry: at + 30_000 })
const over = quoted(between, first, direct)

/** A way over as many hops as there may be, and one more. */
function long(hops: number): Quote {
  const stops = Array.from({ length: hops + 1 }, (_, stop) => fill(0x20 + stop))
  return stops.slice(1).reduceRight<Quote | null>((inner, by, hop) => {
    const fields = leg({ by, source: stops[hop] as Uint8Array, destination: stops.at(-1) as Uint8Array })
    return { ...fields, inner, signature: fill(0x51, 64) }
  }, null) as Quote
}

function quoteVectors(): LedgerVector[] {
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

const settling: SettlementFields = {
  debtor: payerSide.publicKey,
  creditor: payeeSide.publicKey,
  code: 'EUR',
  scale: 2,
  amount: 12_345n,
  number: 1,
  rail: 'evm:31337',
  evidence: fill(0xe1),
  at,
}
const settlementOf = (fields: SettlementFields, complete = true) =>
  encodeSettlement({
    ...fields,
    debtorSignature: payerSide.sign(settlementMessage(fields)),
    creditorSignature: complete ? payeeSide.sign(settlementMessage(fields)) : null,
  })

function settlementVectors(): LedgerVector[] {
  const bytes = settlementOf(settling)
  const wrong = (name: string, change: Partial<Record<keyof SettlementFields, unknown>>) =>
    reject('settlement', name, settlementOf({ ...settling, ...change } as SettlementFields))
  return [
    accept('settlement', 'complete', bytes),
    accept('settlement', 'that waits for the creditor', settlementOf(settling, false)),
    accept('settlement', 'of nothing, which a log refuses', settlementOf({ ...settling, amount: 0n, rail: 'cash' })),
    reject(
      'settlement',
      'signed twice by the debtor',
      encodeSettlement({
        ...settling,
        debtorSignature: payerSide.sign(settlementMessage(settling)),
        creditorSignature: payerSide.sign(settlementMessage(settling)),
      }),
      'bad-signature',
    ),
    reject('settlement', 'a changed signature', flip(bytes), 'bad-signature'),
    reject('settlement', 'cut short', bytes.subarray(0, -1)),
    reject('settlement', 'a byte after it', Uint8Array.from([...bytes, 0])),
    wrong('number 0', { number: 0 }),
    wrong('with oneself', { creditor: payerSide.publicKey }),
    wrong('an amount below zero', { amount: -1 }),
    wrong('an amount of 2^64', { amount: '18446744073709551616' }),
    wrong('over a rail in capitals', { rail: 'Cash' }),
    wrong('evidence of 31 bytes', { evidence: fill(1, 31) }),
  ]
}

const signers = [payerSide, between, payeeSide].toSorted((a, b) => Buffer.compare(a.publicKey, b.publicKey))
const circle: NettingFields = {
  code: 'EUR',
  scale: 2,
  id: fill(0x9e),
  expiry: at + 86_400_000,
  participants: signers.map(({ publicKey }) => publicKey),
  changes: [
    { debtor: 0, creditor: 1, amount: 70_000_000_000n },
    { debtor: 1, creditor: 2, amount: 70_000_000_000n },
    { debtor: 2, creditor: 0, amount: 70_000_000_000n },
  ],
}
const nettingOf = (fields: NettingFields, missing = -1) =>
  encodeNetting({
    ...fields,
    signatures: signers.map((signer, place) => (place === missing ? null : signer.sign(nettingMessage(fields)))),
  })

/** Every ordered pair of 50 communities owes the largest amount: the largest document that there is. */
export function largestNetting(): Uint8Array {
  const participants = Array.from({ length: 50 }, (_, place) => fill(place + 1))
  const changes = participants.flatMap((_, debtor) =>
    participants.flatMap((_other, creditor) =>
      debtor === creditor ? [] : [{ debtor, creditor, amount: (1n << 64n) - 1n }],
    ),
  )
  return encodeNetting({ ...circle, participants, changes, signatures: participants.map(() => fill(0x51, 64)) })
}

function nettingVectors(): LedgerVector[] {
  const bytes = nettingOf(circle)
  const [one, two, three] = circle.changes as [
    NettingFields['changes'][0],
    NettingFields['changes'][0],
    NettingFields['changes'][0],
  ]
  const wrong = (name: string, change: Partial<Record<keyof NettingFields, unknown>>) =>
    reject('netting', name, nettingOf({ ...circle, ...change } as NettingFields))
  return [
    accept('netting', 'of a circle of three, signed by all', bytes),
    accept('netting', 'that waits for one signature', nettingOf(circle, 1)),
    accept(
      'netting',
      'of two against each other',
      nettingOf({ ...circle, changes: [one, { ...one, debtor: 1, creditor: 0 }] }),
    ),
    reject('netting', 'whose last signature is of another document', flip(bytes), 'bad-signature'),
    reject('netting', 'cut short', bytes.subarray(0, -1)),
    reject('netting', 'a byte after it', Uint8Array.from([...bytes, 0])),
    wrong('that does not balance', { changes: [one, two, { ...three, amount: three.amount - 1n }] }),
    wrong('of one debt alone', { changes: [one] }),
    wrong('of nothing', { changes: [] }),
    wrong('a change of zero', { changes: [one, two, { ...three, amount: 0n }] }),
    wrong('changes in falling order', { changes: [three, two, one] }),
    wrong('a pair twice', { changes: [one, one, two, three] }),
    wrong('a debt to oneself', { changes: [{ ...one, creditor: 0 }, two, three] }),
    wrong('a participant who is not named', { changes: [one, { ...two, creditor: 3 }, { ...three, debtor: 3 }] }),
    wrong('participants in falling order', { participants: circle.participants.toReversed() }),
    wrong('a participant twice', {
      participants: [circle.participants[0], circle.participants[0], circle.participants[2]],
    }),
    reject('netting', 'a signature too few', encodeNetting({ ...circle, signatures: [null, null] })),
  ]
}

const standing: PositionFields = {
  by: payeeSide.publicKey,
  other: payerSide.publicKey,
  code: 'EUR',
  scale: 2,
  owes: 0n,
  owed: 123_450_000_000n,
  held: 0n,
  sent: 3,
  received: 17,
  settled: 0,
  settledIn: 1,
  size: 4_096,
  at,
}
const positionOf = (fields: PositionFields) =>
  encodePosition({ ...fields, signature: payeeSide.sign(positionMessage(fields)) })

const positionVectors = (): LedgerVector[] => [
  accept('position', 'of a community that is owed', positionOf(standing)),
  accept('position', 'of two that owe each other nothing', positionOf({ ...standing, owed: 0n })),
  reject('position', 'that both owe', positionOf({ ...standing, owes: 1n })),
  reject('position', 'with oneself', positionOf({ ...standing, other: standing.by })),
  reject('position', 'a changed signature', flip(positionOf(standing)), 'bad-signature'),
  reject('position', 'cut short', positionOf(standing).subarray(0, -1)),
]

const secret = fill(0x5e, 10)
const batch = fill(0xba)
const code = writeCard(sha256, { batch, serial: 1_023, secret })
const codeHash = (serial: number) => sha256(Buffer.concat([Uint8Array.of(0), codeLeafBytes(serial, secret)]))

/** The batch of one code: its root is the code's own leaf. */
function signedBatch(): Uint8Array {
  const body = {
    batch,
    root: codeHash(0),
    count: 1,
    amount: 1_000n,
    asset: { code: 'EUR', scale: 2, issuer: desk.publicKey },
    expiry: at + 86_400_000,
  }
  const [author, type] = [desk.publicKey, 'value/batch']
  const payload = encodePayload({ type, author, community: author, seq: 1, at, body })
  return encodeEnvelope(payload, desk.sign(signedBytes(type, payload)))
}
const card: CardFile = { envelope: signedBatch(), serial: 0, secret, path: [] }

function cardVectors(): LedgerVector[] {
  const bytes = encodeCardFile(card)
  const bad = (name: string, text: string) => textVector('code', name, text, 'malformed')
  const good = (name: string, text: string) => ({
    ...textVector('code', name, text),
    hash: Buffer.from(codeHash(1_023)).toString('hex'),
  })
  const letter = code.startsWith('Z') ? 'Y' : 'Z'
  return [
    good('as it is printed', code),
    good(
      'as somebody typed it',
      ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `,
    ),
    bad('with a wrong letter', letter + code.slice(1)),
    bad('with two letters in each other’s place', swapped(code)),
    bad('with a letter that codes do not have', `U${code.slice(1)}`),
    bad('with a letter too few', code.slice(0, -1)),
    bad('with a letter too many', `${code}0`),
    bad('empty', ''),
    accept('card-file', 'of a batch of one', bytes, codeHash(0)),
    textVector('card-text', 'of a batch of one', cardText(card)),
    textVector('card-text', 'with padding', `${cardText(card)}=`, 'malformed'),
    textVector('card-text', 'whose last letter says more than a byte', trailing(cardText(card)), 'malformed'),
    textVector('card-text', 'of another scheme', cardText(card).replace('card', 'cart'), 'malformed'),
    reject('card-file', 'cut short', bytes.subarray(0, -1)),
    reject('card-file', 'a serial of 1,024', encode([card.envelope, 1_024, secret, []])),
    reject('card-file', 'a secret of nine bytes', encode([card.envelope, 0, fill(1, 9), []])),
    reject(
      'card-file',
      'a path of eleven hashes',
      encode([card.envelope, 0, secret, Array.from({ length: 11 }, () => fill(1))]),
    ),
    reject('card-file', 'another secret', encodeCardFile({ ...card, secret: fill(0x5f, 10) }), 'bad-signature'),
    reject(
      'card-file',
      'a batch that another community signed',
      encodeCardFile({ ...card, envelope: flip(card.envelope) }),
      'bad-signature',
    ),
  ]
}
/** The last letter of base64 holds bits that no byte takes; here they are not zero. */
const trailing = (text: string): string => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)

/** The first two neighbours that differ, exchanged. */
function swapped(text: string): string {
  const at = [...text].findIndex((letter, place) => {
    const next = text[place + 1]
    return letter !== '-' && next !== '-' && next !== letter
  })
  return `${text.slice(0, at)}${text[at + 1]}${text[at]}${text.slice(at + 2)}`
}

function messageVectors(): LedgerVector[] {
  const request = (name: string, value: messages.ValueRequest) => accept('request', name, messages.encodeRequest(value))
  const answer = (name: string, value: messages.ValueAnswer) => accept('answer', name, messages.encodeAnswer(value))
  const ask: messages.ValueRequest = {
    t: 'quote',
    to: payeeSide.publicKey,
    payee: last.payee,
    code: 'EUR',
    scale: 2,
    amount: 5_000_000_000n,
    path: [payerSide.publicKey],
    expiry: at + 60_000,
  }
  const leaf = encodeEntry({ kind: 'transfer-out', at, next: payeeSide.publicKey, sequence: 1, order: fill(0x0d, 300) })
  const leaves = {
    t: 'leaves',
    note,
    commit: encodeEntry(commit),
    commitPath: [fill(1), fill(2), fill(3)],
    consistency: [],
    items: [{ index: 6, leaf, path: [fill(4)] }],
  } as const
  const line = {
    community: payerSide.publicKey,
    code: 'EUR',
    scale: 2,
    limit: 50_000n,
    haircut: 100,
    expiry: at + 86_400_000,
    alone: false,
    headroom: 500_000_000_000n,
  }
  const quoteBytes = messages.encodeRequest(ask)
  const wrong = (name: string, change: object) => reject('request', name, encode({ ...ask, ...change }))
  return [
    request('lines', { t: 'lines' }),
    request('a quote', ask),
    request('what is known', { t: 'knows' }),
    request('a transfer', leaves),
    request('a head alone', { ...leaves, items: [] }),
    request('results', { t: 'results', generation: 1, size: 8, sequences: [1, 3] }),
    request('a settlement', { t: 'settle', note: settlementOf(settling, false), receipt: utf8('paid') }),
    request('a netting', { t: 'net', document: nettingOf(circle, 1) }),
    request('a statement', { t: 'statement', code: 'EUR', scale: 2 }),
    request('all positions', { t: 'positions', code: 'EUR', scale: 2 }),
    answer('no lines', { t: 'lines', generation: 1, size: 8, lines: [] }),
    answer('a line', { t: 'lines', generation: 1, size: 8, lines: [line] }),
    answer('a quote', { t: 'quoted', quote: encodeQuote(over) }),
    answer('nothing known', { t: 'known', generation: 0, size: 0, received: 0 }),
    answer('a head known', { t: 'known', generation: 2, size: 8, received: 3 }),
    answer('taken and decided', {
      t: 'taken',
      received: 2,
      results: [
        { sequence: 1, outcome: 'delivered' },
        { sequence: 2, outcome: 'over-limit' },
      ],
    }),
    answer('taken and not decided', { t: 'taken', received: 1, results: [{ sequence: 1, outcome: null }] }),
    answer('behind', { t: 'behind', generation: 1, size: 4, received: 0 }),
    answer('leaves', leaves),
    answer('a settlement', { t: 'settled', note: settlementOf(settling) }),
    answer('a netting', { t: 'netted', document: nettingOf(circle) }),
    answer('a statement', { t: 'statement', position: positionOf(standing) }),
    answer('positions', { t: 'positions', positions: [positionOf(standing)] }),
    ...Object.keys(VALUE_REFUSALS).map(refusal =>
      answer(`refused: ${refusal}`, { t: 'refused', code: refusal, message: 'Nothing was moved.', retryMs: null }),
    ),
    answer('refused with a code of a newer version', {
      t: 'refused',
      code: 'tired',
      message: 'Later.',
      retryMs: 5_000,
    }),
    reject('request', 'nothing', new Uint8Array()),
    reject('request', 'cut short', quoteBytes.subarray(0, -1)),
    reject('request', 'a byte after it', Uint8Array.from([...quoteBytes, 0])),
    wrong('an unknown tag', { t: 'pay' }),
    wrong('an unknown key', { more: 1 }),
    wrong('an amount below zero', { amount: -1 }),
    wrong('an amount as text', { amount: '340282366920938463463374607431768211456' }),
    wrong('a scale of 10', { scale: 10 }),
    wrong('a code in lower case', { code: 'eur' }),
    wrong('a way without a beginning', { path: [] }),
    wrong('a way of five', { path: [1, 2, 3, 4, 5].map(value => fill(value)) }),
    reject('request', 'results of sequence 0', encode({ t: 'results', generation: 1, size: 8, sequences: [0] })),
    reject('request', 'results of nothing', encode({ t: 'results', generation: 1, size: 8, sequences: [] })),
    reject(
      'request',
      'more than 64 leaves',
      encode({ ...leaves, items: Array.from({ length: 65 }, () => ({ index: 6, leaf: fill(1, 1), path: [] })) }),
    ),
    reject(
      'request',
      'a leaf of 32,769 bytes',
      encode({ ...leaves, items: [{ index: 6, leaf: fill(1, 32_769), path: [] }] }),
    ),
    reject(
      'request',
      'a path of 55 hashes',
      encode({ ...leaves, commitPath: Array.from({ length: 55 }, () => fill(1)) }),
    ),
    reject('answer', 'a refusal in capitals', encode({ t: 'refused', code: 'BUSY', message: 'no', retryMs: null })),
    reject(
      'answer',
      'a message of two lines',
      encode({ t: 'refused', code: 'busy', message: 'no\nnever', retryMs: null }),
    ),
    reject(
      'answer',
      'a haircut of all',
      encode({ t: 'lines', generation: 1, size: 8, lines: [{ ...line, haircut: 10_000 }] }),
    ),
    reject('answer', 'a generation below zero', encode({ t: 'known', generation: -1, size: 8, received: 0 })),
    reject('answer', 'that is a text', utf8('busy')),
  ]
}

/** Vectors of what communities say to each other about value, version 1, from fixed seeds. */
export const valueVectors = (): LedgerVector[] => [
  ...quoteVectors(),
  ...settlementVectors(),
  ...nettingVectors(),
  ...positionVectors(),
  ...cardVectors(),
  ...messageVectors(),
]
