import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer, decodeAnswer, decodeRequest, encodeMessage, type Request } from '#protocols/sync/v1/codec.ts'
import { RANGES_MAX } from '#protocols/sync/v1/constants.ts'
import type { Range } from '#protocols/sync/v1/ranges.ts'
import type { EventSet } from '#src/engagement/reconcile/event-set.ts'
import { Initiator } from '#src/engagement/reconcile/initiator.ts'
import { INITIATOR_ROOM, RESPONDER_ROOM, reconcile } from '#src/engagement/reconcile/ranges.ts'
import { Responder } from '#src/engagement/reconcile/responder.ts'
import type { Step } from '#src/engagement/reconcile/step.ts'
import { parseSimEvent, SimSet, simEvent } from '#test/support/sim-set.ts'

const COMMUNITY = new Uint8Array(32).fill(7)

function addAll(set: SimSet, events: readonly Uint8Array[]): void {
  for (const bytes of events) set.add(parseSimEvent(bytes))
}

interface Played {
  readonly end: Step<Request>['end']
  readonly rounds: number
  readonly bytes: number
  readonly mode: string
}

/** Plays one session to its end, through the real bytes. */
function play(a: SimSet, b: SimSet, answerer?: (request: Request) => Answer | null): Played {
  const initiator = new Initiator(COMMUNITY, a)
  const responder = new Responder(() => b)
  let rounds = 0
  let bytes = 0
  let step = initiator.start()
  for (;;) {
    if (step.end !== null) return { end: step.end, rounds, bytes, mode: initiator.mode }
    let answer: Answer | null = null
    if (step.send !== null) {
      const sent = encodeMessage(step.send)
      const request = decodeRequest(sent)
      if (!request.ok || request.value.t === 'log') throw new Error('not a request')
      const own = responder.receive(request.value)
      addAll(b, own.store ?? [])
      const reply = own.store === null ? own : responder.stored({ stored: own.store.length, refused: 0 })
      const back = encodeMessage(answerer?.(step.send) ?? (reply.send as Answer))
      const decoded = decodeAnswer(back)
      if (!decoded.ok) throw new Error(decoded.error.message)
      answer = decoded.value
      rounds++
      bytes += sent.length + back.length
    }
    if (step.store !== null) {
      addAll(a, step.store)
      const then = initiator.stored()
      if (answer === null) {
        step = then
        continue
      }
    }
    step = initiator.receive(answer as Answer)
  }
}

const event = fc
  .record({ author: fc.nat(5), seq: fc.integer({ min: 1, max: 60 }), at: fc.nat(40), variant: fc.nat(1) })
  .map(({ author, seq, at, variant }) => simEvent(author, seq, at, variant))
const where = fc.constantFrom('a', 'b', 'both', 'both', 'both')

describe('a sync session', () => {
  it('brings two sides with any events, gaps and equal sequences to the same set', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, where), { maxLength: 400 }), fc.boolean(), (events, vectors) => {
        const [a, b] = [new SimSet(), new SimSet()]
        if (!vectors) b.vector = () => null
        for (const [item, side] of events) {
          if (side !== 'b') a.add(item)
          if (side !== 'a') b.add(item)
        }
        const union = new Set([...a.ids(), ...b.ids()]).size
        expect(play(a, b).end).toBe('done')
        expect(a.size).toBe(union)
        expect(a.ids()).toEqual(b.ids())
      }),
      { numRuns: 300 },
    )
  })

  it('needs one round trip and under 200 bytes when both sides are equal', () => {
    const [a, b] = [new SimSet(), new SimSet()]
    for (let seq = 1; seq <= 50; seq++) for (const set of [a, b]) set.add(simEvent(1, seq, seq))
    const played = play(a, b)
    expect(played).toMatchObject({ end: 'done', rounds: 1, mode: 'same' })
    expect(played.bytes).toBeLessThan(200)
  })

  it('brings tails by vector and confirms them with one fingerprint', () => {
    const [a, b] = [new SimSet(), new SimSet()]
    for (let seq = 1; seq <= 300; seq++) {
      for (const author of [1, 2, 3]) {
        if (seq <= 280) a.add(simEvent(author, seq, seq))
        b.add(simEvent(author, seq, seq))
      }
    }
    const played = play(a, b)
    expect(played).toMatchObject({ end: 'done', rounds: 3, mode: 'vector' })
    expect(a.ids()).toEqual(b.ids())
  })

  it('moves disjoint sets larger than one message in both directions', () => {
    const [a, b] = [new SimSet(), new SimSet()]
    b.vector = () => null
    for (let seq = 1; seq <= 20_000; seq++) (seq % 2 === 0 ? a : b).add(simEvent(seq % 251, seq, seq >> 3))
    expect(play(a, b).end).toBe('done')
    expect(a.size).toBe(20_000)
    expect(b.size).toBe(20_000)
  })

  it('lists a large holding against a nearly empty one in bounded messages', () => {
    const [a, b] = [new SimSet(), new SimSet()]
    b.vector = () => null
    a.add(simEvent(9, 1, 5))
    for (let seq = 1; seq <= 30_000; seq++) b.add(simEvent(1, seq, seq >> 2))
    expect(play(a, b).end).toBe('done')
    expect(a.size).toBe(30_001)
    expect(b.size).toBe(30_001)
  })

  it('answers as many false fingerprints as fit into a message with one message that fits', () => {
    const set = new SimSet()
    for (let seq = 1; seq <= 40_000; seq++) set.add(simEvent(1, seq, seq))
    const snapshot = set.snapshot()
    const fingerprint = new Uint8Array(16)
    // Every range differs and is cut into three, which would be more ranges than a message may have.
    const bounds = Array.from({ length: 3_999 }, (_, i) => snapshot.boundAt((i + 1) * 10))
    const theirs: Range[] = [...bounds, null].map(upper => ({ upper, mode: 'fingerprint', fingerprint }))
    for (const room of [INITIATOR_ROOM, RESPONDER_ROOM]) {
      const { ranges } = reconcile(snapshot, theirs, room)
      expect(ranges.length).toBeGreaterThan(RANGES_MAX / 2)
      expect(ranges.length).toBeLessThanOrEqual(RANGES_MAX)
      expect(ranges.at(-1)).toMatchObject({ upper: null, mode: 'fingerprint' })
      expect(decodeRequest(encodeMessage({ t: 'reconcile', ranges })).ok).toBe(true)
    }
  })

  it('ends when the other side answers batches that never get further', () => {
    const [a, b] = [new SimSet(), new SimSet()]
    b.add(simEvent(1, 1, 1))
    const stuck = (request: Request): Answer | null =>
      request.t === 'authors' ? { t: 'events', events: [simEvent(1, 1, 1).bytes], next: [0, 0] } : null
    expect(play(a, b, stuck).end).toMatchObject({ code: 'no-progress' })
  })

  it('ends when the other side answers out of turn or with an error', () => {
    const [a, b] = [new SimSet(), new SimSet()]
    b.add(simEvent(1, 1, 1))
    expect(play(a, b, () => ({ t: 'stored', stored: 0, refused: 0 })).end).toMatchObject({ code: 'unexpected-answer' })
    expect(play(a, b, () => ({ t: 'error', code: 'busy', message: 'later' })).end).toMatchObject({ code: 'busy' })
  })

  it('stays in bounds against a side that always claims a difference', () => {
    const [a, b] = [new SimSet(), new SimSet()]
    for (let seq = 1; seq <= 100; seq++) a.add(simEvent(1, seq, seq))
    b.add(simEvent(1, 1, 1))
    const liar = (request: Request): Answer | null =>
      request.t === 'reconcile'
        ? {
            t: 'ranges',
            ranges: [{ upper: null, mode: 'fingerprint', fingerprint: new Uint8Array(16) }],
            have: [],
            need: [],
          }
        : null
    expect(play(a, b, liar).end).toMatchObject({ code: 'no-progress' })
  })
})

describe('the accepting side', () => {
  const responder = (set: EventSet | null) => new Responder(() => set)

  it('answers an unknown community and a request before open with typed errors', () => {
    const open: Request = { t: 'open', community: COMMUNITY, fingerprint: new Uint8Array(16) }
    expect(responder(null).receive(open).send).toMatchObject({ t: 'error', code: 'unknown-community' })
    expect(responder(new SimSet()).receive({ t: 'push', events: [] }).send).toMatchObject({ code: 'out-of-order' })
  })

  it('refuses to go on with a reconciliation that was not begun', () => {
    const side = responder(new SimSet())
    side.receive({ t: 'open', community: COMMUNITY, fingerprint: new Uint8Array(16) })
    expect(side.receive({ t: 'reconcile', ranges: [] }).send).toMatchObject({ code: 'out-of-order' })
  })
})
