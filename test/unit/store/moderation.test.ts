import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { isModerationMissing } from '#node/store/moderation.ts'
import { MODERATION_TABLES } from '#node/store/moderation-tables.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const desk = testAuthor(0)
const fan = testAuthor(1)
const helper = testAuthor(2)
const second = testAuthor(3)
const NOW_MS = 1_700_000_000_000
type By = ReturnType<typeof testAuthor>

function world() {
  const { store, views } = storeInMemory()
  const say = (by: By, type: string, seq: number, body: unknown, at = NOW_MS + seq) => {
    const event = accepted(signed(by, { type, community: desk.publicKey, seq, at, body }))
    store.append([event])
    return event.id
  }
  const chat = (seq: number, text: string) => say(fan, 'engagement/chat', seq, { room: 'main', name: '', text })
  const moderate = (seq: number, action: string, target: Uint8Array) =>
    say(desk, 'engagement/moderation', seq, { action, target, reason: '' })
  const shown = () =>
    views.messages(desk.publicKey, 'main', { before: Number.MAX_SAFE_INTEGER, limit: 9 }).map(({ text }) => text)
  const decide = (by: By, seq: number, action: string, target: Uint8Array, until = 0) =>
    say(by, 'engagement/decision', seq, { action, target, until, reason: `no. ${seq}` })
  const role = (seq: number, by: By, role: 'moderator' | 'none') =>
    say(desk, 'engagement/role', seq, { key: by.publicKey, role })
  return { store, views, say, chat, moderate, decide, role, shown }
}

describe('moderation', () => {
  it('hides one message and nothing else, until it is shown again', () => {
    const { chat, moderate, shown } = world()
    const rude = chat(1, 'rude')
    chat(2, 'kind')
    moderate(1, 'hide', rude)
    expect(shown()).toEqual(['kind'])
    moderate(2, 'unhide', rude)
    expect(shown()).toEqual(['rude', 'kind'])
  })

  it('bans a key, with all it said, until the ban is lifted', () => {
    const { views, chat, moderate, shown } = world()
    chat(1, 'hello')
    expect(views.isBanned(desk.publicKey, fan.publicKey)).toBe(false)
    moderate(1, 'ban', fan.publicKey)
    expect(shown()).toEqual([])
    expect(views.isBanned(desk.publicKey, fan.publicKey)).toBe(true)
    moderate(2, 'unban', fan.publicKey)
    expect(shown()).toEqual(['hello'])
    expect(views.isBanned(desk.publicKey, fan.publicKey)).toBe(false)
  })

  it('goes by the latest word of the community, whatever arrives last', () => {
    const { views, chat, moderate, shown } = world()
    chat(1, 'hello')
    moderate(4, 'unban', fan.publicKey)
    moderate(3, 'ban', fan.publicKey)
    expect(shown()).toEqual(['hello'])
    expect(views.isBanned(desk.publicKey, fan.publicKey)).toBe(false)
  })
})

describe('a decision', () => {
  it('counts while its author moderates: not before, and not afterwards', () => {
    const { chat, decide, role, shown } = world()
    const rude = chat(1, 'rude')
    decide(helper, 1, 'hide', rude)
    expect(shown()).toEqual(['rude'])
    role(2, helper, 'moderator')
    expect(shown()).toEqual([])
    role(3, helper, 'none')
    expect(shown()).toEqual(['rude'])
  })

  it('of a moderator gives way to the community’s own, and never turns against it or another moderator', () => {
    const { views, moderate, decide, role } = world()
    role(1, helper, 'moderator')
    role(2, second, 'moderator')
    moderate(3, 'ban', fan.publicKey)
    decide(helper, 50, 'unban', fan.publicKey)
    expect(views.isBanned(desk.publicKey, fan.publicKey)).toBe(true)
    decide(helper, 51, 'ban', second.publicKey)
    decide(helper, 52, 'ban', desk.publicKey)
    expect(views.isBanned(desk.publicKey, second.publicKey)).toBe(false)
    expect(views.isBanned(desk.publicKey, desk.publicKey)).toBe(false)
  })

  it('to mute leaves what was said before, and takes what is dated into the mute', () => {
    const { chat, decide, role, shown } = world()
    role(1, helper, 'moderator')
    chat(2, 'before')
    decide(helper, 10, 'mute', fan.publicKey, NOW_MS + 20)
    chat(15, 'meanwhile')
    chat(21, 'after')
    expect(shown()).toEqual(['before', 'after'])
    decide(helper, 11, 'unmute', fan.publicKey)
    expect(shown()).toEqual(['before', 'meanwhile', 'after'])
  })

  it('loses its force when the community upholds an appeal against it, whichever comes first', () => {
    const { views, decide, role, say } = world()
    role(1, helper, 'moderator')
    const ban = decide(helper, 2, 'ban', fan.publicKey)
    const appeal = say(fan, 'engagement/appeal', 3, { decision: ban, text: 'It was a joke.' })
    say(helper, 'engagement/answer', 4, { appeal, upheld: true, reason: '' })
    say(desk, 'engagement/answer', 5, { appeal, upheld: false, reason: 'It was not.' })
    expect(views.isBanned(desk.publicKey, fan.publicKey)).toBe(true)
    say(desk, 'engagement/answer', 6, { appeal, upheld: true, reason: 'It was, sorry.' })
    expect(views.isBanned(desk.publicKey, fan.publicKey)).toBe(false)
  })

  it('is read again from a folder that kept it before it was understood', () => {
    const { db, store, views } = storeInMemory()
    const body = { action: 'ban', target: fan.publicKey, reason: '' }
    const ban = signed(desk, { type: 'engagement/moderation', community: desk.publicKey, seq: 1, at: NOW_MS, body })
    store.append([accepted(ban)])
    expect(isModerationMissing(db)).toBe(false)
    for (const table of MODERATION_TABLES) db.exec(`DELETE FROM ${table}`)
    expect(isModerationMissing(db)).toBe(true)
    views.rebuild()
    expect(views.isBanned(desk.publicKey, fan.publicKey)).toBe(true)
  })
})

describe('a poll', () => {
  it('counts what was signed up to its closing, not a moment later', () => {
    const { views, say } = world()
    const closesAt = NOW_MS + 100
    const body = { room: 'main', question: 'Encore?', options: ['yes', 'no'], closesAt }
    const poll = say(desk, 'engagement/poll', 1, body)
    const tally = () => views.poll(poll, null, NOW_MS)?.options.map(({ votes }) => votes)
    say(fan, 'engagement/vote', 1, { poll, option: 0 }, closesAt)
    say(fan, 'engagement/vote', 2, { poll, option: 1 }, closesAt + 1)
    say(testAuthor(2), 'engagement/vote', 1, { poll, option: 1 }, closesAt + 1)
    expect(tally()).toEqual([1, 0])
    expect(views.poll(poll, null, closesAt)?.open).toBe(false)
    expect(views.poll(poll, null, closesAt - 1)?.open).toBe(true)
    expect(asText(poll, 'hex')).toBe(views.poll(poll, null, NOW_MS)?.id)
  })
})
