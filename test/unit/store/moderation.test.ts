import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { signed, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const desk = testAuthor(0)
const fan = testAuthor(1)
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
  return { store, views, say, chat, moderate, shown }
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
