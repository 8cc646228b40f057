import { describe, expect, test } from 'vitest'
import { ENTRY_KIND_OF_ORDER, type OrderBodies, type OrderType, readOrder } from '#protocols/ledger/v1/orders.ts'

const key = new Uint8Array(32).fill(1)
const asset = { code: 'EUR', scale: 2, issuer: key }
const release = 'ab'.repeat(16)

const samples: { readonly [T in OrderType]: OrderBodies[T] } = {
  'value/issue': { account: key, amount: 5n, asset, reference: null },
  'value/redeem': { amount: 5n, asset, reference: key },
  'value/tip': { amount: 5n, asset, release, reference: null, use: 'tip' },
  'value/channel-open': { channel: key, asset, deposit: 500n, expiry: 1, pool: 'direct' },
  'value/channel-close': { channel: key },
  'account/open': { next: key, guardians: [key, key], threshold: 2, delayMs: 86_400_000 },
  'account/rotate': { account: key, next: null },
  'account/recover': { account: key, key, next: null },
  'account/cancel': {},
  'agreement/propose': { terms: new Uint8Array(16_384) },
  'agreement/sign': { agreement: key },
  'agreement/dispute': { agreement: key, party: 'Anna', reason: null },
  'agreement/settle': { agreement: key, party: 'Anna', account: key },
  'value/transfer': {
    amount: 500n,
    asset,
    to: key,
    via: [new Uint8Array(32).fill(2), new Uint8Array(32).fill(3), new Uint8Array(32).fill(4)],
    payee: `release/${release}`,
    minimum: 490n,
    expiry: 1,
    use: 'tip',
    reference: null,
    quote: key,
  },
  'value/line': { community: key, code: 'EUR', scale: 2, limit: 500n, haircut: 9_999, expiry: 1, alone: false },
  'value/freeze': { community: key, frozen: true, reason: null },
  'value/write-off': { community: key, sequence: 1 },
  'value/give': { account: key, amount: 5n, asset, reference: null },
  'value/gift': { account: key, amount: 5n, asset, release, reference: null },
  'value/dispute': { receipt: 7, reason: key },
  'value/refund': { receipt: 7, reference: null },
  'value/batch': { batch: key, root: key, count: 1_024, amount: 5n, asset, expiry: 1 },
  'value/code': { batch: key, serial: 1_023, secret: new Uint8Array(10), path: [key] },
  'value/batch-revoke': { batch: key, serials: [0, 5, 1_023] },
}
const types = Object.keys(samples) as OrderType[]

describe('the body of an order', () => {
  test.each(types)('%s is read, and becomes a known kind of entry', type => {
    expect(readOrder(type, samples[type])).toEqual({ ok: true, value: { type, ...samples[type] } })
    expect(ENTRY_KIND_OF_ORDER[type]).toMatch(/^[a-z-]+$/)
  })

  test.each(types)('%s is refused with a key too many or too few, or as something that is no map', type => {
    const body: Record<string, unknown> = { ...samples[type] }
    expect(readOrder(type, { ...body, more: 1 }).ok).toBe(false)
    for (const name of Object.keys(body)) {
      const { [name]: _left, ...rest } = body
      expect(readOrder(type, rest)).toMatchObject({ ok: false, error: { code: 'wrong-shape', path: name } })
    }
    for (const other of [null, [], 'text', 5, key]) expect(readOrder(type, other).ok).toBe(false)
  })

  test.each<[OrderType, string, unknown]>([
    ['value/issue', 'amount', -1],
    ['value/issue', 'amount', 1n << 64n],
    ['value/issue', 'asset', { ...asset, scale: 10 }],
    ['value/issue', 'reference', 'for the show'],
    ['value/tip', 'use', 'stream'],
    ['value/tip', 'release', 'AB'.repeat(16)],
    ['value/channel-open', 'pool', 'none'],
    ['value/channel-open', 'channel', new Uint8Array(31)],
    ['account/open', 'threshold', 3],
    ['account/open', 'threshold', 0],
    ['account/open', 'guardians', []],
    ['account/open', 'guardians', Array.from({ length: 8 }, () => key)],
    ['account/open', 'delayMs', 7_776_000_001],
    ['agreement/propose', 'terms', new Uint8Array(16_385)],
    ['agreement/dispute', 'party', ''],
    ['agreement/dispute', 'party', 'two\nlines'],
    ['value/transfer', 'amount', -1n],
    ['value/transfer', 'amount', 1n << 128n],
    ['value/transfer', 'asset', { ...asset, scale: 10 }],
    ['value/transfer', 'via', [key]],
    ['value/transfer', 'via', [new Uint8Array(32), new Uint8Array(32)]],
    ['value/transfer', 'via', [2, 3, 4, 5].map(fill => new Uint8Array(32).fill(fill))],
    ['value/transfer', 'payee', `account/${'ab'.repeat(32)}`],
    ['value/transfer', 'payee', `acct/${'AB'.repeat(32)}`],
    ['value/transfer', 'use', 'rental'],
    ['value/line', 'haircut', 10_000],
    ['value/line', 'code', 'eur'],
    ['value/line', 'alone', 1],
    ['value/freeze', 'frozen', null],
    ['value/write-off', 'sequence', 0],
    ['value/batch', 'count', 0],
    ['value/batch', 'count', 1_025],
    ['value/code', 'serial', 1_024],
    ['value/code', 'secret', new Uint8Array(9)],
    ['value/code', 'path', Array.from({ length: 11 }, () => key)],
    ['value/batch-revoke', 'serials', [5, 5]],
    ['value/batch-revoke', 'serials', [6, 5]],
  ])('%s is refused when %s is %o', (type, name, value) => {
    expect(readOrder(type, { ...samples[type], [name]: value })).toMatchObject({
      ok: false,
      error: { code: 'wrong-shape' },
    })
  })

  test('of a type that is no order is refused', () => {
    for (const type of ['engagement/chat', 'toString', '__proto__', ''])
      expect(readOrder(type, {})).toMatchObject({ ok: false, error: { code: 'wrong-shape', path: 'type' } })
  })
})
