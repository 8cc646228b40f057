import { describe, expect, it } from 'vitest'
import { planRelay, RELAY_ITEMS_MAX } from '#src/value/relay/plan.ts'
import type { Neighbour, PendingOut, RelayView, Waiting } from '#src/value/relay/view.ts'

const TIMES = { askEveryMs: 1_000, recourseMs: 86_400_000 }
const NOW = 1_000_000
const neighbour = (more: Partial<Neighbour> = {}): Neighbour => ({
  community: 'bb',
  connected: true,
  retryAt: 0,
  took: 0,
  askedAt: 0,
  received: 0,
  ...more,
})
const out = (sequence: number, more: Partial<PendingOut> = {}): PendingOut => ({
  next: 'bb',
  sequence,
  index: 10 + sequence,
  expiry: NOW + 60_000,
  written: false,
  asset: 'EUR/2',
  net: 100n,
  ...more,
})
const ask = (sequence: number, from = 'bb'): Waiting => ({ from, what: 'ask', sequence })
const result = (sequence: number, from = 'bb'): Waiting => ({ from, what: 'result', sequence })
const view = (more: Partial<RelayView> = {}): RelayView => ({
  certified: 100,
  pending: [],
  decided: [],
  waiting: [],
  neighbours: [neighbour()],
  trust: [{ community: 'bb', asset: 'EUR/2', room: 1_000n }],
  ...more,
})
const plan = (more: Partial<RelayView>, now = NOW) => planRelay(view(more), now, TIMES)

describe('the relay', () => {
  it('has nothing to do when nothing is under way', () => {
    expect(plan({})).toEqual([])
  })

  it('sends what a certificate covers, in the order of the sequences, and nothing after a gap in it', () => {
    const pending = [out(3), out(1), out(2)]
    expect(plan({ pending, certified: 13 })).toEqual([{ act: 'send', to: 'bb', items: [out(1), out(2)] }])
    expect(plan({ pending, certified: 11 })).toEqual([])
  })

  it('sends at most a message full at once', () => {
    const pending = Array.from({ length: 100 }, (_, n) => out(n + 1))
    const [act] = plan({ pending, certified: 1_000 })
    expect(act?.act === 'send' && act.items.length).toBe(RELAY_ITEMS_MAX)
  })

  it('asks about what was taken and not answered, not too often', () => {
    const pending = [out(1), out(2)]
    const asked = (askedAt: number) => plan({ pending, neighbours: [neighbour({ took: 2, askedAt })] })
    expect(asked(0)).toEqual([{ act: 'ask', from: 'bb', sequences: [1, 2] }])
    expect(asked(NOW - 999)).toEqual([])
    expect(asked(NOW - 1_000)).toHaveLength(1)
  })

  it('asks about all of many in turn: who stays silent hides nobody', () => {
    const pending = Array.from({ length: 200 }, (_, n) => out(n + 1))
    const asked = new Set<number>()
    for (let turn = 0; turn < 20; turn++)
      for (const act of plan({ pending, certified: 1_000, neighbours: [neighbour({ took: 200 })] }, NOW + turn * 1_000))
        if (act.act === 'ask') {
          expect(act.sequences.length).toBe(RELAY_ITEMS_MAX)
          for (const sequence of act.sequences) asked.add(sequence)
        }
    expect(asked.size).toBe(200)
  })

  it('says nothing to who is away or is to be left alone for now', () => {
    const pending = [out(1)]
    expect(plan({ pending, neighbours: [neighbour({ connected: false })] })).toEqual([])
    expect(plan({ pending, neighbours: [neighbour({ retryAt: NOW + 1 })] })).toEqual([])
    expect(plan({ pending, neighbours: [neighbour({ retryAt: NOW })] })).toHaveLength(1)
  })

  it('takes what came in order, and waits where one is missing', () => {
    const waiting = [ask(6), ask(4), ask(3)]
    expect(plan({ waiting, neighbours: [neighbour({ received: 2 })] })).toEqual([
      { act: 'take', source: 'bb', sequence: 3 },
      { act: 'take', source: 'bb', sequence: 4 },
    ])
    expect(plan({ waiting, neighbours: [neighbour({ received: 1 })] })).toEqual([])
  })

  it('ends what a proof has come for, before anything else, and does not send it again', () => {
    const acts = plan({ pending: [out(1), out(2)], waiting: [result(2), ask(1)] })
    expect(acts.map(({ act }) => act)).toEqual(['end', 'take', 'send'])
    expect(acts[2]).toEqual({ act: 'send', to: 'bb', items: [out(1)] })
  })

  it('ignores a proof for what is not open: it came twice, or for another log', () => {
    expect(plan({ pending: [out(1)], certified: 0, waiting: [result(7), result(1, 'cc')] })).toEqual([])
  })

  it('writes off after the recourse, not before, once, and not when the proof is there', () => {
    const due = NOW - TIMES.recourseMs
    const dueOut = (more: Partial<PendingOut>) => plan({ pending: [out(1, more)], certified: 0 })
    expect(dueOut({ expiry: due })).toEqual([{ act: 'write-off', next: 'bb', sequence: 1 }])
    expect(dueOut({ expiry: due + 1 })).toEqual([])
    expect(dueOut({ expiry: due, written: true })).toEqual([])
    expect(plan({ pending: [out(1, { expiry: due })], certified: 0, waiting: [result(1)] })).toEqual([
      { act: 'end', next: 'bb', sequence: 1 },
    ])
  })

  it('gives up by itself only what the own line leaves room for, the oldest first', () => {
    const expiry = NOW - TIMES.recourseMs
    const pending = [out(1, { expiry }), out(2, { expiry: expiry - 1, net: 950n }), out(3, { expiry, net: 50n })]
    const due = (room: bigint, more: Partial<PendingOut> = {}) =>
      plan({
        pending: pending.map(one => ({ ...one, ...more })),
        certified: 0,
        trust: [{ community: 'bb', asset: 'EUR/2', room }],
      }).flatMap(act => (act.act === 'write-off' ? [act.sequence] : []))
    expect(due(1_100n)).toEqual([2, 1, 3])
    expect(due(1_000n)).toEqual([2, 3])
    expect(due(120n)).toEqual([1])
    expect(due(0n)).toEqual([])
    expect(due(1_000n, { asset: 'USD/2' })).toEqual([])
    expect(due(1_000n, { next: 'cc' })).toEqual([])
  })

  it('goes on asking about what was written off: a late proof still counts', () => {
    expect(plan({ pending: [out(1, { written: true })] })).toEqual([
      { act: 'send', to: 'bb', items: [out(1, { written: true })] },
    ])
  })

  it('shows the source what was decided here, once a certificate covers it', () => {
    const decided = [
      { source: 'bb', sequence: 2, index: 99 },
      { source: 'bb', sequence: 1, index: 20 },
      { source: 'bb', sequence: 3, index: 100 },
    ]
    expect(plan({ decided })).toEqual([{ act: 'return', to: 'bb', items: [decided[1], decided[0]] }])
  })

  it('plans the same whatever the order of what it is given', () => {
    const waiting = [ask(1), result(2), ask(2), result(1)]
    const pending = [out(1), out(2), out(3)]
    const neighbours = [neighbour(), neighbour({ community: 'aa' })]
    const forwards = plan({ waiting, pending, neighbours })
    const backwards = plan({
      waiting: waiting.toReversed(),
      pending: pending.toReversed(),
      neighbours: neighbours.toReversed(),
    })
    expect(backwards).toEqual(forwards)
  })
})
