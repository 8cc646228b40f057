import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { type TestAuthor, testAuthor } from '#test/support/author.ts'
import { eventually } from '#test/support/stage-client.ts'
import { key, orderOf, quotesFor } from '#test/support/value-stages.ts'
import { liveTransfers } from './live.ts'
import { openTown, type Town } from './town.ts'

const AMOUNT = 25n
const WARM_UP = 5
const ORDER_MS = 10 * 60_000

export interface Measured {
  /** Milliseconds, once for each payment: the fan's order is sent when it begins. */
  readonly finals: number[]
  readonly delivered: number[]
  readonly perSecond: number
  readonly wireBytes: number
  readonly diskBytes: number
}

/** Payments as fans click them, one after the other: order sent, final told to the page, proof of delivery told to it. */
async function oneByOne(
  town: Town,
  fans: readonly TestAuthor[],
  count: number,
): Promise<Pick<Measured, 'finals' | 'delivered'>> {
  const { payer, payee, release } = town
  const live = await liveTransfers(payer.here.client.url)
  const [finals, delivered]: [number[], number[]] = [[], []]
  for (let round = 0; round < count + WARM_UP; round++) {
    const [quote] = await eventually(() => quotesFor(payer, payee, `release/${release}`, AMOUNT), 'a way is seen')
    if (quote === undefined) throw new Error('no way was quoted')
    // In turn: one fan alone would soon be asked to slow down.
    const fan = fans[round % fans.length] as TestAuthor
    const clicked = performance.now()
    const { id } = await payer.here.client.order(fan, payer.community, 'value/transfer', orderOf(quote))
    const proven = await live.reached(id, 'delivered')
    // A payment that is delivered before its page was told that it is final, was final then at the latest.
    const final = live.seen(id, 'final') ?? proven
    if (round < WARM_UP) continue
    finals.push(final - clicked)
    delivered.push(proven - clicked)
  }
  live.stop()
  return { finals, delivered }
}

/** Payments of many fans at once, each sending the next as soon as its last one is in the log; until all are delivered. */
async function together(town: Town, fans: readonly TestAuthor[], each: number): Promise<number> {
  const { payer, payee, release } = town
  const asset = { code: 'TEST', scale: 2, issuer: key(payer.community) }
  const live = await liveTransfers(payer.here.client.url)
  const start = performance.now()
  const ends = await Promise.all(
    fans.map(async fan => {
      const ids: string[] = []
      for (let n = 0; n < each; n++) {
        const order: OrderBodies['value/transfer'] = {
          amount: AMOUNT,
          asset,
          to: key(payee.community),
          via: [],
          payee: `release/${release}`,
          minimum: AMOUNT,
          expiry: Date.now() + ORDER_MS,
          use: 'tip',
          reference: null,
          quote: null,
        }
        ids.push((await payer.here.client.order(fan, payer.community, 'value/transfer', order)).id)
      }
      return Promise.all(ids.map(id => live.reached(id, 'delivered')))
    }),
  )
  live.stop()
  return (fans.length * each) / ((Math.max(...ends.flat()) - start) / 1_000)
}

export interface Rounds {
  /** One way, ms. */
  readonly delayMs: number
  readonly single: number
  readonly fans: number
  readonly each: number
}

export async function measure({ delayMs, single, fans: count, each }: Rounds): Promise<Measured> {
  const fans = Array.from({ length: count }, (_, n) => testAuthor(9_000 + n))
  const town = await openTown(delayMs, fans, testAuthor(8_999))
  try {
    const times = await oneByOne(town, fans, single)
    const before = { wire: town.wireBytes(), disk: await town.diskBytes() }
    const perSecond = await together(town, fans, each)
    const payments = count * each
    return {
      ...times,
      perSecond,
      wireBytes: (town.wireBytes() - before.wire) / payments,
      diskBytes: ((await town.diskBytes()) - before.disk) / payments,
    }
  } finally {
    await town.close()
  }
}
