import { describe, expect, it } from 'vitest'
import { type AntiEntropyOptions, startAntiEntropy } from '#node/p2p/sync/anti-entropy.ts'
import { Slots } from '#node/p2p/sync/slots.ts'
import { Turns } from '#node/p2p/sync/turns.ts'
import { SimClock, SimRandom } from '#test/support/sim-network.ts'

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('turns', () => {
  it('run one job at a time, and let calls that come meanwhile share the next', async () => {
    const turns = new Turns<number>()
    const ends: (() => void)[] = []
    let started = 0
    const job = (): Promise<number> => {
      const number = ++started
      return new Promise(resolve => ends.push(() => resolve(number)))
    }
    const calls = [turns.take('a', job), turns.take('a', job), turns.take('a', job), turns.take('b', job)]
    await settled()
    expect(started).toBe(2)
    ends.splice(0).forEach(end => {
      end()
    })
    await settled()
    expect(started).toBe(3)
    ends.splice(0).forEach(end => {
      end()
    })
    expect(await Promise.all(calls)).toEqual([1, 3, 3, 2])
    await turns.idle()
  })

  it('go on after a job that failed', async () => {
    const turns = new Turns<number>()
    const failing = turns.take('a', () => Promise.reject(new Error('no')))
    const next = turns.take('a', () => Promise.resolve(5))
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe(5)
  })
})

describe('slots', () => {
  it('never run more jobs at once under a name than they are', async () => {
    const slots = new Slots(2)
    let running = 0
    let most = 0
    const job = async (): Promise<void> => {
      most = Math.max(most, ++running)
      await settled()
      running--
    }
    await Promise.all(Array.from({ length: 10 }, () => slots.use('a', job)))
    expect(most).toBe(2)
    expect(running).toBe(0)
  })
})

describe('anti-entropy', () => {
  const community = new Uint8Array(32)

  function begin(over: Partial<AntiEntropyOptions>) {
    const [clock, random] = [new SimClock(), new SimRandom(1)]
    const asked: { peer: string; atMs: number }[] = []
    const running = startAntiEntropy({
      syncWith: async peer => {
        asked.push({ peer, atMs: clock.nowMs })
        return { received: 0, sent: 0, rounds: 1, bytes: 100, ms: 1 }
      },
      peers: () => ['ana', 'ben', 'cem'],
      communities: () => [community],
      random: () => random.next(),
      schedule: (delayMs, callback) => {
        let on = true
        clock.after(delayMs, () => {
          if (on) callback()
        })
        return () => {
          on = false
        }
      },
      intervalMs: 1_000,
      ...over,
    })
    const pass = async (ms: number): Promise<void> => {
      for (const until = clock.nowMs + ms; clock.nowMs < until; await settled()) clock.runUntil(clock.nowMs + 50)
    }
    return { asked, pass, running }
  }

  it('asks one random peer about each community in every interval, give or take a quarter', async () => {
    const { asked, pass } = begin({})
    await pass(100_000)
    expect(asked.length).toBeGreaterThan(80)
    expect(asked.length).toBeLessThan(134)
    expect(new Set(asked.map(({ peer }) => peer)).size).toBe(3)
    const gaps = asked.slice(1).map(({ atMs }, index) => atMs - (asked[index]?.atMs ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(700)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_350)
  })

  it('goes on when a peer fails or nobody is there, and stops when told to', async () => {
    const outcomes: unknown[] = []
    const { pass, running } = begin({
      syncWith: () => Promise.reject(new Error('gone')),
      done: (_, __, outcome) => outcomes.push(outcome),
    })
    await pass(5_000)
    expect(outcomes.length).toBeGreaterThan(2)
    running.stop()
    const before = outcomes.length
    await pass(5_000)
    expect(outcomes.length).toBe(before)
    const alone = begin({ peers: () => [] })
    await alone.pass(3_000)
    expect(alone.asked).toEqual([])
  })
})
