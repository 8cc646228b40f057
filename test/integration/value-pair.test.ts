import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testAuthor } from '#test/support/author.ts'
import {
  balance,
  connect,
  issue,
  openLine,
  pay,
  position,
  publishFor,
  reaches,
  startValueStage,
  transfer,
  type ValueStage,
} from '#test/support/value-stages.ts'

const fan = testAuthor(301)
const artist = testAuthor(302)
const FINE = 10n ** 7n

describe('two communities that share no database', () => {
  let north: ValueStage
  let south: ValueStage
  let payee: string

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
    expect(done).toMatchObject({ amount: '250', arrived: '250', sequence: 1, refusal: null })
    expect(await position(north, south)).toBe(250n * FINE)
    expect(await position(south, north)).toBe(-250n * FINE)
    console.log(JSON.stringify((await transfer(north, id)).answer?.checkpoint))
  })
})
