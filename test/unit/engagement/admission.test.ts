import { describe, expect, it } from 'vitest'
import { FAN_EVENT_BYTES_MAX, MESSAGE_MAX } from '#protocols/engagement/v1/constants.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { TERMS_BYTES_MAX } from '#protocols/ledger/v1/limits.ts'
import { type AdmissionContext, admit, CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX } from '#src/engagement/admission.ts'
import { type Draft, signed, testAuthor } from '#test/support/author.ts'

const fan = testAuthor(1)
const desk = testAuthor(2)
const NOW_MS = 1_700_000_000_000
const context: AdmissionContext = { nowMs: NOW_MS, holds: true, own: true, banned: false, seqMax: 0, manner: 'local' }
const chat = { room: 'main', name: 'Ana', text: 'hello' }

function judge(change: Partial<Draft>, over: Partial<AdmissionContext> = {}, author = fan) {
  const bytes = signed(author, {
    type: 'engagement/chat',
    community: desk.publicKey,
    seq: 1,
    at: NOW_MS,
    body: chat,
    ...change,
  })
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) throw new Error(envelope.error.message)
  const result = admit(envelope.value, { ...context, ...over })
  return result.ok ? result.value.kind : `${result.error.code}${result.error.blame ? ' (blame)' : ''}`
}

describe('admission', () => {
  it('admits a chat message by anybody', () => expect(judge({})).toBe('event'))

  it('refuses an event for a community that is not held, without blaming the peer', () =>
    expect(judge({}, { holds: false })).toBe('unknown-community'))

  it('refuses an event from the future', () => {
    expect(judge({ at: NOW_MS + CLOCK_AHEAD_MS_MAX })).toBe('event')
    expect(judge({ at: NOW_MS + CLOCK_AHEAD_MS_MAX + 1 })).toBe('clock-off')
  })

  it('refuses what an author here dates back, and takes it as news or history from elsewhere', () => {
    const late = { at: NOW_MS - CLOCK_BEHIND_MS_MAX - 1 }
    expect(judge(late)).toBe('clock-off')
    expect(judge({ at: NOW_MS - CLOCK_BEHIND_MS_MAX })).toBe('event')
    expect(judge(late, { manner: 'gossip' })).toBe('event')
    expect(judge(late, { manner: 'history' })).toBe('event')
  })

  it('lets only the community publish, ask polls and moderate', () => {
    const poll = {
      type: 'engagement/poll',
      body: { room: 'main', question: 'Encore?', options: ['yes', 'no'], closesAt: NOW_MS },
    }
    expect(judge(poll)).toBe('not-for-you (blame)')
    expect(judge(poll, {}, desk)).toBe('event')
    const event = {
      id: '0'.repeat(32),
      title: 'Evening',
      startsAt: 1,
      endsAt: 2,
      programme: [],
      release: null,
      cancelled: false,
    }
    expect(judge({ type: 'engagement/event', body: event })).toBe('not-for-you (blame)')
    const ballot = { ...poll.body, voters: [fan.publicKey] }
    expect(judge({ type: 'engagement/ballot', body: ballot })).toBe('not-for-you (blame)')
    expect(judge({ type: 'engagement/ballot', body: ballot }, {}, desk)).toBe('event')
    expect(judge({ type: 'catalog/withdraw', body: { id: '0'.repeat(32), reason: '' } })).toBe('not-for-you (blame)')
  })

  it('refuses a body that is not what its type promises', () => {
    expect(judge({ body: { ...chat, text: '' } })).toBe('bad-envelope (blame)')
    expect(judge({ body: { ...chat, text: 'line\u202eesrever' } })).toBe('bad-envelope (blame)')
    expect(judge({ body: { ...chat, extra: 1 } })).toBe('bad-envelope (blame)')
  })

  it('keeps an unknown type in a known area, and refuses an unknown area', () => {
    expect(judge({ type: 'engagement/hologram', body: { x: 1 } })).toBe('event')
    expect(judge({ type: 'weather/rain', body: {} })).toBe('bad-envelope (blame)')
  })

  it('refuses a banned key live, and takes its history so that stages converge', () => {
    expect(judge({}, { banned: true })).toBe('not-a-member')
    expect(judge({}, { banned: true, manner: 'history' })).toBe('event')
  })

  it('never locks the community itself out, whatever it banned by mistake', () => {
    const unban = { type: 'engagement/moderation', body: { action: 'unban', target: desk.publicKey, reason: '' } }
    expect(judge(unban, { banned: true }, desk)).toBe('event')
  })

  it('takes long events from the community alone', () => {
    const long = { type: 'engagement/hologram', body: { x: new Uint8Array(FAN_EVENT_BYTES_MAX) } }
    expect(judge(long)).toBe('bad-envelope (blame)')
    expect(judge(long, { manner: 'history' })).toBe('bad-envelope (blame)')
    expect(judge(long, {}, desk)).toBe('event')
    expect(judge({ body: { ...chat, text: '演'.repeat(MESSAGE_MAX) } })).toBe('event')
  })

  it('takes the terms of a large agreement from any of its parties, whole', () => {
    const propose = (size: number) => judge({ type: 'agreement/propose', body: { terms: new Uint8Array(size) } })
    expect(propose(TERMS_BYTES_MAX)).toBe('order')
    expect(propose(TERMS_BYTES_MAX + 2_000)).toBe('bad-envelope (blame)')
  })

  it('refuses a sequence after which there is no next', () => {
    expect(judge({ seq: Number.MAX_SAFE_INTEGER })).toBe('bad-envelope (blame)')
    expect(judge({ seq: Number.MAX_SAFE_INTEGER - 1 })).toBe('event')
  })

  it('tells a fan whose sequence is taken, and only a local one', () => {
    expect(judge({ seq: 3 }, { seqMax: 3 })).toBe('conflict')
    expect(judge({ seq: 4 }, { seqMax: 3 })).toBe('event')
    expect(judge({ seq: 3 }, { seqMax: 3, manner: 'gossip' })).toBe('event')
  })

  it('takes orders only from its own fans, only for its own ledger', () => {
    const tip = {
      type: 'value/tip',
      body: {
        release: '0'.repeat(32),
        amount: 100n,
        asset: { code: 'TEST', scale: 2, issuer: desk.publicKey },
        reference: null,
        use: 'tip',
      },
    }
    expect(judge(tip)).toBe('order')
    expect(judge(tip, { own: false })).toBe('not-for-you')
    expect(judge(tip, { manner: 'gossip' })).toBe('not-for-you')
  })
})
