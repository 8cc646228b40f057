import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { createRoomDoor } from '#node/intake/room-door.ts'
import { createStandings } from '#node/store/standings.ts'
import { FLOOD_LEVEL, NEW_KEY_MS } from '#src/engagement/flood.ts'
import { findWork } from '#src/engagement/work.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'
import { accepted, doorOver, storeInMemory } from '#test/support/world.ts'

const desk = testAuthor(0)
const fan = testAuthor(1)
const helper = testAuthor(2)
const other = testAuthor(3)

/** The real door over a real store, with the rules of rooms. */
function world() {
  const { db, store, views } = storeInMemory()
  const time = { nowMs: 1_700_000_000_000 }
  const clock = { nowMs: () => time.nowMs }
  const standings = createStandings(db)
  const room = createRoomDoor({ own: desk.publicKey, standings, clock, hasher, nameOf: () => 'Other' })
  const { intake } = doorOver(desk.publicKey, { store, clock, room, isBanned: views.isBanned })
  const seqs = new Map<TestAuthor, number>()
  const draft = (by: TestAuthor, type: string, body: unknown, community = desk.publicKey) => {
    const seq = (seqs.get(by) ?? 0) + 1
    seqs.set(by, seq)
    return signed(by, { type, community, seq, at: time.nowMs, body })
  }
  const submit = async (bytes: Uint8Array, work?: number) => {
    const result = await intake.submit(bytes, { kind: 'local', work })
    return result.ok ? result.value : result.error
  }
  const say = (by: TestAuthor, type: string, body: unknown) => submit(draft(by, type, body))
  const chat = (by: TestAuthor, text = 'hello') => say(by, 'engagement/chat', { room: 'main', name: '', text })
  return { time, store, standings, draft, submit, say, chat }
}

const ok = { status: 'accepted' }
const rules = { room: 'main', slowMs: 0, closed: false }
const until = (untilMs: number) => ({ action: 'mute', target: fan.publicKey, until: untilMs, reason: 'too loud' })

describe('the door of a room', () => {
  it('lets everybody speak once in a slow room, tells how long to wait, and lets moderators be', async () => {
    const { time, say, chat } = world()
    await say(desk, 'engagement/role', { key: helper.publicKey, role: 'moderator' })
    await say(helper, 'engagement/room', { ...rules, slowMs: 30_000 })
    expect(await chat(fan)).toMatchObject(ok)
    time.nowMs += 10_000
    expect(await chat(fan)).toMatchObject({ code: 'slow-mode', message: expect.stringContaining('in 20 seconds') })
    expect([await chat(helper), await chat(helper), await chat(other)]).toMatchObject([ok, ok, ok])
    time.nowMs += 20_000
    expect(await chat(fan)).toMatchObject(ok)
  })

  it('takes two messages at one moment for one turn', async () => {
    const { say, chat } = world()
    await say(desk, 'engagement/room', { ...rules, slowMs: 30_000 })
    const both = await Promise.all([chat(fan), chat(fan, 'again')])
    expect(both.filter(answer => 'code' in answer && answer.code === 'slow-mode')).toHaveLength(1)
  })

  it('is shut while the room is closed, for what its rules are not changed by strangers', async () => {
    const { say, chat } = world()
    expect(await say(fan, 'engagement/room', { ...rules, closed: true })).toMatchObject({ code: 'not-for-you' })
    await say(desk, 'engagement/room', { ...rules, closed: true })
    expect(await chat(fan)).toMatchObject({ code: 'room-closed' })
    expect(await chat(desk)).toMatchObject(ok)
    await say(desk, 'engagement/room', rules)
    expect(await chat(fan)).toMatchObject(ok)
  })

  it('tells a muted key why and until when, takes its appeal once, and its words again afterwards', async () => {
    const { time, say, chat } = world()
    const mute = await say(desk, 'engagement/decision', until(time.nowMs + 60_000))
    const decision = 'id' in mute ? mute.id : null
    expect(await chat(fan)).toMatchObject({ code: 'muted', message: expect.stringMatching(/until 2023.*too loud/) })
    expect(await say(fan, 'engagement/appeal', { decision, text: 'Sorry.' })).toMatchObject(ok)
    expect(await say(fan, 'engagement/appeal', { decision, text: 'Sorry!' })).toMatchObject({ code: 'conflict' })
    time.nowMs += 60_001
    expect(await chat(fan)).toMatchObject(ok)
  })

  it('keeps out whom a banned list names from then on, and nobody after it is left', async () => {
    const { store, standings, time, chat, draft } = world()
    const body = { action: 'ban', target: fan.publicKey, until: 0, reason: 'spam' }
    store.append([accepted(draft(other, 'engagement/decision', body, other.publicKey))])
    expect(await chat(fan)).toMatchObject(ok)
    standings.honour(other.publicKey, time.nowMs)
    expect(await chat(fan)).toMatchObject({ code: 'not-a-member', message: expect.stringContaining('Other') })
    standings.ignore(other.publicKey)
    expect(await chat(fan)).toMatchObject(ok)
  })

  it('asks a new key for work while the room is flooded, and an old one for nothing', async () => {
    const { time, draft, submit, chat } = world()
    await chat(helper)
    time.nowMs += NEW_KEY_MS + 1
    const crowd = Array.from({ length: 40 }, (_, n) => testAuthor(100 + n))
    for (let n = 0; n < FLOOD_LEVEL; n++) await chat(crowd[n % crowd.length] as TestAuthor, `spam ${n}`)
    const bytes = draft(fan, 'engagement/chat', { room: 'main', name: '', text: 'hello' })
    const asked = await submit(bytes)
    expect(asked).toMatchObject({ code: 'work-needed', bits: 14 })
    expect(await submit(bytes, findWork(sha256, new Uint8Array(32), 14))).toMatchObject({ code: 'work-needed' })
    expect(await submit(bytes, findWork(sha256, accepted(bytes).id, 14))).toMatchObject(ok)
    expect(await chat(helper)).toMatchObject(ok)
    time.nowMs += 60_000
    expect(await chat(fan)).toMatchObject(ok)
  })
})
