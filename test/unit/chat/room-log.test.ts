import fc from 'fast-check'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { createLiveEvents } from '#node/stage/live-events.ts'
import { createStandings } from '#node/store/standings.ts'
import type { ChatMessage, LiveEvent } from '#protocols/api/v1/schemas.ts'
import { type KnownEvent, readBody } from '#src/engagement/events.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'
import { RoomReader } from '#web/parts/chat/room-reader.ts'

const desk = testAuthor(0)
const helper = testAuthor(1)
const fans = [testAuthor(2), testAuthor(3), testAuthor(4)]
const NOW_MS = 1_700_000_000_000
const ALL = { before: Number.MAX_SAFE_INTEGER, limit: 10_000 }

/** A stage with one room, and what it would tell its pages. */
function room() {
  const { db, store, views } = storeInMemory()
  const community = desk.publicKey
  const translate = createLiveEvents({
    views,
    standings: createStandings(db),
    catalog: null as never,
    handles: { of: () => null, claimant: () => null },
    clock: { nowMs: () => NOW_MS },
  })
  let seq = 0
  const told: LiveEvent[] = []
  const say = (by: TestAuthor, type: string, body: unknown, at = NOW_MS + ++seq): Uint8Array => {
    const event = accepted(signed(by, { type, community, seq: ++seq, at, body }))
    store.append([event])
    const known = readBody(type, event.envelope.body)
    const live = known.ok ? translate(event, known.value as KnownEvent) : null
    if (live !== null) told.push(live as LiveEvent)
    return event.id
  }
  const chat = (by: TestAuthor, text: string, at?: number) =>
    say(by, 'engagement/chat', { room: 'main', name: '', text }, at)
  const decide = (by: TestAuthor, action: string, target: Uint8Array) =>
    say(by, 'engagement/decision', { action, target, until: 0, reason: '' })
  const read = async (path: string): Promise<unknown> => {
    const { pathname, searchParams: asked } = new URL(path, 'http://stage')
    const limit = Number(asked.get('limit'))
    const before = Number(asked.get('before') ?? Number.MAX_SAFE_INTEGER)
    const beforeId = asked.get('beforeId') === null ? undefined : Buffer.from(asked.get('beforeId') ?? '', 'hex')
    const newest = () => views.messages(community, 'main', { before, beforeId, limit })
    if (pathname === '/messages') return newest()
    const numbers = views.roomNumbers(community, 'main')
    const after = asked.get('after')
    return after === null
      ? { messages: newest(), upTo: numbers.last, ...numbers }
      : { ...views.roomChanges(community, 'main', Number(after), limit), ...numbers }
  }
  const shown = () => views.messages(community, 'main', ALL)
  return { db, store, views, say, chat, decide, read, shown, told, community }
}

/** A page: time passes when a test says so. */
function reader(read: (path: string) => Promise<unknown>) {
  const due: (() => void)[] = []
  const page = new RoomReader({
    read: read as <T>(path: string) => Promise<T>,
    changed: () => {},
    after: (_ms, work) => {
      due.push(work)
      return () => void due.splice(due.indexOf(work), 1)
    },
    chance: () => 0,
  })
  const hear = (event: LiveEvent): void => {
    if (event.event === 'chat') page.hear(event.data)
    if (event.event === 'moderation') page.moderate(event.data)
  }
  const settle = async (): Promise<void> => {
    for (let rounds = 0; due.length > 0 && rounds < 50; rounds++) {
      for (const work of due.splice(0)) work()
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
  }
  return { page, hear, settle, waits: () => due.length }
}

const texts = (messages: readonly ChatMessage[] | undefined) => messages?.map(({ text }) => text)

describe('the numbers of a room', () => {
  it('run without holes over messages and their edits, and stay what they are after a rebuild', () => {
    const { chat, say, views, db, community } = room()
    const [ana, ben] = [fans[0]!, fans[1]!]
    const first = chat(ana, 'one')
    chat(ben, 'two')
    say(ana, 'engagement/edit', { target: first, text: 'uno' })
    say(ben, 'engagement/edit', { target: first, text: 'not mine' })
    chat(ana, 'three', NOW_MS - 5_000)
    const numbers = () => db.prepare('SELECT n, message FROM room_log ORDER BY n').all()
    const before = numbers()
    expect(before.map(({ n }) => n)).toEqual([1, 2, 3, 4])
    expect(views.roomNumbers(community, 'main')).toEqual({ last: 4, moderated: 0 })
    expect(views.message(first)).toMatchObject({ text: 'uno', n: 3 })
    views.rebuild()
    expect(numbers()).toEqual(before)
  })

  it('count each word of moderation that counts, and none by strangers', () => {
    const { chat, say, decide, views, community } = room()
    const rude = chat(fans[0]!, 'rude')
    decide(fans[1]!, 'hide', rude)
    expect(views.roomNumbers(community, 'main').moderated).toBe(0)
    say(desk, 'engagement/role', { key: helper.publicKey, role: 'moderator' })
    decide(helper, 'hide', rude)
    expect(views.roomNumbers(community, 'main').moderated).toBe(2)
  })

  it('say exactly what changed after any of them, page by page', async () => {
    const { chat, views, community } = room()
    for (let n = 0; n < 7; n++) chat(fans[n % 3]!, `no. ${n}`)
    const first = views.roomChanges(community, 'main', 2, 3)
    expect(texts(first.messages)).toEqual(['no. 2', 'no. 3', 'no. 4'])
    expect(texts(views.roomChanges(community, 'main', first.upTo, 3).messages)).toEqual(['no. 5', 'no. 6'])
    expect(views.roomChanges(community, 'main', 7, 3)).toEqual({ messages: [], upTo: 7 })
  })

  it('lead back over messages of one moment without leaving any out', async () => {
    const { chat, read, shown } = room()
    for (let n = 0; n < 130; n++) chat(fans[n % 3]!, `no. ${n}`, NOW_MS)
    const { page } = reader(read)
    await page.load()
    await page.older()
    expect(page.log?.since).not.toBeNull()
    await page.older()
    expect(page.log?.messages).toEqual(shown())
    expect(page.log?.since).toBeNull()
  })
})

describe('a page of a room', () => {
  it('asks for exactly what is missing when it sees a gap, and for nothing when the gap closes by itself', async () => {
    const { chat, read, told, shown } = room()
    const asked: string[] = []
    const page = reader(path => {
      asked.push(path)
      return read(path)
    })
    await page.page.load()
    for (const text of ['one', 'two', 'three']) chat(fans[0]!, text)
    page.hear(told[1]!)
    page.hear(told[0]!)
    await page.settle()
    expect(asked).toEqual(['/log?limit=60'])
    chat(fans[0]!, 'four')
    page.hear(told[3]!)
    expect(texts(page.page.log?.messages)).toEqual(['one', 'two', 'four'])
    await page.settle()
    expect(asked.slice(1)).toEqual(['/log?after=2&limit=200'])
    expect(page.page.log?.messages).toEqual(shown())
  })

  it('asks again later when no answer comes', async () => {
    const { chat, read, told, shown } = room()
    let fails = 2
    const page = reader(path =>
      path.includes('after') && fails-- > 0 ? Promise.reject(new Error('away')) : read(path),
    )
    await page.page.load()
    for (const text of ['one', 'two']) chat(fans[0]!, text)
    page.hear(told[1]!)
    await page.settle()
    expect(page.page.log?.messages).toEqual(shown())
    expect(fails).toBeLessThan(0)
  })

  it('reads the room anew when the stage was set back to an older copy', async () => {
    const past = room()
    const present = room()
    for (const text of ['kept', 'lost', 'lost too']) present.chat(fans[0]!, text)
    past.chat(fans[0]!, 'kept')
    let now = present
    const { page, settle } = reader(path => now.read(path))
    await page.load()
    now = past
    await page.load()
    await settle()
    expect(texts(page.log?.messages)).toEqual(['kept'])
  })

  it('shows nothing of whom it heard being banned, also when that comes late, and all of it after the ban is lifted', async () => {
    const { chat, decide, read, told, shown } = room()
    const { page, hear, settle } = reader(read)
    await page.load()
    chat(fans[0]!, 'spam')
    chat(fans[1]!, 'hello')
    decide(desk, 'ban', fans[0]!.publicKey)
    for (const event of [told[2]!, told[1]!, told[0]!]) hear(event)
    expect(texts(page.log?.messages)).toEqual(['hello'])
    decide(desk, 'unban', fans[0]!.publicKey)
    hear(told[3]!)
    await settle()
    expect(page.log?.messages).toEqual(shown())
  })
})

describe('a page that shows only the newest of many messages', () => {
  it('leaves an older one that was changed where it is, until it is asked for', async () => {
    const { chat, say, read, told, shown } = room()
    const first = chat(fans[0]!, 'no. 0')
    for (let n = 1; n < 70; n++) chat(fans[n % 3]!, `no. ${n}`)
    const { page, hear, settle, waits } = reader(read)
    await page.load()
    say(fans[0]!, 'engagement/edit', { target: first, text: 'changed' })
    hear(told.at(-1)!)
    expect(texts(page.log?.messages)?.[0]).toBe('no. 10')
    expect(waits()).toBe(0)
    await page.older()
    await settle()
    expect(page.log?.messages).toEqual(shown())
    expect(page.log?.messages[0]?.text).toBe('changed')
  })

  it('does not lose a word of moderation that is told while the room is read anew', async () => {
    const { chat, decide, read, told, shown } = room()
    const [rude, kind] = [chat(fans[0]!, 'rude'), chat(fans[1]!, 'kind')]
    let meanwhile = (): void => {}
    const { page, hear, settle } = reader(async path => {
      const answer = await read(path)
      meanwhile()
      return answer
    })
    await page.load()
    decide(desk, 'hide', kind)
    decide(desk, 'unhide', kind)
    meanwhile = () => {
      meanwhile = () => {}
      decide(desk, 'hide', rude)
      hear(told.at(-1)!)
    }
    hear(told.at(-1)!)
    await settle()
    expect(texts(page.log?.messages)).toEqual(['kind'])
    expect(page.log?.messages).toEqual(shown())
  })
})

type Act =
  | { readonly act: 'chat'; readonly by: number; readonly late: number }
  | { readonly act: 'edit' | 'hide' | 'unhide'; readonly which: number; readonly by: number }
  | { readonly act: 'ban' | 'unban' | 'helper' | 'nobody'; readonly by: number }

const index = fc.integer({ min: 0, max: 2 })
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('chat' as const), by: index, late: fc.nat(40) }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom('edit' as const, 'hide', 'unhide'), which: fc.nat(30), by: index }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('ban' as const, 'unban', 'helper', 'nobody'), by: index }) },
)
/** What becomes of one live event on its way: how often it arrives, and after how many others. */
const fate = fc.record({ times: fc.constantFrom(0, 1, 1, 1, 2), later: fc.constantFrom(0, 0, 0, 1, 2, 7) })

describe('whatever is dropped, doubled or out of order on the way', () => {
  it('two pages that joined at different times show the stage’s own list in its own order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(act, fate, fate), { minLength: 1, maxLength: 90 }),
        fc.nat(60),
        async (steps, joins) => {
          const stage = room()
          const pages = [reader(stage.read), reader(stage.read)]
          const joined = [0, Math.min(joins, steps.length - 1)]
          const said: { readonly id: Uint8Array; readonly by: TestAuthor }[] = []
          const coming: { readonly due: number; readonly page: number; readonly event: LiveEvent }[] = []
          for (const [now, [what, ...fates]] of steps.entries()) {
            for (const [n, at] of joined.entries()) if (at === now) await pages[n]!.page.load()
            const told = stage.told.length
            perform(stage, what, said, now)
            for (const event of stage.told.slice(told)) {
              for (const [page, { times, later }] of fates.entries())
                for (let n = 0; n < times; n++) coming.push({ due: now + later * (n + 1), page, event })
            }
            for (const one of coming.filter(({ due }) => due === now)) pages[one.page]!.hear(one.event)
            if (now % 5 === 0) for (const page of pages) await page.settle()
          }
          for (const one of coming.filter(({ due }) => due >= steps.length)) pages[one.page]!.hear(one.event)
          for (const { page, settle } of pages) {
            // The connection comes back.
            await page.load()
            await settle()
            const shown = stage.shown()
            const from = shown.length - (page.log?.messages.length ?? 0)
            expect(page.log?.messages).toEqual(shown.slice(page.log?.since === null ? 0 : from))
            expect(page.log?.upTo).toBe(stage.views.roomNumbers(stage.community, 'main').last)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

function perform(
  { chat, say, decide }: ReturnType<typeof room>,
  what: Act,
  said: { readonly id: Uint8Array; readonly by: TestAuthor }[],
  now: number,
): void {
  const by = fans[what.by]!
  if (what.act === 'chat') {
    said.push({ id: chat(by, `no. ${now}`, NOW_MS + now * 10 - what.late * 7), by })
  } else if (what.act === 'helper' || what.act === 'nobody') {
    say(desk, 'engagement/role', { key: helper.publicKey, role: what.act === 'helper' ? 'moderator' : 'none' })
  } else if (!('which' in what)) {
    decide(what.by === 0 ? desk : helper, what.act, by.publicKey)
  } else {
    const target = said[what.which % Math.max(1, said.length)]
    if (target === undefined) return
    if (what.act === 'edit') say(target.by, 'engagement/edit', { target: target.id, text: `edited ${now}` })
    else decide(what.by === 0 ? desk : helper, what.act, target.id)
  }
}

it('ids are told as they are shown', () => {
  const { chat, told } = room()
  const id = chat(fans[0]!, 'hello')
  expect(told).toMatchObject([{ event: 'chat', data: { id: asText(id, 'hex'), n: 1 } }])
})
