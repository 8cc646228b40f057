import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLiveTeller, type LiveTellerInit } from '#node/stage/live-teller.ts'
import type { LiveEvent } from '#protocols/api/v1/schemas.ts'
import type { KnownEvent } from '#src/engagement/events.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted } from '#test/support/world.ts'

const fan = testAuthor(1)
const body = { release: 'ab'.repeat(16), track: 0, listenedMs: 1 }
const event = accepted(signed(fan, { type: 'engagement/play', community: fan.publicKey, seq: 1, at: 1, body }))
const vote = (n: number): KnownEvent => ({
  type: 'engagement/vote',
  body: { poll: new Uint8Array(32).fill(n), option: 0 },
})
const chat: KnownEvent = { type: 'engagement/chat', body: { room: 'main', name: '', text: 'hi' } }

function teller(over: Partial<LiveTellerInit> = {}) {
  const told: string[] = []
  const errors: unknown[] = []
  const made = createLiveTeller({
    translate: (_event, known) => ({ event: known.type, data: {} }) as unknown as LiveEvent,
    emit: live => void told.push(live.event),
    onError: cause => void errors.push(cause),
    ...over,
  })
  return { ...made, told, errors }
}

describe('telling pages', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('counts a poll once for a crowd that votes together, and each poll by itself', async () => {
    const { tell, told } = teller()
    for (let i = 0; i < 1_000; i++) tell(event, vote(i % 2))
    await vi.runAllTimersAsync()
    expect(told).toEqual(['engagement/vote', 'engagement/vote'])
    tell(event, vote(0))
    await vi.runAllTimersAsync()
    expect(told).toHaveLength(3)
  })

  it('counts less often when counting takes long, but goes on', async () => {
    let clockMs = 0
    const { tell, told } = teller({
      now: () => clockMs,
      translate: () => {
        clockMs += 20
        return { event: 'poll', data: {} } as unknown as LiveEvent
      },
    })
    tell(event, vote(1))
    await vi.advanceTimersByTimeAsync(100)
    expect(told).toHaveLength(1)
    tell(event, vote(1))
    await vi.advanceTimersByTimeAsync(399)
    expect(told).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(told).toHaveLength(2)
    for (let n = 0; n < 1_000; n++) tell(event, vote(n))
    await vi.advanceTimersByTimeAsync(400)
    tell(event, vote(1))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(told).toHaveLength(2 + 256 + 1)
  })

  it('tells every message', async () => {
    const { tell, told } = teller()
    for (let i = 0; i < 3; i++) tell(event, chat)
    await vi.runAllTimersAsync()
    expect(told).toHaveLength(3)
  })

  it('reports what could not be read, at once or later, and throws nothing at whoever stored the event', async () => {
    const damaged = () => {
      throw new Error('damaged')
    }
    for (const translate of [damaged, () => Promise.reject(new Error('damaged'))]) {
      const { tell, errors } = teller({ translate })
      expect(() => tell(event, chat)).not.toThrow()
      tell(event, vote(1))
      await vi.runAllTimersAsync()
      expect(errors).toHaveLength(2)
    }
  })

  it('says nothing more once it is stopped', async () => {
    const { tell, stop, told } = teller()
    tell(event, vote(1))
    stop()
    await vi.runAllTimersAsync()
    expect(told).toEqual([])
  })
})
