import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { compare } from 'uint8arrays/compare'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { COMMENTS_MAX, REACTIONS_MAX } from '#node/store/engagement-views.ts'
import { type Draft, signed, testAuthor } from '#test/support/author.ts'
import { accepted, dumpProjections, storeInMemory } from '#test/support/world.ts'

const desk = testAuthor(0)
const fans = [1, 2, 3].map(testAuthor)
const NOW_MS = 1_700_000_000_000
const RELEASE = 'ab'.repeat(16)
const ROOT = CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi')

const draft = (type: string, seq: number, body: unknown, at = NOW_MS + seq): Draft => ({
  type,
  community: desk.publicKey,
  seq,
  at,
  body,
})

const manifest = (title: string) => ({
  id: RELEASE,
  root: ROOT,
  title,
  artist: 'The Sample Trio',
  license: 'CC-BY-SA-3.0',
  description: '',
  upc: null,
  cover: null,
  tracks: [
    {
      title: 'One',
      artist: 'The Sample Trio',
      durationMs: 1_000,
      isrc: null,
      iswc: null,
      original: { path: '01/one.ogg', mediaType: 'audio/ogg', bytes: 10 },
      plain: null,
      hls: null,
      renditions: [],
      loudness: null,
      waveform: new Uint8Array(0),
    },
  ],
  splits: [{ party: 'trio', shares: 10_000 }],
  bytes: 10,
})

const decision = (action: string, target: Uint8Array, until = 0) => ({ action, target, until, reason: '' })

/** A ballot of two, with votes of both, of a stranger and of the banned; an event that is moved and then cancelled. */
function happenings(): Uint8Array[] {
  const voters = [fans[0]!, fans[2]!].map(fan => fan.publicKey).sort(compare)
  const ballot = signed(
    desk,
    draft('engagement/ballot', 40, {
      room: 'main',
      question: 'Who?',
      options: ['a', 'b'],
      closesAt: NOW_MS + 99,
      voters,
    }),
  )
  const poll = accepted(ballot).id
  const event = {
    id: 'ef'.repeat(16),
    title: 'Evening',
    startsAt: NOW_MS,
    endsAt: NOW_MS + 9,
    programme: [],
    release: null,
  }
  const show = (seq: number, change: object) =>
    signed(desk, draft('engagement/event', seq, { ...event, cancelled: false, ...change }))
  return [
    ballot,
    ...fans.map((fan, n) => signed(fan, draft('engagement/vote', 41, { poll, option: n % 2 }))),
    signed(fans[0]!, draft('engagement/vote', 42, { poll, option: 1 })),
    signed(fans[0]!, draft('engagement/vote', 60, { poll, option: 0 }, NOW_MS + 100)),
    show(43, {}),
    show(44, { endsAt: NOW_MS + 20, programme: [{ at: NOW_MS + 5, title: 'Encore' }] }),
    show(45, { cancelled: true }),
    show(45, { cancelled: true, title: 'Another hand' }),
  ]
}

/** A busy evening: amendments, a takedown of another release, votes that change, reactions taken back, moderation. */
function evening(): Uint8Array[] {
  const poll = signed(
    desk,
    draft('engagement/poll', 4, { room: 'main', question: 'Encore?', options: ['yes', 'no'], closesAt: NOW_MS + 100 }),
  )
  const pollId = accepted(poll).id
  const byDesk = [
    signed(desk, draft('catalog/community', 1, { name: 'Old name', about: '' })),
    signed(desk, draft('catalog/community', 2, { name: 'Park Stage', about: 'under the trees' })),
    signed(desk, draft('catalog/release', 3, manifest('First take'))),
    poll,
    signed(desk, draft('catalog/release', 5, manifest('Second take'))),
    signed(desk, draft('catalog/withdraw', 6, { id: 'cd'.repeat(16), reason: '' })),
    signed(desk, draft('engagement/moderation', 7, { action: 'ban', target: fans[2]?.publicKey, reason: 'spam' })),
  ]
  const byFans = fans.flatMap((fan, n) => [
    signed(fan, draft('engagement/chat', 1, { room: 'main', name: `fan ${n}`, text: 'hello' })),
    signed(fan, draft('engagement/reaction', 2, { target: RELEASE, emoji: '👏', on: true })),
    signed(fan, draft('engagement/vote', 3, { poll: pollId, option: 0 })),
    signed(fan, draft('engagement/vote', 4, { poll: pollId, option: n % 2 })),
    signed(fan, draft('engagement/vote', 5, { poll: pollId, option: 1 }, NOW_MS + 101)),
    signed(fan, draft('engagement/reaction', 6, { target: RELEASE, emoji: '👏', on: n === 0 })),
    signed(
      fan,
      draft('engagement/comment', 7, { release: RELEASE, track: 0, atMs: 500, name: '', text: 'that bridge' }),
    ),
    signed(fan, draft('engagement/play', 8, { release: RELEASE, track: 0, listenedMs: 1_000 })),
    signed(fan, draft('engagement/follow', 9, { on: n !== 1 })),
  ])
  const said = accepted(byFans[0]!).id
  const mute = signed(fans[0]!, draft('engagement/decision', 20, decision('mute', fans[1]!.publicKey, NOW_MS + 90)))
  const hide = signed(fans[0]!, draft('engagement/decision', 21, decision('hide', said)))
  const appeal = signed(
    fans[1]!,
    draft('engagement/appeal', 22, { decision: accepted(mute).id, text: 'It was not me.' }),
  )
  const role = (seq: number, n: number, role: string) =>
    signed(desk, draft('engagement/role', seq, { key: fans[n]!.publicKey, role }))
  const moderated = [
    role(10, 0, 'moderator'),
    role(11, 1, 'moderator'),
    role(12, 1, 'none'),
    mute,
    hide,
    appeal,
    signed(fans[1]!, draft('engagement/decision', 23, decision('unhide', said))),
    signed(fans[0]!, draft('engagement/decision', 24, decision('ban', fans[1]!.publicKey))),
    signed(fans[0]!, draft('engagement/decision', 25, decision('unban', fans[2]!.publicKey))),
    signed(desk, draft('engagement/decision', 26, decision('mute', fans[1]!.publicKey, NOW_MS + 95))),
    signed(desk, draft('engagement/answer', 27, { appeal: accepted(appeal).id, upheld: false, reason: '' })),
    signed(desk, draft('engagement/answer', 28, { appeal: accepted(appeal).id, upheld: true, reason: 'Sorry.' })),
    signed(fans[2]!, draft('engagement/report', 29, { target: said, reason: 'rude' })),
    signed(fans[2]!, draft('engagement/report', 30, { target: said, reason: 'very rude' })),
    signed(desk, draft('engagement/room', 31, { room: 'main', slowMs: 5_000, closed: false })),
    signed(fans[0]!, draft('engagement/room', 32, { room: 'main', slowMs: 0, closed: true })),
    signed(fans[1]!, draft('engagement/edit', 33, { target: accepted(byFans[9]!).id, text: 'hello again' })),
  ]
  // One fan signs twice at the same sequence from two devices.
  const twice = [
    signed(fans[0]!, draft('engagement/vote', 4, { poll: pollId, option: 1 }, NOW_MS + 5)),
    signed(fans[1]!, draft('engagement/follow', 9, { on: true }, NOW_MS + 7)),
    signed(fans[0]!, draft('engagement/decision', 24, decision('unban', fans[1]!.publicKey), NOW_MS + 24)),
  ]
  return [...byDesk, ...byFans, ...moderated, ...twice, ...happenings()]
}

describe('read models', () => {
  const events = evening()

  it('are the same in whatever order and batches the events arrive', () => {
    const reference = storeInMemory()
    reference.store.append(events.map(accepted))
    const expected = dumpProjections(reference.db)
    fc.assert(
      fc.property(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.integer({ min: 1, max: 9 }),
        (order, size) => {
          const { db, store } = storeInMemory()
          for (let i = 0; i < order.length; i += size) store.append(order.slice(i, i + size).map(accepted))
          store.append(order.slice(0, 3).map(accepted))
          expect(dumpProjections(db)).toEqual(expected)
          db.close()
        },
      ),
      { numRuns: 40 },
    )
  })

  it('take the event with the lower id where an author signed two with one sequence', () => {
    const fan = fans[0]!
    const both = [true, false].map(on => {
      const bytes = signed(fan, draft('engagement/reaction', 2, { target: RELEASE, emoji: '👏', on }))
      return { event: accepted(bytes), on }
    })
    both.sort((a, b) => Buffer.compare(a.event.id, b.event.id))
    for (const order of [both, [...both].reverse()]) {
      const { store, views } = storeInMemory()
      store.append([accepted(signed(desk, draft('catalog/release', 1, manifest('One'))))])
      for (const { event } of order) store.append([event])
      expect(views.reactions(RELEASE, null)).toHaveLength(both[0]?.on === true ? 1 : 0)
    }
  })

  it('show a release again that was published anew after it was taken down, and not because an older manifest comes late', () => {
    const { store, views } = storeInMemory()
    const release = (seq: number) => accepted(signed(desk, draft('catalog/release', seq, manifest(`Take ${seq}`))))
    store.append([accepted(signed(desk, draft('catalog/withdraw', 4, { id: RELEASE, reason: '' })))])
    store.append([release(3)])
    expect(views.release(RELEASE)).toBeNull()
    store.append([release(5)])
    expect(views.release(RELEASE)?.manifest.title).toBe('Take 5')
  })

  it('show the newest edit by the same author, and nobody else’s', () => {
    const { store, views } = storeInMemory()
    const [ana, ben] = [fans[0]!, fans[1]!]
    const said = accepted(signed(ana, draft('engagement/chat', 1, { room: 'main', name: 'Ana', text: 'helo' })))
    const edit = (author: typeof ana, seq: number, text: string) =>
      accepted(signed(author, draft('engagement/edit', seq, { target: said.id, text })))
    const shown = () => views.message(said.id)
    // An edit that comes before what it changes waits for it.
    store.append([edit(ana, 3, 'hello')])
    store.append([said])
    expect(shown()).toMatchObject({ text: 'hello', edited: true })
    store.append([edit(ben, 9, 'spam'), edit(ana, 2, 'older')])
    expect(shown()).toMatchObject({ text: 'hello' })
    store.append([edit(ana, 4, '')])
    expect(views.messages(desk.publicKey, 'main', { before: NOW_MS * 2, limit: 9 })[0]).toMatchObject({ text: '' })
  })

  it('are equal to a rebuild from the events alone', () => {
    const { db, store, views } = storeInMemory()
    store.append(events.map(accepted))
    const before = dumpProjections(db)
    views.rebuild()
    expect(dumpProjections(db)).toEqual(before)
  })

  it('count one vote a member: the last before closing; banned keys do not count', () => {
    const { store, views } = storeInMemory()
    store.append(events.map(accepted))
    const polls = views.polls({ community: desk.publicKey, viewer: fans[1]!.publicKey, nowMs: NOW_MS })
    const poll = polls.find(one => one.voters === null)
    expect(poll?.options.reduce((sum, option) => sum + option.votes, 0)).toBe(2)
    expect(poll?.mine).toBe(1)
    expect(poll?.open).toBe(true)
  })

  it('show the latest manifest and name, and hide what a banned key said and what a moderator hid', () => {
    const { store, views } = storeInMemory()
    store.append(events.map(accepted))
    expect(views.release(RELEASE)?.manifest.title).toBe('Second take')
    expect(views.release(RELEASE)?.plays).toBe(3)
    expect(views.community(desk.publicKey)?.name).toBe('Park Stage')
    expect(
      views.messages(desk.publicKey, 'main', { before: Number.MAX_SAFE_INTEGER, limit: 50 }).map(m => m.name),
    ).toEqual(['fan 1'])
    expect(views.reactions(RELEASE, fans[0]!.publicKey)).toEqual([{ emoji: '👏', count: 1, mine: true }])
  })

  it('leave out what is said about a release or a message by way of another community, where its ban does not reach', () => {
    const { store, views } = storeInMemory()
    const message = signed(fans[0]!, draft('engagement/chat', 30, { room: 'main', name: '', text: 'hi' }))
    store.append([...events, message].map(accepted))
    const elsewhere = testAuthor(9).publicKey
    const banned = fans[2]!
    const target = asText(accepted(message).id, 'hex')
    const by = (type: string, seq: number, body: unknown) =>
      accepted(signed(banned, { ...draft(type, seq, body), community: elsewhere }))
    store.append([
      by('engagement/comment', 31, { release: RELEASE, track: null, atMs: null, name: '', text: 'still here' }),
      by('engagement/reaction', 32, { target: RELEASE, emoji: '💩', on: true }),
      by('engagement/reaction', 33, { target, emoji: '💩', on: true }),
    ])
    expect(views.comments(RELEASE).map(comment => comment.text)).toEqual(['that bridge', 'that bridge'])
    expect(views.reactions(RELEASE, null).map(tally => tally.emoji)).toEqual(['👏'])
    expect(views.reactions(target, null)).toEqual([])
    store.append([accepted(signed(fans[0]!, draft('engagement/reaction', 34, { target, emoji: '👋', on: true })))])
    expect(views.reactions(target, null).map(tally => tally.emoji)).toEqual(['👋'])
  })

  it('show the latest comments and the most used reactions when there are very many', () => {
    const { store, views } = storeInMemory()
    store.append(events.map(accepted))
    const crowd = Array.from({ length: COMMENTS_MAX + 3 }, (_, n) => n)
    const comment = (n: number) => ({ release: RELEASE, track: null, atMs: null, name: '', text: `no. ${n}` })
    store.append(crowd.map(n => accepted(signed(fans[0]!, draft('engagement/comment', 100 + n, comment(n))))))
    const shown = views.comments(RELEASE)
    expect(shown).toHaveLength(COMMENTS_MAX)
    expect(shown.at(-1)?.text).toBe(`no. ${COMMENTS_MAX + 2}`)
    const emoji = (n: number) => ({ target: RELEASE, emoji: `word ${n}`, on: true })
    store.append(crowd.map(n => accepted(signed(fans[1]!, draft('engagement/reaction', 10_000 + n, emoji(n))))))
    expect(views.reactions(RELEASE, null)).toHaveLength(REACTIONS_MAX)
  })

  it('keep a release id with the community that used it first', () => {
    const { store, views } = storeInMemory()
    store.append(events.map(accepted))
    const thief = testAuthor(9)
    store.append([
      accepted(signed(thief, { ...draft('catalog/release', 99, manifest('Stolen')), community: thief.publicKey })),
    ])
    expect(views.release(RELEASE)?.manifest.title).toBe('Second take')
  })

  it('take a release down, and give its signed manifest for export until then', () => {
    const { store, views } = storeInMemory()
    store.append(events.map(accepted))
    expect(views.releaseEnvelope(RELEASE)).not.toBeNull()
    store.append([accepted(signed(desk, draft('catalog/withdraw', 8, { id: RELEASE, reason: 'sample cleared late' })))])
    expect(views.release(RELEASE)).toBeNull()
  })

  it('keep a release that another community says it takes down', () => {
    const { store, views } = storeInMemory()
    const other = testAuthor(9)
    const takedown = { ...draft('catalog/withdraw', 99, { id: RELEASE, reason: '' }), community: other.publicKey }
    store.append([...events.map(accepted), accepted(signed(other, takedown))])
    expect(views.release(RELEASE)?.manifest.title).toBe('Second take')
  })
})
