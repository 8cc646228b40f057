import fc from 'fast-check'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { signerFromSeed } from '#node/identity/crypto-ports.ts'
import { createViews } from '#node/store/views.ts'
import { signed } from '#test/support/author.ts'
import { accepted, storeInMemory } from '#test/support/world.ts'

const author = (n: number) => signerFromSeed(new Uint8Array(32).fill(n + 1))
const desk = author(0)
const fans = [1, 2, 3, 4].map(author)
const [viewer] = fans
const NOW_MS = 1_700_000_000_000
const CLOSES_MS = NOW_MS + 50

const sign = (by: typeof desk, type: string, seq: number, at: number, body: unknown) =>
  accepted(signed(by, { type, community: desk.publicKey, seq, at, body }))

const POLLS = [1, 2].map(n =>
  sign(desk, 'engagement/poll', n, NOW_MS, {
    room: 'main',
    question: `Encore ${n}?`,
    options: ['yes', 'no', 'both'],
    closesAt: CLOSES_MS,
  }),
)

/** Votes in any order of sequence, some late, some for nothing on the ballot; now and then a ban or its end. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('vote' as const),
      fan: fc.integer({ min: 0, max: fans.length - 1 }),
      poll: fc.integer({ min: 0, max: POLLS.length - 1 }),
      seq: fc.integer({ min: 1, max: 12 }),
      at: fc.integer({ min: NOW_MS, max: CLOSES_MS + 10 }),
      option: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('moderate' as const),
      fan: fc.integer({ min: 0, max: fans.length - 1 }),
      ban: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'read' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'rebuild' as const }) },
)

describe('the tally of a poll', () => {
  it('is the same whether it was counted vote by vote or all at once', () => {
    const asked = { community: desk.publicKey, viewer: viewer?.publicKey ?? null, nowMs: NOW_MS }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const { db, store, views } = storeInMemory()
        store.append(POLLS)
        let seq = 10
        for (const next of steps) {
          if (next.kind === 'vote') {
            const { option, poll } = next
            const body = { poll: POLLS[poll]?.id, option }
            store.append([sign(fans[next.fan] ?? desk, 'engagement/vote', next.seq, next.at, body)])
          } else if (next.kind === 'moderate') {
            const body = { action: next.ban ? 'ban' : 'unban', target: fans[next.fan]?.publicKey, reason: '' }
            store.append([sign(desk, 'engagement/moderation', ++seq, NOW_MS, body)])
          } else if (next.kind === 'rebuild') views.rebuild()
          else expect(views.polls(asked)).toEqual(createViews(db).polls(asked))
        }
        expect(views.polls(asked)).toEqual(createViews(db).polls(asked))
        db.close()
      }),
      { numRuns: 200 },
    )
  })

  it('takes in a crowd that votes between two looks', () => {
    const { store, views } = storeInMemory()
    store.append(POLLS)
    const [poll] = POLLS
    const votes = (): (number | undefined)[] => {
      const id = asText(poll?.id ?? new Uint8Array(), 'hex')
      const shown = views.polls({ community: desk.publicKey, viewer: null, nowMs: NOW_MS }).find(p => p.id === id)
      return shown?.options.map(option => option.votes) ?? []
    }
    expect(votes()).toEqual([0, 0, 0])
    const [fan = desk] = fans
    const crowd = Array.from({ length: 2_500 }, (_, n) =>
      sign(fan, 'engagement/vote', n + 1, NOW_MS, { poll: poll?.id, option: n % 2 }),
    )
    store.append(crowd)
    expect(votes()).toEqual([0, 1, 0])
  })
})
