import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownHead, showLeaves } from '#node/stage/value/show-leaves.ts'
import { RECOURSE_MS } from '#src/ledger/transfer-times.ts'
import { must, signerOf } from '#test/support/own-log-world.ts'
import { type Houses, houses } from '#test/support/value-houses.ts'

const fan = signerOf('a fan')
const artist = signerOf('an artist')

let world: Houses
beforeEach(async () => {
  world = houses()
  for (const name of ['a', 'c', 'b']) world.start(name)
  await world.issue('a', fan, 1_000n)
})
afterEach(async () => {
  expect(world.problems).toEqual([])
  await world.remove()
})

const delivered = (amount: bigint): void => {
  expect(world.balance('b', artist)).toBe(amount)
  expect(world.balance('a', fan)).toBe(1_000n - amount)
}

describe('a relay between logs', () => {
  it('delivers what is ordered, and ends it where it began', async () => {
    await world.line('b', 'a', 500n)
    for (const amount of [10n, 20n, 30n]) await world.pay('a', fan, ['b'], artist, amount)
    await world.calm()
    delivered(60n)
    expect([world.owes('a', 'b'), world.owes('b', 'a'), world.held('a', 'b')]).toEqual([60n, -60n, 0n])
  })

  it('knows which debts were paid since, the oldest first', async () => {
    await world.line('b', 'a', 500n)
    await world.line('a', 'b', 500n)
    await world.issue('b', artist, 100n)
    for (const amount of [10n, 20n]) await world.pay('a', fan, ['b'], artist, amount)
    await world.calm()
    const { log } = world.at('a')
    const settled = () => {
      const reduced = log.reduced(
        world.at('b').community,
        `TEST/2/${Buffer.from(world.at('a').community).toString('hex')}`,
      )
      return log.crossingsSent(null, 10).map(({ settledAt }) => settledAt !== null && reduced >= settledAt)
    }
    expect(settled()).toEqual([false, false])
    await world.pay('b', artist, ['a'], fan, 15n)
    await world.calm()
    expect(settled()).toEqual([false, true])
    await world.pay('b', artist, ['a'], fan, 15n)
    await world.calm()
    expect(settled()).toEqual([true, true])
  })

  it('loses and doubles nothing when every message comes twice and every answer is lost', async () => {
    await world.line('b', 'a', 500n)
    world.weather.twice = true
    world.weather.losesAnswers = true
    await world.pay('a', fan, ['b'], artist, 10n)
    await world.pay('a', fan, ['b'], artist, 20n)
    await world.calm()
    world.clock.now += 5_000
    await world.calm()
    delivered(30n)
    expect([world.owes('a', 'b'), world.owes('b', 'a'), world.held('a', 'b')]).toEqual([30n, -30n, 0n])
  })

  it('goes on from the log alone, whichever process dies after whichever entry', async () => {
    await world.line('c', 'a', 500n, { haircut: 100 })
    await world.line('b', 'c', 500n)
    await world.pay('a', fan, ['c', 'b'], artist, 100n)
    for (let step = 0; step < 24; step++) {
      const name = ['a', 'c', 'b'][step % 3] as string
      await world.die(name)
      world.start(name)
      for (const each of ['a', 'c', 'b']) {
        world.at(each).log.commit(0)
        world.at(each).relay.look()
      }
      await new Promise(resolve => setTimeout(resolve, 2))
      world.clock.now += 1_000
    }
    await world.calm()
    expect(world.balance('b', artist)).toBe(99n)
    expect(world.balance('a', fan)).toBe(900n)
    expect([world.owes('a', 'c'), world.owes('c', 'a'), world.held('a', 'c')]).toEqual([100n, -100n, 0n])
    expect([world.owes('c', 'b'), world.owes('b', 'c'), world.held('c', 'b')]).toEqual([99n, -99n, 0n])
    for (const name of ['a', 'c', 'b']) {
      await world.die(name)
      expect(await world.fsck(name)).toMatchObject({ fault: null })
      world.start(name)
    }
  })

  it('gives the money back when the way is cut until the time is over, and the parts meet again', async () => {
    await world.line('c', 'a', 500n)
    await world.line('b', 'c', 500n)
    world.cut('c', 'b')
    await world.pay('a', fan, ['c', 'b'], artist, 100n)
    await world.calm()
    expect([world.held('a', 'c'), world.held('c', 'b'), world.balance('a', fan)]).toEqual([100n, 100n, 900n])
    world.clock.now += 120_000
    world.join('c', 'b')
    await world.calm()
    delivered(0n)
    expect([world.owes('a', 'c'), world.owes('c', 'a'), world.owes('c', 'b')]).toEqual([0n, 0n, 0n])
    expect([world.held('a', 'c'), world.held('c', 'b')]).toEqual([0n, 0n])
  })

  it('gives the money back a day later when the next community never returns, and bears a late delivery itself', async () => {
    await world.line('b', 'a', 500n)
    world.cut('a', 'b')
    const { index } = await world.pay('a', fan, ['b'], artist, 100n)
    const { log, community } = world.at('a')
    log.commit(0)
    const leaves = showLeaves(log, { generation: 0, size: 0 }, [index])
    if (leaves !== null) await world.at('b').handler(community, { t: 'leaves', ...leaves })
    world.clock.now += RECOURSE_MS
    await world.calm()
    expect(world.balance('a', fan)).toBe(900n)
    world.clock.now += 61_000
    await world.calm()
    expect(world.balance('a', fan)).toBe(900n)
    await world.line('a', 'b', 150n)
    await world.calm()
    expect(world.balance('a', fan)).toBe(1_000n)
    expect(world.balance('b', artist)).toBe(100n)
    // What was given up uses the line's room, also for the next one.
    await world.pay('a', fan, ['b'], artist, 100n)
    world.clock.now += RECOURSE_MS + 61_000
    await world.calm()
    expect(world.balance('a', fan)).toBe(900n)
    world.join('a', 'b')
    world.clock.now += 120_000
    await world.calm()
    expect(world.balance('a', fan)).toBe(1_000n)
    expect([world.owes('a', 'b'), world.owes('b', 'a'), world.held('a', 'b')]).toEqual([100n, -100n, 0n])
    await world.die('a')
    expect(await world.fsck('a')).toMatchObject({ fault: null })
    world.tamper('a', "UPDATE counter SET total = '0' WHERE name LIKE 'given:%'")
    expect((await world.fsck('a')).fault).toMatch(/payments between communities/)
    world.start('a')
  })

  it('ends in a successor log what its closed predecessor sent: what was taken by the answer, the rest by giving it up', async () => {
    await world.line('b', 'a', 500n)
    await world.line('a', 'b', 500n)
    world.cut('a', 'b')
    const { index } = await world.pay('a', fan, ['b'], artist, 100n)
    await world.pay('a', fan, ['b'], artist, 30n)
    const { log, community } = world.at('a')
    log.commit(0)
    const leaves = showLeaves(log, { generation: 0, size: 0 }, [index])
    if (leaves !== null) await world.at('b').handler(community, { t: 'leaves', ...leaves })
    await world.succeed('a', false)
    world.join('a', 'b')
    await world.calm()
    world.clock.now += 5_000
    await world.calm()
    expect([world.owes('a', 'b'), world.owes('b', 'a'), world.held('a', 'b')]).toEqual([100n, -100n, 30n])
    world.clock.now += RECOURSE_MS + 61_000
    await world.calm()
    expect([world.held('a', 'b'), world.balance('a', fan), world.balance('b', artist)]).toEqual([0n, 900n, 100n])
    await world.die('a')
    expect(await world.fsck('a')).toMatchObject({ fault: null })
    world.start('a')
  })

  it('shows what a closed log sent and answered before anything of its successor', async () => {
    await world.line('c', 'a', 500n)
    await world.line('b', 'c', 500n)
    await world.calm()
    world.cut('c', 'b')
    await world.pay('a', fan, ['c', 'b'], artist, 100n)
    await world.pay('a', fan, ['c', 'b'], artist, 30n)
    await world.calm()
    await world.succeed('c', true)
    await world.pay('a', fan, ['c', 'b'], artist, 5n)
    world.join('c', 'b')
    await world.calm()
    world.clock.now += 5_000
    await world.calm()
    delivered(135n)
    expect([world.owes('a', 'c'), world.owes('c', 'b'), world.held('a', 'c'), world.held('c', 'b')]).toEqual([
      135n,
      135n,
      0n,
      0n,
    ])
    world.cut('a', 'c')
    await world.pay('a', fan, ['c'], artist, 7n)
    await world.die('c')
    expect(await world.fsck('c')).toMatchObject({ fault: null })
    world.start('c')
    world.join('a', 'c')
    await world.calm()
    expect(world.owes('a', 'c')).toBe(142n)
  })

  it('is still asked for its answers by whoever had not heard them when it was closed', async () => {
    await world.line('b', 'a', 500n)
    await world.calm()
    const { index } = await world.pay('a', fan, ['b'], artist, 100n)
    world.cut('a', 'b')
    const { log, community } = world.at('a')
    must(log.commit(0))
    const [b] = [world.at('b')]
    const leaves = showLeaves(log, { generation: 1, size: b.log.peer(community)?.heads.at(-1)?.size ?? 0 }, [index])
    if (leaves === null) throw new Error('nothing is certified')
    expect(await b.handler(community, { t: 'leaves', ...leaves })).toMatchObject({ value: { t: 'taken', received: 1 } })
    await world.succeed('b', true)
    world.join('a', 'b')
    await world.calm()
    world.clock.now += 5_000
    await world.calm()
    delivered(100n)
    expect([world.owes('a', 'b'), world.owes('b', 'a'), world.held('a', 'b')]).toEqual([100n, -100n, 0n])
  })

  it('keeps the order of sequences when leaves come in another one, and tells strangers apart', async () => {
    const { handler } = world.at('b')
    const { log, community: payer } = world.at('a')
    const sent = [await world.pay('a', fan, ['b'], artist, 10n), await world.pay('a', fan, ['b'], artist, 20n)]
    log.commit(0)
    expect(ownHead(log)?.size).toBe(log.size())
    const only = (index: number) => showLeaves(log, { generation: 0, size: 0 }, [index])
    const show = async (index: number) => {
      const leaves = only(index)
      return leaves === null ? null : handler(payer, { t: 'leaves', ...leaves })
    }
    expect(await show(sent[0]?.index ?? 0)).toMatchObject({ error: { code: 'no-line' } })
    await world.line('b', 'a', 500n)
    const before = world.at('b').log.size()
    expect(await show(sent[1]?.index ?? 0)).toMatchObject({
      value: { received: 0, results: [{ sequence: 2, outcome: null }] },
    })
    expect(world.at('b').log.size()).toBe(before)
    expect(await show(sent[0]?.index ?? 0)).toMatchObject({
      value: { received: 1, results: [{ outcome: 'delivered' }] },
    })
    expect(await show(sent[0]?.index ?? 0)).toMatchObject({
      value: { t: 'taken', received: 1, results: [{ outcome: 'delivered' }] },
    })
    await world.calm()
    delivered(30n)
  })
})
