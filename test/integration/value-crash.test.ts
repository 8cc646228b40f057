import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLog } from '#node/compose/check-log.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { howMany } from '#test/support/soak.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { accountOf, balance, issue, key, openLine, position, type Reachable } from '#test/support/value-stages.ts'

const ROUNDS = howMany('VALUE_CRASH_ROUNDS', { full: 40, share: 4 })
const KILL_AFTER_MS_MAX = 250
const FINE = 10n ** 7n
const FUNDS = 100_000n

describe('two stages of which one after the other has its plug pulled', () => {
  let folder: string
  const running = new Map<string, StageProcess>()
  const communities = new Map<string, string>()
  const fans = Array.from({ length: 3 }, (_, n) => testAuthor(340 + n))
  const artist = testAuthor(339)
  const acked: string[] = []

  const start = async (name: string): Promise<void> => {
    running.set(name, await StageProcess.start(join(folder, name), ['--name', name]))
  }
  const at = (name: string): Reachable => {
    const here = running.get(name)
    if (here === undefined) throw new Error(`${name} is off`)
    return { here, community: communities.get(name) ?? '' }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-value-crash-'))
    await Promise.all(['payer', 'payee'].map(start))
    for (const [name, { client }] of running) communities.set(name, (await client.stage()).community)
    const [address] = (await at('payee').here.client.stage()).addresses
    await at('payer').here.client.request('POST', '/follows', { address })
    for (const fan of fans) await issue(at('payer'), fan, FUNDS)
    await openLine(at('payee'), at('payer'), FUNDS)
  })
  afterAll(async () => {
    await Promise.allSettled([...running.values()].map(stage => stage.stop()))
    await rm(folder, { recursive: true, force: true })
  })

  /** One fan pays on until the plug is pulled; whatever is refused or cut off was never promised. */
  async function payOn(fan: ReturnType<typeof testAuthor>, until: () => boolean): Promise<void> {
    const { here, community } = at('payer')
    while (!until())
      try {
        const { id } = await here.client.order(fan, community, 'value/transfer', {
          amount: 3n,
          asset: { code: 'TEST', scale: 2, issuer: key(community) },
          to: key(communities.get('payee') ?? ''),
          via: [],
          payee: `acct/${accountOf(artist)}`,
          minimum: 3n,
          expiry: Date.now() + 60_000,
          use: 'tip',
          reference: null,
          quote: null,
        })
        acked.push(id)
      } catch {
        await sleep(20)
      }
  }

  it('delivers every payment that was acknowledged, and each of them once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const victim = round % 2 === 0 ? 'payee' : 'payer'
      const before = acked.length
      let over = false
      const paying = Promise.all(fans.map(fan => payOn(fan, () => over)))
      await eventually(async () => acked.length > before, 'somebody pays')
      await sleep(((round * 97) % 5) * (KILL_AFTER_MS_MAX / 4))
      await running.get(victim)?.kill()
      over = true
      await paying
      await start(victim)
    }
    const { client } = at('payer').here
    await eventually(
      async () => {
        const all = await client.get<api.TransferInfo[]>('/transfers?limit=500')
        return all.length >= acked.length && all.every(({ state }) => state === 'delivered') && all
      },
      'everything is delivered',
      60_000,
    )
    const all = await client.get<api.TransferInfo[]>('/transfers?limit=500')
    expect(acked.filter(id => !all.some(one => one.id === id))).toEqual([])
    const sum = BigInt(all.length) * 3n
    expect(await balance(at('payee'), artist)).toBe(sum)
    const left = await Promise.all(fans.map(fan => balance(at('payer'), fan)))
    expect(left.reduce((total, one) => total + one, 0n)).toBe(3n * FUNDS - sum)
    expect(await position(at('payer'), at('payee'))).toBe(sum * FINE)
    expect(await position(at('payee'), at('payer'))).toBe(-sum * FINE)
    for (const stage of running.values()) await stage.stop()
    for (const { data } of running.values()) expect(await checkLog(data)).toMatchObject({ fault: null })
  })
})
