import { describe, expect, it } from 'vitest'
import { StageError } from '#node/errors.ts'
import type { Appended } from '#node/intake/intake.ts'
import { type Draft, signed, testAuthor } from '#test/support/author.ts'
import { doorOver } from '#test/support/world.ts'

const desk = testAuthor(0)
const fan = testAuthor(1)
const NOW_MS = 1_700_000_000_000
const say = (seq: number, over: Partial<Draft> = {}) =>
  signed(fan, {
    type: 'engagement/chat',
    community: desk.publicKey,
    seq,
    at: NOW_MS,
    body: { room: 'main', name: '', text: `message ${seq}` },
    ...over,
  })
const local = { kind: 'local' } as const

describe('the one door', () => {
  it('acknowledges after the event is durable and projected, and tells listeners once', async () => {
    const told: Appended[] = []
    const { intake, views } = doorOver(desk.publicKey, { appended: event => told.push(event) })
    const first = await intake.submit(say(1), local)
    expect(first.ok && first.value.status).toBe('accepted')
    expect(views.messages(desk.publicKey, 'main', { before: Number.MAX_SAFE_INTEGER, limit: 10 })).toHaveLength(1)
    const again = await intake.submit(say(1), { kind: 'sync', peer: 'p' })
    expect(again.ok && again.value.status).toBe('known')
    expect(told).toHaveLength(1)
  })

  it('is idempotent when the same event comes twice at the same moment', async () => {
    const told: Appended[] = []
    const { intake, store } = doorOver(desk.publicKey, { appended: event => told.push(event) })
    const gossip = { kind: 'gossip', peer: 'p', community: desk.publicKey } as const
    const results = await Promise.all(Array.from({ length: 10 }, () => intake.submit(say(1), gossip)))
    expect(results.filter(r => r.ok && r.value.status === 'accepted')).toHaveLength(1)
    expect(told).toHaveLength(1)
    expect(store.count(desk.publicKey)).toBe(1)
  })

  it('rejects a forged signature and keeps nothing', async () => {
    const { intake, store } = doorOver(desk.publicKey)
    const bytes = say(1)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    const result = await intake.submit(bytes, { kind: 'gossip', peer: 'p', community: desk.publicKey })
    expect(!result.ok && [result.error.code, result.error.gossip]).toEqual(['bad-signature', 'reject'])
    expect(store.count(desk.publicKey)).toBe(0)
  })

  it('rejects a known event that gossip brings under a forged signature', async () => {
    const { intake } = doorOver(desk.publicKey)
    await intake.submit(say(1), local)
    const bytes = say(1)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    const result = await intake.submit(bytes, { kind: 'gossip', peer: 'p', community: desk.publicKey })
    expect(!result.ok && [result.error.code, result.error.gossip]).toEqual(['bad-signature', 'reject'])
  })

  it('rejects an envelope that came by the topic of another community', async () => {
    const { intake } = doorOver(desk.publicKey)
    const result = await intake.submit(say(1), { kind: 'gossip', peer: 'p', community: fan.publicKey })
    expect(!result.ok && result.error.gossip).toBe('reject')
  })

  it('slows an author who floods, forgives after a pause, and never limits history', async () => {
    const { intake, time } = doorOver(desk.publicKey, { rate: { burst: 2, perSecond: 1 } })
    const codes: string[] = []
    for (const seq of [1, 2, 3]) {
      const r = await intake.submit(say(seq), local)
      codes.push(r.ok ? r.value.status : r.error.code)
    }
    expect(codes).toEqual(['accepted', 'accepted', 'rate-limited'])
    const history = await intake.submit(say(4), { kind: 'sync', peer: 'p' })
    expect(history.ok).toBe(true)
    time.nowMs += 1_000
    expect((await intake.submit(say(5), local)).ok).toBe(true)
  })

  it('never slows the community itself, which publishes a whole catalog at once', async () => {
    const { intake } = doorOver(desk.publicKey, { rate: { burst: 1, perSecond: 1 } })
    for (const seq of [1, 2, 3]) {
      const body = { room: 'main', name: '', text: `announcement ${seq}` }
      const draft = { type: 'engagement/chat', community: desk.publicKey, seq, at: NOW_MS, body }
      expect((await intake.submit(signed(desk, draft), local)).ok).toBe(true)
    }
  })

  it('answers each of a burst that is larger than one transaction', async () => {
    const { intake, store } = doorOver(desk.publicKey)
    const burst = Array.from({ length: 600 }, (_, i) => intake.submit(say(i + 1), { kind: 'sync', peer: 'p' }))
    const results = await Promise.all(burst)
    expect(results.every(result => result.ok)).toBe(true)
    expect(store.count(desk.publicKey)).toBe(600)
  })

  it('answers a full disk with a sentence, and takes the event when there is room again', async () => {
    const real = doorOver(desk.publicKey)
    let full = true
    const store = {
      ...real.store,
      append: (events: Parameters<typeof real.store.append>[0]) => {
        if (full) throw new StageError('disk-full', 'The disk is full.')
        return real.store.append(events)
      },
    }
    const { intake } = doorOver(desk.publicKey, { store })
    const refused = await intake.submit(say(1), local)
    expect(!refused.ok && refused.error).toMatchObject({ code: 'disk-full', gossip: 'ignore' })
    full = false
    expect((await intake.submit(say(1), local)).ok).toBe(true)
  })

  it('keeps the last of the disk for the community itself', async () => {
    let room = false
    const { intake } = doorOver(desk.publicKey, { hasRoom: () => room })
    for (const source of [local, { kind: 'sync', peer: 'p' } as const]) {
      const refused = await intake.submit(say(1), source)
      expect(!refused.ok && refused.error).toMatchObject({ code: 'disk-full', gossip: 'ignore' })
    }
    const body = { action: 'ban', target: fan.publicKey, reason: 'flood' }
    const ban = { type: 'engagement/moderation', community: desk.publicKey, seq: 1, at: NOW_MS, body }
    expect((await intake.submit(signed(desk, ban), local)).ok).toBe(true)
    room = true
    expect((await intake.submit(say(1), { kind: 'sync', peer: 'p' })).ok).toBe(true)
  })

  it('keeps events of a newer type without interpreting them', async () => {
    const { intake, store } = doorOver(desk.publicKey)
    const result = await intake.submit(say(1, { type: 'engagement/hologram', body: { depth: 3 } }), local)
    expect(result.ok && result.value.status).toBe('accepted')
    expect(store.count(desk.publicKey)).toBe(1)
  })
})
