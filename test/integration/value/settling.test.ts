import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDataFolder } from '#node/cli/instance-lock.ts'
import { writeStageFile } from '#node/cli/stage-file.ts'
import type { CounterpartyStatement, SettlementInfo } from '#protocols/api/v1/desk-schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { runHere } from '#test/support/run-here.ts'
import { eventually } from '#test/support/stage-client.ts'
import {
  accountOf,
  connect,
  issue,
  openLine,
  pay,
  position,
  reaches,
  startValueStage,
  type ValueStage,
} from '#test/support/value-stages.ts'

const FINE = 10_000_000n
const fans = [401, 402, 403].map(testAuthor) as [
  ReturnType<typeof testAuthor>,
  ReturnType<typeof testAuthor>,
  ReturnType<typeof testAuthor>,
]
const unlocks: (() => void)[] = []
let stages: [ValueStage, ValueStage, ValueStage]

/** As `bandstand start` leaves the folder, so that the command line finds the stage. */
function findable({ here }: ValueStage): void {
  unlocks.push(lockDataFolder(here.data))
  writeStageFile(here.data, { pid: process.pid, url: here.client.url })
}
const run = (stage: ValueStage, ...args: string[]) => runHere(stage.here.data, ...args)

async function good(stage: ValueStage, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(stage, ...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

/** A member here pays one there. */
async function owe(from: ValueStage, to: ValueStage, amount: bigint): Promise<void> {
  const at = stages.indexOf(from)
  const fan = fans[at] as (typeof fans)[number]
  const there = fans[stages.indexOf(to)] as (typeof fans)[number]
  await issue(from, fan, amount)
  await reaches(from, await pay(from, fan, to, `acct/${accountOf(there)}`, amount), 'delivered')
}

const owed = () => Promise.all(stages.map((stage, n) => position(stage, stages[(n + 1) % 3] as ValueStage)))

beforeAll(async () => {
  stages = (await Promise.all(['north', 'south', 'west'].map(name => startValueStage(name)))) as typeof stages
  for (const [n, stage] of stages.entries()) {
    findable(stage)
    const next = stages[(n + 1) % 3] as ValueStage
    await connect(stage, next)
    await openLine(next, stage, 50_000n)
  }
  for (const [n, amount] of [7_000n, 5_000n, 6_000n].entries())
    await owe(stages[n] as ValueStage, stages[(n + 1) % 3] as ValueStage, amount)
})
afterAll(async () => {
  for (const unlock of unlocks) unlock()
  await Promise.all(stages.map(stage => stage?.here.remove()))
})

describe('three communities in a circle of debts', () => {
  it('see what each could lose, in words', async () => {
    const [north, south] = stages
    const said = await good(south, 'line', 'set', north.community, '500.00', '--alone', '--haircut', '0')
    expect(said).toMatch(/^You could lose at most 500\.00 TEST with north; 70\.00 TEST of it is owed already/)
    expect(await good(south, 'line', 'list')).toMatch(/they owe us 70\.00 TEST; largest possible loss 500\.00 TEST/)
    const statement = await good(south, 'line', 'statement', north.community)
    expect(statement).toMatch(/Both sides say the same/)
    expect(statement).toMatch(/#\d+ .* tip +-70\.00 TEST +-70\.00 TEST/)
  })

  it('strike out what goes round, once all three agree', async () => {
    const [north, south, west] = stages
    const proposed = await good(north, 'net', 'propose')
    const name = proposed.slice(0, 8)
    expect(proposed).toMatch(/would owe 50\.00 TEST less/)
    expect(await good(south, 'net', 'show', name)).toMatch(/Nothing moves unless all of them sign/)
    await good(south, 'net', 'accept', name)
    expect(await owed()).toEqual([7_000n * FINE, 5_000n * FINE, 6_000n * FINE])
    await good(west, 'net', 'accept', name)
    await eventually(
      async () => (await owed()).join() === [2_000n * FINE, 0n, 1_000n * FINE].join(),
      'all logs have it',
    )
    expect(await good(north, 'net', 'list')).toMatch(/entered +50\.00 TEST +3 of 3/)
    const [, entry = ''] = (await good(north, 'net', 'show', name, '--json')).match(/"entry": (\d+)/) ?? []
    expect(await good(north, 'explain', entry)).toMatch(/50\.00 TEST: debts among several communities that cancel/)
  })

  it('settle what remains at the cash desk, and the two statements agree', async () => {
    const [north, south] = stages
    const name = (await good(north, 'settle', 'propose', south.community)).slice(0, 8)
    expect((await run(south, 'settle', 'confirm', name)).stderr).toMatch(/names no settlement/)
    const paid = await good(north, 'settle', 'confirm', name, '--kind', 'bank', '--note', 'transfer of Monday')
    expect(paid).toMatch(/paid: we pay south 20\.00 TEST by cash, settlement 1/)
    expect(paid).toMatch(/nobody at this desk has said yet that it arrived/)
    expect(await good(south, 'settle', 'list')).toMatch(/asked +north pays us +20\.00 TEST/)
    expect(await good(south, 'settle', 'confirm', name)).toMatch(/settled: north pays us 20\.00 TEST/)
    const between = await south.here.client.get<CounterpartyStatement>(`/peers/${north.community}/statement`)
    expect(between.position).toBe('0')
    expect(between.said).toBe('Both sides say the same.')
    expect(await owed()).toEqual([0n, 0n, 1_000n * FINE])
    const [settlement] = await north.here.client.get<SettlementInfo[]>('/settlements')
    expect(settlement).toMatchObject({ state: 'settled', number: 1, amount: '2000' })
    expect(await good(north, 'desk', 'list')).toMatch(/hand over 20\.00 TEST by bank transfer/)
    expect(await good(north, 'line', 'statement', south.community)).toMatch(/Both sides say the same/)
  })

  it('go on where they were after both had been away', async () => {
    const [north, south] = stages
    await owe(north, south, 500n)
    await south.here.stop()
    const name = (await good(north, 'settle', 'propose', south.community)).slice(0, 8)
    expect(await good(north, 'settle', 'confirm', name)).toMatch(/paid: we pay .* 5\.00 TEST/)
    await north.here.stop()
    await Promise.all([north.here.start(), south.here.start()])
    for (const { here } of [north, south]) writeStageFile(here.data, { pid: process.pid, url: here.client.url })
    await eventually(
      async () => (await good(south, 'settle', 'list')).includes(`${name}  asked`),
      'the note comes by itself',
    )
    await good(south, 'settle', 'confirm', name)
    await eventually(async () => (await good(north, 'settle', 'list')).includes(`${name}  settled`), 'both have it')
    expect(await owed()).toEqual([0n, 0n, 1_000n * FINE])
  })

  it('sign nothing while there is a dispute', async () => {
    const [north, , west] = stages
    expect(await good(north, 'line', 'freeze', west.community, '--reason', 'unclear')).toMatch(/frozen/)
    await good(west, 'settle', 'propose', north.community, '5.00')
    const name = (await good(west, 'settle', 'list', '--json')).match(/"id": "([0-9a-f]{8})/)?.[1] ?? ''
    expect(await good(west, 'settle', 'confirm', name)).toMatch(/dispute to settle first; nothing was signed/)
    expect((await run(north, 'settle', 'propose', west.community)).code).toBe(1)
    await good(north, 'line', 'unfreeze', west.community)
    await good(west, 'settle', 'confirm', name)
    expect(await good(north, 'settle', 'confirm', name)).toMatch(/settled/)
  })
})

describe('cards on the command line', () => {
  it('are printed, verified without any network, and told apart from others', async () => {
    const [north, south] = stages
    await good(north, 'code', 'issue', '5.00', '--count', '3', '--label', 'door', '-o', 'cards.html')
    expect((await stat(join(north.here.data, 'cards.html'))).mode & 0o777).toBe(0o600)
    const batch = (await good(north, 'code', 'list', '--json')).match(/"batch": "([0-9a-f]{8})/)?.[1] ?? ''
    const printed = JSON.parse(await good(north, 'code', 'print', batch, '--json')) as {
      cards: { text: string; card: string }[]
    }
    const { text = '', card = '' } = printed.cards[0] ?? {}
    expect(await good(south, 'code', 'verify', card, '--community', north.community)).toMatch(
      /^Genuine: card 1 of 3, 5\.00 TEST/,
    )
    expect(await good(north, 'code', 'verify', text, '--ask')).toMatch(/unused, worth 5\.00 TEST/)
    expect(await run(south, 'code', 'verify', card, '--community', south.community)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('of another community'),
    })
    expect(await run(south, 'code', 'verify', text, '--ask')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('issued no such card'),
    })
    expect(
      await run(
        north,
        'code',
        'verify',
        text.replace(/^./, first => (first === '7' ? '8' : '7')),
      ),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('mistyped'),
    })
    expect(await good(north, 'code', 'revoke', batch)).toMatch(/0 good, 0 used, 3 revoked/)
    const [, last = ''] = (await good(north, 'receipts')).match(/^#(\d+) .* redeem +15\.00 TEST/m) ?? []
    expect(await good(north, 'explain', last)).toMatch(/15\.00 TEST: voucher codes that were revoked/)
    expect(await run(north, 'code', 'verify', text, '--ask')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('took this card back'),
    })
  })
})

it.each([
  [['line', 'set', 'nobody', '5'], 'No community is called "nobody"'],
  [['line', 'set', 'ab'.repeat(32), '5.001'], 'is no amount'],
  [['line', 'set', 'ab'.repeat(32), '5', '--until', '2027-02-31'], 'is no day'],
  [['line', 'set', 'ab'.repeat(32), '5', '--haircut', '100'], 'is no haircut'],
  [['settle', 'confirm', 'zzzz'], 'names no settlement'],
  [['settle', 'confirm', 'ab', '--kind', 'gold'], 'Allowed choices are cash, bank, barter, hours'],
  [['net', 'show'], "missing required argument 'netting'"],
  [['code', 'issue', '5', '--count', '5000'], 'from 1 to 1024'],
  [['refund', 'last'], 'is no entry'],
  [['desk', 'take', 'ana', '5'], 'is no account'],
])('%j is answered by a sentence and exit code 2', async (args, sentence) => {
  const { code, stdout, stderr } = await run(stages[0], ...args)
  expect({ code: code === 1 ? stderr : code, stdout }).toEqual({ code: args[2] === 'nobody' ? stderr : 2, stdout: '' })
  expect(stderr).toContain(sentence)
})
