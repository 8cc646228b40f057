import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { hasher, random, verifier } from '#node/identity/crypto-ports.ts'
import { createJoinDoor } from '#node/intake/join-door.ts'
import { createJoining } from '#node/stage/joining.ts'
import { createInvites, createMembers } from '#node/store/joining.ts'
import type { Joining } from '#protocols/api/v1/settings.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'
import { doorOver, storeInMemory } from '#test/support/world.ts'

const own = testAuthor(0).publicKey
const [fan, friend, third] = [testAuthor(1), testAuthor(2), testAuthor(3)] as const
const DAY_MS = 24 * 60 * 60 * 1000

/** A community with a door, its invites, and a clock that the test sets. */
function community(mode: Joining = 'invited') {
  const now: { joining: Joining } = { joining: mode }
  const { db } = storeInMemory()
  const members = createMembers(db)
  const isKnown = (key: Uint8Array): boolean => members.has(key) || created.members.spoke(own, key)
  const world = doorOver(own, { room: createJoinDoor({ own, joining: () => now.joining, isKnown }) })
  const created = { members: createMembers(world.db) }
  const calls = createJoining({
    own,
    invites: createInvites(db),
    members,
    clock: { nowMs: () => world.time.nowMs },
    random,
    hasher,
    verifier,
    joining: () => now.joining,
    isKnown,
  })
  const request = (
    author: TestAuthor,
    code: string,
    over: { type?: string; at?: number; community?: Uint8Array } = {},
  ) => {
    const invite = asText(hasher.sha256(new TextEncoder().encode(code)), 'hex')
    return signed(author, {
      type: 'access/join',
      community: own,
      seq: 1,
      at: world.time.nowMs,
      body: { invite },
      ...over,
    })
  }
  const join = (author: TestAuthor, code: string) => calls.join(code, request(author, code))
  const seq = new Map<TestAuthor, number>()
  const say = async (
    author: TestAuthor,
    type = 'engagement/chat',
    body: unknown = CHAT,
    kind: 'local' | 'sync' = 'local',
  ) => {
    seq.set(author, (seq.get(author) ?? 0) + 1)
    const draft = { type, community: own, seq: seq.get(author) ?? 1, at: world.time.nowMs, body }
    const said = await world.intake.submit(signed(author, draft), kind === 'local' ? { kind } : { kind, peer: 'p' })
    return said.ok ? 'accepted' : said.error.code
  }
  return { ...world, now, calls, request, join, say }
}

const CHAT = { room: 'main', name: '', text: 'hello' }
const PLAY = { release: 'b2'.repeat(16), track: 0, listenedMs: 30_000 }

describe('who may join', () => {
  it('a key that is new is refused where an invite is needed, and speaks once it has used one', async () => {
    const { calls, join, say } = community()
    expect(await say(fan)).toBe('invite-needed')
    const { code } = calls.invite({ uses: 1 })
    expect(join(fan, code)).toMatchObject({ joined: true })
    expect(await say(fan)).toBe('accepted')
    expect(await say(friend)).toBe('invite-needed')
  })

  it('whoever spoke before the door was closed stays, also where nobody new may join', async () => {
    const { now, say } = community('everyone')
    expect(await say(fan)).toBe('accepted')
    now.joining = 'nobody'
    expect(await say(fan)).toBe('accepted')
    expect(await say(friend)).toBe('invite-needed')
  })

  it('listening is open to everybody and makes nobody a member', async () => {
    const { say } = community()
    expect(await say(fan, 'engagement/play', PLAY)).toBe('accepted')
    expect(await say(fan)).toBe('invite-needed')
  })

  it('what other communities bring is not asked for an invite', async () => {
    const { say } = community('nobody')
    expect(await say(fan, 'engagement/chat', CHAT, 'sync')).toBe('accepted')
  })
})

describe('an invite', () => {
  it('is worth so many people, each once', () => {
    const { calls, join } = community()
    const { code } = calls.invite({ uses: 2 })
    join(fan, code)
    join(fan, code)
    join(friend, code)
    expect(calls.invites()).toMatchObject([{ used: 2, uses: 2, state: 'used' }])
    expect(() => join(third, code)).toThrow(expect.objectContaining({ code: 'code-used' }))
  })

  it('lets nobody in while the community takes nobody new, and is good again afterwards', () => {
    const { calls, join, now } = community()
    const { code } = calls.invite({ uses: 1 })
    now.joining = 'nobody'
    expect(() => join(fan, code)).toThrow(expect.objectContaining({ code: 'invite-needed' }))
    now.joining = 'invited'
    expect(join(fan, code)).toMatchObject({ joined: true })
  })

  it('counts a use and lets somebody in together, and never one more than it is worth', () => {
    const { db } = storeInMemory()
    const [kept, members] = [createInvites(db), createMembers(db)]
    kept.add({ hash: new Uint8Array(32), id: 'a', label: '', uses: 1, createdAt: 1, expiresAt: 2 })
    expect(members.redeem(fan.publicKey, 'a', 1)).toBe(true)
    expect(members.redeem(friend.publicKey, 'a', 1)).toBe(false)
    expect([members.has(fan.publicKey), members.has(friend.publicKey)]).toEqual([true, false])
    expect(kept.list()).toMatchObject([{ used: 1 }])
  })

  it('ends by date, or when it is taken back', () => {
    const { calls, join, time } = community()
    const early = calls.invite({ days: 1 })
    const taken = calls.invite({ days: 30 })
    calls.revoke(taken.id)
    time.nowMs += DAY_MS
    expect(() => join(fan, early.code)).toThrow(expect.objectContaining({ code: 'code-expired' }))
    expect(() => join(fan, taken.code)).toThrow(expect.objectContaining({ code: 'code-revoked' }))
    expect(() => calls.revoke('0'.repeat(16))).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  it('is of no use to whoever does not sign for this community, this code and this hour', () => {
    const { calls, request, time } = community()
    const { code } = calls.invite({})
    const other = calls.invite({})
    const refused = (bytes: Uint8Array) => {
      try {
        calls.join(code, bytes)
        return 'joined'
      } catch (cause) {
        return (cause as { code: string }).code
      }
    }
    expect(refused(request(fan, other.code))).toBe('bad-envelope')
    expect(refused(request(fan, code, { type: 'engagement/chat' }))).toBe('bad-envelope')
    expect(refused(request(fan, code, { community: friend.publicKey }))).toBe('bad-envelope')
    expect(refused(request(fan, code, { at: time.nowMs - DAY_MS }))).toBe('clock-off')
    const forged = request(fan, code)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(refused(forged)).toBe('bad-signature')
    expect(refused(request(fan, code))).toBe('joined')
  })

  it('that is not known says so, whatever was typed', () => {
    const { join } = community()
    for (const code of ['A'.repeat(22), '', '☃', 'x'.repeat(64)])
      expect(() => join(fan, code)).toThrow(expect.objectContaining({ code: 'code-unknown' }))
  })

  it('is one of at most 200; those that are over make room', () => {
    const { calls, time } = community()
    for (let n = 0; n < 200; n++) calls.invite({ days: n === 7 ? 1 : 30 })
    expect(() => calls.invite({})).toThrow(expect.objectContaining({ code: 'conflict' }))
    time.nowMs += DAY_MS
    calls.invite({})
    expect(calls.invites()).toHaveLength(200)
  })
})
