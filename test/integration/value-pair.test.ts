import { fromString } from 'uint8arrays/from-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { selfCertified } from '#src/ledger/committee/committee-for.ts'
import { checkDelivery } from '#src/value/delivery/check.ts'
import { testAuthor } from '#test/support/author.ts'
import { eventually } from '#test/support/stage-client.ts'
import {
  balance,
  connect,
  issue,
  key,
  openLine,
  orderOf,
  pay,
  peersOf,
  position,
  publishFor,
  quotesFor,
  reaches,
  startValueStage,
  type ValueStage,
} from '#test/support/value-stages.ts'

const fan = testAuthor(301)
const artist = testAuthor(302)
const FINE = 10n ** 7n
const bytes = (base64: string): Uint8Array => fromString(base64, 'base64pad')

/** Whether a proof as the API gives it convinces somebody who believes nothing. */
function isProven({ paid, answer }: api.TransferProof): string {
  if (paid === null || answer === null) return 'nothing was shown'
  const out = decodeEntry(bytes(paid.entry))
  if (!out.ok || out.value.kind !== 'transfer-out') return 'that is no payment'
  const shown = {
    community: key(answer.community),
    index: answer.index,
    leaf: bytes(answer.entry),
    path: answer.proof.map(bytes),
    note: answer.checkpoint,
    commit: bytes(answer.commit),
    commitPath: answer.commitProof.map(bytes),
  }
  const delivery = { order: out.value.order, answer: shown, paid: null, lines: null }
  const checked = checkDelivery({ hasher, verifier }, delivery, (_community, epoch) => selfCertified(epoch))
  return checked.ok ? checked.value.outcome : checked.error.message
}

describe('two communities that share no database', () => {
  let north: ValueStage
  let south: ValueStage
  let payee: string

  const sizeOf = async ({ here }: ValueStage): Promise<number> => (await here.client.get<api.LogInfo>('/log')).size
  const refused = async (amount: bigint, more: Record<string, unknown>): Promise<unknown> => {
    const [quote] = await quotesFor(north, south, payee, amount)
    const body = { ...orderOf(quote as api.QuoteInfo), ...more }
    return north.here.client.order(fan, north.community, 'value/transfer', body)
  }

  beforeAll(async () => {
    ;[north, south] = await Promise.all([startValueStage('north'), startValueStage('south')])
    await connect(north, south)
    await issue(north, fan, 10_000n)
    payee = `release/${await publishFor(south, artist)}`
    await openLine(south, north, 5_000n)
  })
  afterAll(async () => {
    await Promise.all([north, south].map(stage => stage?.here.remove()))
  })

  it('pays an artist there from a fan here, and proves it to the fan', async () => {
    const id = await pay(north, fan, south, payee, 250n)
    const done = await reaches(north, id, 'delivered')
    expect(await balance(south, artist)).toBe(250n)
    expect(await balance(north, fan)).toBe(9_750n)
    expect(done).toMatchObject({ amount: '250', arrived: '250', sequence: 1, refusal: null, toName: 'south' })
    expect(isProven(done)).toBe('delivered')
    expect(await position(north, south)).toBe(250n * FINE)
    expect(await position(south, north)).toBe(-250n * FINE)
  })

  it('says what could be lost: the limit, and no more', async () => {
    const [peer] = await peersOf(south)
    expect(peer).toMatchObject({ community: north.community, name: 'north', received: 1, certified: 'alone' })
    expect(peer?.positions[0]).toMatchObject({ couldLose: String(5_000n * FINE) })
  })

  it('refuses what would not be taken before anything moves', async () => {
    const before = [await sizeOf(north), await sizeOf(south)]
    await expect(quotesFor(north, south, payee, 5_001n)).rejects.toMatchObject({ code: 'over-limit', status: 409 })
    await expect(quotesFor(north, south, `release/${'ab'.repeat(16)}`, 1n)).rejects.toMatchObject({ code: 'not-found' })
    await expect(quotesFor(south, north, `acct/${'01'.repeat(32)}`, 1n)).rejects.toMatchObject({ code: 'no-line' })
    for (const amount of ['0', '-1', String(2n ** 64n), String(2n ** 128n)])
      await expect(
        north.here.client.request('POST', '/quotes', { to: south.community, payee, amount }),
      ).rejects.toMatchObject({ code: 'bad-request', status: 400 })
    await expect(refused(1n, { quote: new Uint8Array(32) })).rejects.toMatchObject({ code: 'quote-expired' })
    await expect(refused(1n, { amount: 2n })).rejects.toMatchObject({ code: 'no-route' })
    await expect(refused(1n, { minimum: 2n })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(refused(1n, { expiry: Date.now() - 1 })).rejects.toMatchObject({ code: 'quote-expired' })
    const asset = { code: 'TEST', scale: 2, issuer: key(south.community) }
    await expect(refused(1n, { asset })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(refused(1n, { asset: { ...asset, issuer: key(north.community), scale: 3 } })).rejects.toMatchObject({
      code: 'insufficient-balance',
    })
    await expect(refused(1n, { amount: 0n, quote: null })).rejects.toMatchObject({ code: 'bad-request' })
    expect([await sizeOf(north), await sizeOf(south)]).toEqual(before)
    expect(await balance(north, fan)).toBe(9_750n)
  })

  it('delivers once when both come back from wherever they stood still', async () => {
    const [quote] = await quotesFor(north, south, payee, 100n)
    await south.here.stop()
    const { id } = await north.here.client.order(
      fan,
      north.community,
      'value/transfer',
      orderOf(quote as api.QuoteInfo),
    )
    await reaches(north, id, 'final')
    await north.here.stop()
    await south.here.start()
    await north.here.start()
    await connect(north, south)
    expect(isProven(await reaches(north, id, 'delivered'))).toBe('delivered')
    expect(await balance(south, artist)).toBe(350n)
    expect(await position(north, south)).toBe(350n * FINE)
  })

  it('gives the money back when a payment comes too late, as soon as the two meet again', async () => {
    const [quote] = await quotesFor(north, south, payee, 40n)
    await south.here.stop()
    const order = { ...orderOf(quote as api.QuoteInfo), expiry: Date.now() + 1_000 }
    const { id } = await north.here.client.order(fan, north.community, 'value/transfer', order)
    await eventually(async () => Date.now() > order.expiry && true, 'its time is over')
    await south.here.start()
    await connect(north, south)
    const back = await reaches(north, id, 'returned')
    expect(back.refusal).toMatchObject({ code: 'expired' })
    expect(isProven(back)).toBe('expired')
    expect(await balance(north, fan)).toBe(9_650n)
    expect(await balance(south, artist)).toBe(350n)
  })

  it('carries many payments of many fans at once, each of them once', async () => {
    const fans = Array.from({ length: 8 }, (_, n) => testAuthor(310 + n))
    for (const one of fans) await issue(north, one, 100n)
    const quotes = await Promise.all(Array.from({ length: 40 }, () => quotesFor(north, south, payee, 5n)))
    const ids = await Promise.all(
      fans.map(async (one, n) => {
        const sent: string[] = []
        for (const [quote] of quotes.slice(n * 5, n * 5 + 5)) {
          const body = orderOf(quote as api.QuoteInfo)
          sent.push((await north.here.client.order(one, north.community, 'value/transfer', body)).id)
        }
        return sent
      }),
    )
    await Promise.all(ids.flat().map(id => reaches(north, id, 'delivered')))
    expect(await balance(south, artist)).toBe(550n)
    for (const one of fans) expect(await balance(north, one)).toBe(75n)
    const list = await north.here.client.get<api.TransferInfo[]>('/transfers')
    expect(list.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 43 }, (_, n) => 43 - n))
    expect(await position(north, south)).toBe(-(await position(south, north)))
  })
})
