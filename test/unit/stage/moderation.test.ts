import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createModeration } from '#node/stage/moderation.ts'
import { createStandings } from '#node/store/standings.ts'
import { READ_REPORTS_TYPE } from '#protocols/engagement/v1/constants.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const [desk, helper, fan, other, river] = [0, 1, 2, 3, 4].map(testAuthor) as [
  TestAuthor,
  TestAuthor,
  TestAuthor,
  TestAuthor,
  TestAuthor,
]
const NOW_MS = 1_700_000_000_000

function stage() {
  const { db, store } = storeInMemory()
  const standings = createStandings(db)
  const time = { nowMs: NOW_MS }
  const calls = createModeration({
    own: desk.publicKey,
    standings,
    signer: { publicKey: desk.publicKey, sign: async message => desk.sign(message) },
    clock: { nowMs: () => time.nowMs },
    hasher,
    verifier,
    nameOf: () => 'River Stage',
    followed: () => [river.publicKey],
  })
  let seq = 0
  const say = (by: TestAuthor, type: string, body: unknown, community = desk.publicKey) => {
    const event = accepted(signed(by, { type: `engagement/${type}`, community, seq: ++seq, at: NOW_MS + seq, body }))
    store.append([event])
    return event.id
  }
  const chat = (by: TestAuthor, text: string) => say(by, 'chat', { room: 'main', name: 'Ana', text })
  const community = asText(desk.publicKey, 'hex')
  const question = (by: TestAuthor, over: object = {}) =>
    signed(by, { type: READ_REPORTS_TYPE, community: desk.publicKey, seq: 1, at: NOW_MS, body: {}, ...over })
  return { calls, say, chat, question, community, time, standings }
}

describe('what was reported', () => {
  it('is read by whoever moderates, who signs to ask, and by nobody else', () => {
    const { calls, say, chat, question, community } = stage()
    const rude = chat(fan, 'rude')
    say(other, 'report', { target: rude, reason: 'look at this' })
    const ask = (by: TestAuthor) => calls.queue(community, question(by))
    expect(() => ask(helper)).toThrow('Only those who moderate here')
    say(desk, 'role', { key: helper.publicKey, role: 'moderator' })
    expect(ask(helper).reports).toMatchObject([{ reports: 1, reasons: ['look at this'], said: { text: 'rude' } }])
    expect(() => ask(fan)).toThrow('Only those who moderate here')
    say(helper, 'decision', { action: 'hide', target: rude, until: 0, reason: '' })
    const { reports, decisions } = calls.queue(community, question(helper, { at: NOW_MS + 1 }))
    expect(reports).toEqual([])
    expect(decisions).toMatchObject([{ action: 'hide', holds: true }])
    say(desk, 'role', { key: helper.publicKey, role: 'none' })
    expect(() => calls.queue(community, question(helper, { at: NOW_MS + 2 }))).toThrow('Only those who moderate here')
  })

  it('is not given for a question that was answered, is old, was signed for something else or by somebody else', () => {
    const { calls, say, question, community, time } = stage()
    say(desk, 'role', { key: helper.publicKey, role: 'moderator' })
    const asked = question(helper)
    calls.queue(community, asked)
    expect(() => calls.queue(community, asked)).toThrow('answered already')
    expect(() => calls.queue(community, question(helper, { type: 'moderation/blocklist' }))).toThrow('something else')
    expect(() => calls.queue(community, question(helper, { community: river.publicKey }))).toThrow('something else')
    const draft = { type: READ_REPORTS_TYPE, community: desk.publicKey, seq: 2, at: NOW_MS, body: {} }
    const payload = encodePayload({ ...draft, author: helper.publicKey })
    const forged = encodeEnvelope(payload, fan.sign(signedBytes(READ_REPORTS_TYPE, payload)))
    expect(() => calls.queue(community, forged)).toThrow('does not match')
    expect(() => calls.queue(community, Uint8Array.of(1, 2, 3))).toThrow('not a signed question')
    time.nowMs += 3 * 60 * 1000
    expect(() => calls.queue(community, asked)).toThrow('check the clock')
    expect(() => calls.queue(community, question(helper, { at: time.nowMs + 3 * 60 * 1000 }))).toThrow(
      'check the clock',
    )
    calls.queue(community, question(helper, { at: time.nowMs }))
  })
})

describe('a block list', () => {
  it('shows what it would do before it is honoured, and then tells whom it bars', () => {
    const { calls, say, chat, community } = stage()
    const ban = (key: Uint8Array, reason: string) =>
      say(river, 'decision', { action: 'ban', target: key, until: 0, reason }, river.publicKey)
    const list = asText(river.publicKey, 'hex')
    chat(fan, 'one')
    chat(fan, 'two')
    chat(helper, 'three')
    say(desk, 'role', { key: helper.publicKey, role: 'moderator' })
    ban(fan.publicKey, 'spam')
    ban(helper.publicKey, 'a quarrel')
    ban(other.publicKey, 'never came here')
    const keyOf = (by: TestAuthor) => asText(by.publicKey, 'hex')
    expect(calls.previewBlockList(list)).toMatchObject({
      name: 'River Stage',
      on: false,
      bans: 3,
      here: [
        { key: keyOf(fan), name: 'Ana', reason: 'spam', messages: 2, moderator: false },
        { key: keyOf(helper), messages: 1, moderator: true },
      ],
      recent: [{ reason: 'never came here' }, { reason: 'a quarrel' }, { reason: 'spam' }],
    })
    expect(calls.standing(community, keyOf(fan)).lists).toEqual([])
    calls.setBlockList(list, true)
    expect(calls.standing(community, keyOf(fan)).lists).toEqual(['River Stage'])
    expect(calls.standing(community, keyOf(desk)).lists).toEqual([])
    expect(calls.previewBlockList(list).on).toBe(true)
    calls.setBlockList(list, false)
    expect(calls.standing(community, keyOf(fan)).lists).toEqual([])
  })

  it('of a community that is not followed is neither shown nor honoured', () => {
    const { calls } = stage()
    const stranger = asText(testAuthor(9).publicKey, 'hex')
    expect(() => calls.previewBlockList(stranger)).toThrow('Follow that community first')
    expect(() => calls.setBlockList(stranger, true)).toThrow('Follow that community first')
  })
})
