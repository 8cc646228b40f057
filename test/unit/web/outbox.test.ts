import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Outbox, type OutboxInit } from '#web/fan/outbox.ts'
import { memoryOutboxStore, type OutboxStore, type Signed } from '#web/fan/outbox-store.ts'
import { ApiError, type Waiting } from '#web/kit/context.ts'

const PLACE = 'a1'.repeat(32)
const MINUTE = 60_000
const away = (): never => {
  throw new ApiError('unreachable', 'Nobody answers.', 0)
}
const refuse = (code: string, status: number): never => {
  throw new ApiError(code, `Refused: ${code}.`, status)
}

type Trouble = 'none' | 'lost-request' | 'lost-answer' | 'other-device' | 'long-wait' | 'refused' | 'busy'

/** A stage as the door of a real one judges: by id, by date, by sequence, in that order. */
class Door {
  nowMs = 1_000_000
  seqMax = 0
  readonly kept: { readonly id: string; readonly text: string }[] = []
  readonly trouble: Trouble[] = []

  next(): number {
    return this.seqMax + 1
  }

  async post(signed: Signed, at: number, text: string) {
    const trouble = this.trouble.shift() ?? 'none'
    if (trouble === 'lost-request') return away()
    if (trouble === 'other-device') this.seqMax++
    if (trouble === 'long-wait') {
      this.nowMs += 6 * MINUTE
      return away()
    }
    if (trouble === 'busy') return refuse('too-many-requests', 429)
    const answer = this.#judge(signed, at, text, trouble)
    return trouble === 'lost-answer' ? away() : answer
  }

  #judge({ id, seq }: Signed, at: number, text: string, trouble: Trouble) {
    const result = { id, receipt: null, ack: null }
    if (this.kept.some(one => one.id === id)) return { ...result, status: 'known' as const }
    if (this.nowMs - at > 5 * MINUTE) return refuse('clock-off', 409)
    if (seq <= this.seqMax) return refuse('conflict', 409)
    if (trouble === 'refused') return refuse('muted', 403)
    this.seqMax = seq
    this.kept.push({ id, text })
    return { ...result, status: 'accepted' as const }
  }
}

/** One open page. Timers run when the test says so. */
class Tab {
  waiting: readonly Waiting[] = []
  /** Most that were ever shown as waiting. */
  shownMax = 0
  readonly timers: (() => void)[] = []
  readonly outbox: Outbox
  /** Who is at the page. */
  author = 'lena'

  constructor(
    door: Door,
    store: OutboxStore,
    ids: { next: number },
    dates = new Map<string, readonly [number, string]>(),
  ) {
    const init: OutboxInit = {
      store,
      author: async () => this.author,
      sign: async (_community, _type, body) => {
        const id = `signed-${ids.next++}`
        dates.set(id, [door.nowMs, String(body)])
        return { envelope: id, id, seq: door.next() }
      },
      post: async (_community, signed) => {
        const [at, text] = dates.get(signed.id) ?? [0, '']
        return door.post(signed, at, text)
      },
      changed: entries => {
        this.waiting = entries
        this.shownMax = Math.max(this.shownMax, entries.length)
      },
      nowMs: () => door.nowMs,
      later: (_ms, work) => void this.timers.push(work),
      alone: work => work(),
    }
    this.outbox = new Outbox(init)
  }

  say(text: string) {
    return this.outbox.say(PLACE, 'engagement/chat', text)
  }
}

const setUp = () => {
  const [door, store, ids, dates] = [new Door(), memoryOutboxStore(), { next: 1 }, new Map()]
  const tab = () => new Tab(door, store, ids, dates)
  return { door, store, tab }
}
const texts = (door: Door): string[] => door.kept.map(({ text }) => text)

describe('what is said while the stage may be away', () => {
  it('is handed in at once when the stage answers, and is never shown as waiting', async () => {
    const { door, tab } = setUp()
    const page = tab()
    expect((await page.say('hello')).status).toBe('accepted')
    expect([texts(door), page.shownMax]).toEqual([['hello'], 0])
  })

  it('waits when nobody answers, and is sent in order by the page that comes next', async () => {
    const { door, tab } = setUp()
    door.trouble.push('lost-request', 'lost-request')
    const first = tab()
    expect((await first.say('one')).status).toBe('waiting')
    expect((await first.say('two')).status).toBe('waiting')
    expect(first.waiting.map(({ body }) => body)).toEqual(['one', 'two'])
    const second = tab()
    await second.outbox.flush()
    expect([texts(door), second.waiting]).toEqual([['one', 'two'], []])
  })

  it('is stored once when the answer was lost', async () => {
    const { door, tab } = setUp()
    door.trouble.push('lost-answer')
    const page = tab()
    expect((await page.say('once')).status).toBe('waiting')
    await page.outbox.flush()
    expect([texts(door), page.waiting]).toEqual([['once'], []])
  })

  it('is signed anew when what was signed is too old, or its sequence is taken by another device', async () => {
    const { door, tab } = setUp()
    door.trouble.push('long-wait', 'none', 'other-device')
    const page = tab()
    await page.say('late')
    await page.outbox.flush()
    expect(texts(door)).toEqual(['late'])
  })

  it('is given back with the reason when the stage refuses it at once', async () => {
    const { door, tab } = setUp()
    door.trouble.push('refused')
    const page = tab()
    await expect(page.say('no')).rejects.toMatchObject({ code: 'muted' })
    expect([texts(door), page.waiting]).toEqual([[], []])
  })

  it('shows the reason when it is refused later, and can be tried again or dropped', async () => {
    const { door, tab } = setUp()
    door.trouble.push('lost-request', 'lost-request', 'refused', 'refused')
    const page = tab()
    await page.say('one')
    await page.say('two')
    await page.outbox.flush()
    expect(page.waiting.map(({ refused }) => refused)).toEqual(['Refused: muted.', 'Refused: muted.'])
    await page.outbox.again(page.waiting[0]?.n ?? 0)
    await page.outbox.drop(page.waiting[0]?.n ?? 0)
    expect([texts(door), page.waiting]).toEqual([['one'], []])
  })

  it('is signed by nobody else, unless they say so', async () => {
    const { door, tab } = setUp()
    door.trouble.push('lost-request', 'long-wait')
    const page = tab()
    await page.say('as Lena')
    page.author = 'omar'
    await page.outbox.flush()
    // Signed by Lena before, these bytes may be there: they go again as they are, and are not signed anew.
    await page.outbox.flush()
    expect(texts(door)).toEqual([])
    expect(page.waiting.map(({ refused }) => refused)).toEqual([expect.stringContaining('somebody else')])
    await page.outbox.again(page.waiting[0]?.n ?? 0)
    expect([texts(door), page.waiting]).toEqual([['as Lena'], []])
  })

  it('goes again as it was signed, whoever is at the page by then', async () => {
    const { door, tab } = setUp()
    door.trouble.push('lost-answer')
    const page = tab()
    await page.say('once')
    page.author = 'omar'
    await page.outbox.flush()
    expect([texts(door), page.waiting]).toEqual([['once'], []])
  })

  it('asks before it sends what is older than a week', async () => {
    const { door, tab } = setUp()
    door.trouble.push('lost-request')
    const page = tab()
    await page.say('old')
    door.nowMs += 8 * 24 * 60 * MINUTE
    await page.outbox.flush()
    expect([texts(door), page.waiting[0]?.refused]).toEqual([[], expect.stringContaining('more than a week')])
    await page.outbox.again(page.waiting[0]?.n ?? 0)
    expect(texts(door)).toEqual(['old'])
  })

  it('is stored exactly once and in order by two tabs, whatever is lost on the way', async () => {
    const troubles = fc.constantFrom<Trouble>(
      'none',
      'lost-request',
      'lost-answer',
      'other-device',
      'long-wait',
      'busy',
    )
    const steps = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(troubles, { maxLength: 30 }), steps, async (trouble, plan) => {
        const { door, tab } = setUp()
        door.trouble.push(...trouble)
        const tabs = [tab(), tab()]
        const said: string[] = []
        const asked: Promise<unknown>[] = []
        for (const [which, both] of plan) {
          const text = `line ${said.length}`
          const page = tabs[which ? 1 : 0] as Tab
          const before = said.length
          const answer = page.say(text).then(
            () => said.splice(before, 0, text),
            () => {},
          )
          if (both) asked.push((tabs[which ? 0 : 1] as Tab).outbox.flush())
          await answer
        }
        for (let round = 0; round < 60; round++) {
          door.nowMs += MINUTE
          await Promise.all(tabs.map(page => page.outbox.flush()))
        }
        await Promise.all(asked)
        expect(texts(door)).toEqual(said)
      }),
    )
  })
})
