import { describe, expect, it } from 'vitest'
import { createOffers } from '#node/store/offers.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { unlockIn } from '#src/value/unlock.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const [desk, other, buyer, friend] = [0, 1, 2, 3].map(testAuthor) as [
  ReturnType<typeof testAuthor>,
  ReturnType<typeof testAuthor>,
  ReturnType<typeof testAuthor>,
  ReturnType<typeof testAuthor>,
]
const RELEASE = 'ab'.repeat(16)
const HASH = new Uint8Array(32)
const asset = { code: 'TEST', scale: 2, issuer: desk.publicKey }

const say = (author: typeof desk, type: string, seq: number, body: unknown) =>
  accepted(signed(author, { type, community: author.publicKey, seq, at: 1_700_000_000_000 + seq, body }))
const price = (author: typeof desk, seq: number, stream: bigint, download: bigint | null) =>
  say(author, 'catalog/offer', seq, { release: RELEASE, code: 'TEST', scale: 2, stream, download })

describe('what communities ask', () => {
  const events = [
    price(desk, 1, 5n, null),
    price(desk, 3, 2n ** 64n - 1n, 900n),
    price(desk, 2, 7n, 1n),
    price(other, 9, 0n, null),
    say(desk, 'catalog/membership', 4, { code: 'TEST', scale: 2, month: 500n }),
  ]

  for (const [order, list] of [
    ['as it was said', events],
    ['backwards', [...events].reverse()],
  ] as const)
    it(`is what they said last, heard ${order}, and nobody prices the release of another`, () => {
      const { db, store } = storeInMemory()
      store.append(list)
      const offers = createOffers(db)
      const newest = { code: 'TEST', scale: 2, stream: 2n ** 64n - 1n, download: 900n }
      expect(offers.offer(RELEASE, desk.publicKey)).toEqual(newest)
      expect(offers.offer(RELEASE, other.publicKey)).toEqual({ code: 'TEST', scale: 2, stream: 0n, download: null })
      expect(offers.offer('cd'.repeat(16), desk.publicKey)).toBeNull()
      expect(offers.membership(desk.publicKey)).toEqual({ code: 'TEST', scale: 2, month: 500n })
      expect(offers.membership(other.publicKey)).toBeNull()
    })
})

describe('what an entry unlocks', () => {
  const order = (type: string, body: unknown) =>
    signed(buyer, { type, community: desk.publicKey, seq: 1, at: 1_700_000_000_000, body })
  const receipt = (type: string, body: unknown) =>
    encodeEntry({ kind: 'receipt', at: 1, agreement: HASH, split: HASH, order: order(type, body) })
  const tip = (use: 'tip' | 'purchase') =>
    receipt('value/tip', { amount: 5n, asset, release: RELEASE, reference: null, use })
  const crossed = (use: string, payee: string, outcome: string) =>
    encodeEntry({
      kind: 'transfer-in',
      at: 1,
      source: other.publicKey,
      sequence: 1,
      index: 3,
      leaf: encodeEntry({
        kind: 'transfer-out',
        at: 1,
        next: desk.publicKey,
        sequence: 1,
        order: order('value/transfer', {
          amount: 5n,
          asset,
          to: desk.publicKey,
          via: [],
          payee,
          minimum: 1n,
          expiry: 2,
          use,
          reference: null,
          quote: null,
        }),
      }),
      path: [],
      outcome,
      amount: outcome === 'delivered' ? 50_000_000n : 0n,
      onward: null,
      split: HASH,
    })
  const unlocked = { kind: 'unlock', release: RELEASE, account: buyer.publicKey }

  it('is the release for whoever bought it here, or over another community', () => {
    expect(unlockIn(tip('purchase'))).toEqual(unlocked)
    expect(unlockIn(crossed('purchase', `release/${RELEASE}`, 'delivered'))).toEqual(unlocked)
  })
  it('is the release for whom it was given to', () => {
    const gift = { account: friend.publicKey, amount: 5n, asset, release: RELEASE, reference: null }
    expect(unlockIn(receipt('value/gift', gift))).toEqual({ ...unlocked, account: friend.publicKey })
  })
  it('is nothing for a tip, for a purchase that was refused, and for what no release gets', () => {
    expect(unlockIn(tip('tip'))).toBeNull()
    expect(unlockIn(crossed('tip', `release/${RELEASE}`, 'delivered'))).toBeNull()
    expect(unlockIn(crossed('purchase', `release/${RELEASE}`, 'over-limit'))).toBeNull()
    expect(unlockIn(crossed('purchase', `acct/${'12'.repeat(32)}`, 'delivered'))).toBeNull()
  })
})
