import { createECDH, generateKeyPairSync } from 'node:crypto'
import { toString as asText } from 'uint8arrays/to-string'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PushSubscription, PushSubscriptions } from '#node/ports/push.ts'
import { Push } from '#node/push/push.ts'
import type { PushOutcome } from '#node/push/send.ts'
import { createVapid } from '#node/push/vapid.ts'
import type { Notice } from '#protocols/api/v1/notices.ts'

const vapid = createVapid(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)
const p256dh = createECDH('prime256v1').generateKeys()
const keyOf = (place: number): Uint8Array => new Uint8Array(32).fill(place + 1)

/** So many people with one browser each, whose news and whose push service the test sets. */
function people(count: number) {
  const rows = Array.from({ length: count }, (_, place): PushSubscription => {
    const [key, auth] = [keyOf(place), new Uint8Array(16)]
    return { endpoint: `https://push.test/${place}`, key, p256dh, auth, kinds: ['event'], name: '', origin: '', at: 0 }
  })
  const told = new Set<string>()
  const of = (key: Uint8Array) => rows.filter(row => asText(row.key, 'hex') === asText(key, 'hex'))
  const subscriptions = {
    find: endpoint => rows.find(row => row.endpoint === endpoint) ?? null,
    of,
    keys: () => rows.map(row => row.key),
    has: key => of(key).length > 0,
    wasTold: (endpoint, notice) => told.has(`${endpoint} ${notice}`),
    told(endpoint, notices) {
      for (const notice of notices) told.add(`${endpoint} ${notice}`)
    },
  } as Partial<PushSubscriptions> as PushSubscriptions
  const state = { news: ['first'], answer: { kind: 'done' } as PushOutcome, looked: 0, sent: [] as string[] }
  const push = new Push({
    subscriptions,
    vapid,
    news: {
      of() {
        state.looked++
        const notices = state.news.map(id => ({ id, kind: 'event', at: 0, link: '/' }) as Notice)
        return { notices, names: [], follows: [], nextAt: null }
      },
    },
    async send({ endpoint }) {
      state.sent.push(endpoint)
      return state.answer
    },
    nowMs: () => 0,
    warn: message => expect.fail(message),
    retryMs: [1_000],
    gatherMs: 10,
  })
  return { state, push, told }
}

describe('push messages to many', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) await new Promise(resolve => setImmediate(resolve))
  }

  it('ask once who follows, however much happens meanwhile, and look once at the news of each', async () => {
    const { push, state } = people(20)
    let asked = 0
    const crowd = () => {
      asked++
      return [keyOf(0), keyOf(1), keyOf(77)]
    }
    for (let release = 0; release < 1_000; release++) push.touchCrowd('a community', crowd)
    expect(asked).toBe(0)
    await vi.advanceTimersByTimeAsync(10)
    await turns()
    expect({ asked, looked: state.looked, sent: state.sent }).toEqual({
      asked: 1,
      looked: 2,
      sent: ['https://push.test/0', 'https://push.test/1'],
    })
    push.stop()
  })

  it('are gathered by one at a time: what happens during it waits for the next', async () => {
    const { push, state } = people(20)
    push.touchAll()
    await vi.advanceTimersByTimeAsync(10)
    const before = state.looked
    for (let again = 0; again < 5; again++) {
      push.touchAll()
      await vi.advanceTimersByTimeAsync(10)
    }
    await turns()
    expect(before).toBeLessThan(20)
    expect(state.looked).toBe(20)
    await vi.advanceTimersByTimeAsync(10)
    await turns()
    expect(state.looked).toBe(40)
    expect(state.sent).toHaveLength(20)
    push.stop()
  })

  it('that no service takes wait in bounded number, and the rest is left to the page', async () => {
    const { push, state, told } = people(40)
    state.answer = { kind: 'again', afterMs: 3_600_000 }
    for (let round = 0; round < 7; round++) {
      state.news = Array.from({ length: 5 }, (_, n) => `${round} ${n}`)
      push.touchAll()
      await vi.advanceTimersByTimeAsync(10)
      await turns()
      await turns()
    }
    expect(state.sent).toHaveLength(1_400)
    expect(vi.getTimerCount()).toBe(1_000)
    expect(told.size).toBe(400)
    push.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
