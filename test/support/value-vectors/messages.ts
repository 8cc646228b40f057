import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import * as messages from '#protocols/value/v1/messages.ts'
import { encodeQuote } from '#protocols/value/v1/quote.ts'
import { VALUE_REFUSALS } from '#protocols/value/v1/refusals.ts'
import { accept, at, commit, fill, type LedgerVector, note, reject, utf8 } from '../ledger-vectors/fixtures.ts'
import { circle, nettingOf } from './nettings.ts'
import { payeeSide, payerSide } from './parties.ts'
import { last, over } from './quotes.ts'
import { positionOf, settlementOf, settling, standing } from './settlements.ts'

export function messageVectors(): LedgerVector[] {
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
