import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { adoptEverywhere, foundFederation } from '#test/support/charter.ts'
import { eventually } from '#test/support/stage-client.ts'
import {
  accountOf,
  balance,
  connect,
  issue,
  openLine,
  orderOf,
  pay,
  position,
  publishFor,
  quotesFor,
  reaches,
  startValueStage,
  type ValueStage,
} from '#test/support/value-stages.ts'

const fan = testAuthor(321)
const artist = testAuthor(322)
const FINE = 10n ** 7n

describe('five communities, of which the first and the last have no line', () => {
  const stages: ValueStage[] = []
  let [first, middle, last]: ValueStage[] = []
  let payee: string

  beforeAll(async () => {
    stages.push(
      ...(await Promise.all(['first', 'middle', 'last', 'fourth', 'fifth'].map(name => startValueStage(name)))),
    )
    ;[first, middle, last] = stages
    await issue(first as ValueStage, fan, 10_000n)
    payee = `release/${await publishFor(last as ValueStage, artist)}`
    for (const stage of stages.slice(1)) await connect(first as ValueStage, stage)
    await connect(middle as ValueStage, last as ValueStage)
  })
  afterAll(async () => {
    await Promise.all(stages.map(({ here }) => here.remove()))
  })
  const [a, c, b] = [() => first as ValueStage, () => middle as ValueStage, () => last as ValueStage]

  it('pay over one that both trust, which keeps its haircut, all or nothing', async () => {
    await expect(quotesFor(a(), b(), payee, 100n)).rejects.toMatchObject({ code: 'no-line' })
    await openLine(c(), a(), 5_000n, { haircut: 100 })
    await openLine(b(), c(), 5_000n)
    await expect(quotesFor(a(), b(), payee, 1_000n)).rejects.toMatchObject({ code: 'no-line' })
    // One in between that nobody certifies is passed only where it is trusted alone.
    await openLine(a(), c(), 1n)
    const [quote] = await eventually(() => quotesFor(a(), b(), payee, 1_000n), 'the way is seen')
    expect(quote).toMatchObject({ via: [c().community], viaNames: ['middle'], amount: '1000', arrives: '990' })
    const id = await pay(a(), fan, b(), payee, 1_000n)
    const done = await reaches(a(), id, 'delivered')
    expect(done).toMatchObject({ arrived: '990', next: c().community })
    expect(await balance(b(), artist)).toBe(990n)
    expect(await position(a(), c())).toBe(1_000n * FINE)
    expect(await position(c(), a())).toBe(-1_000n * FINE)
    expect(await position(c(), b())).toBe(990n * FINE)
    expect(await position(b(), c())).toBe(-990n * FINE)
  })

  it('return the money over the same way when its end cannot be reached in time', async () => {
    const [quote] = await eventually(() => quotesFor(a(), b(), payee, 100n), 'the way is seen')
    await b().here.stop()
    const order = { ...orderOf(quote as api.QuoteInfo), expiry: Date.now() + 1_500 }
    const { id } = await a().here.client.order(fan, a().community, 'value/transfer', order)
    const waiting = async (): Promise<number> =>
      (await c().here.client.get<api.PeerValue[]>('/peers/value')).find(({ community }) => community === b().community)
        ?.waiting ?? 0
    await eventually(async () => (await waiting()) === 1, 'the one between has it')
    expect(await balance(a(), fan)).toBe(8_900n)
    await eventually(async () => Date.now() > order.expiry && true, 'its time is over')
    await b().here.start()
    await connect(c(), b())
    const back = await reaches(a(), id, 'returned')
    expect(back.refusal?.code).toBe('expired')
    expect(await balance(a(), fan)).toBe(9_000n)
    expect(await position(a(), c())).toBe(1_000n * FINE)
    expect(await position(c(), b())).toBe(990n * FINE)
  })

  it('are certified by each other from an epoch on, and take nothing that only the payer signed', async () => {
    const charter = await foundFederation(stages.map(({ here }) => here))
    await adoptEverywhere(
      stages.map(({ here }) => here),
      charter,
    )
    await connect(a(), b())
    await openLine(b(), a(), 3_000n, { alone: false })
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      ids.push(await pay(a(), fan, b(), payee, 10n))
      await reaches(a(), ids[n] as string, 'delivered')
    }
    const [newest] = await a().here.client.get<api.TransferInfo[]>(`/transfers?account=${accountOf(fan)}&limit=1`)
    const proof = await a().here.client.get<api.TransferProof>(`/transfers/${newest?.id}`)
    expect(proof.answer?.committee).toMatchObject({ epoch: 1, total: 4, quorum: 3 })
    expect(proof.answer?.committee.signed).toBeGreaterThanOrEqual(3)
    expect(proof.answer?.charter).not.toBeNull()
    expect(await position(a(), b())).toBe(50n * FINE)
  })
})
