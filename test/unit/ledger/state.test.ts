import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeEntry } from '#protocols/ledger/v1/codec.ts'
import { signCheckpoint } from '#src/ledger/checkpoint.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { checkEntry } from '#src/ledger/entry-rules.ts'
import { executeOrder } from '#src/ledger/execute.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { readOrder } from '#src/ledger/orders.ts'
import { replayLog } from '#src/ledger/replay.ts'
import { applyEntry, createMemoryState } from '#src/ledger/state.ts'
import { testAuthor } from '#test/support/author.ts'
import { asset, BAND, community, desk, issueOrder, ports, RELEASE, type TestOrder, tipOrder } from './world.ts'

const fans = [testAuthor(10), testAuthor(11)]

interface Step {
  readonly fan: number
  readonly issue: boolean
  readonly amount: bigint
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ fan: fc.nat(1), issue: fc.boolean(), amount: fc.bigInt({ min: 1n, max: 500n }) }),
  { maxLength: 25 },
)

/** Runs orders as a sequencer does: what a rule refuses is left out. Answers the log and the state after it. */
function run(plan: readonly Step[]) {
  const state = createMemoryState()
  const entries: Uint8Array[] = []
  for (const [at, { fan, issue, amount }] of plan.entries()) {
    const author = fans[fan] ?? desk
    const made: TestOrder = issue ? issueOrder(at, amount, desk, author.publicKey) : tipOrder(at, amount, author)
    const order = readOrder(ports.hasher, community, made.envelope)
    if (!order.ok) throw new Error(order.error.message)
    const entry = executeOrder(ports.hasher, order.value, made.envelope.bytes, at, BAND)
    if (!entry.ok) throw new Error(entry.error.message)
    const effects = applyEntry(state, { entry: entry.value, order: order.value })
    if (!effects.ok) {
      expect(effects.error.code).toBe('insufficient-balance')
      continue
    }
    state.commit(effects.value)
    entries.push(encodeEntry(entry.value))
  }
  return { state, entries }
}

const head = (entries: readonly Uint8Array[]): string => {
  const { hasher } = ports
  const range = entries.reduce((grown, entry) => extendRange(hasher, grown, leafHash(hasher, entry)), EMPTY_RANGE)
  return signCheckpoint(hasher, desk, entries.length, rangeRoot(hasher, range))
}

describe('the ledger state', () => {
  test('creates no unit and loses none: what was issued is held or was earned', () => {
    fc.assert(
      fc.property(steps, plan => {
        const { state, entries } = run(plan)
        const issued = plan.filter(step => step.issue).reduce((sum, step) => sum + step.amount, 0n)
        const held = fans.reduce((sum, fan) => sum + state.balance(fan.publicKey, asset), 0n)
        const earned = BAND.reduce((sum, { party }) => sum + state.earned(RELEASE, party, asset), 0n)
        expect(held + earned).toBe(issued)
        expect(entries.length).toBeLessThanOrEqual(plan.length)
      }),
      { numRuns: 30 },
    )
  })

  test('an order becomes the same entry in whatever order a release names its parties, and everybody can read it', () => {
    const { envelope } = tipOrder(1, 101n)
    const order = readOrder(ports.hasher, community, envelope)
    if (!order.ok) throw new Error(order.error.message)
    const entryOf = (splits: typeof BAND) => {
      const entry = executeOrder(ports.hasher, order.value, envelope.bytes, 1, splits)
      if (!entry.ok) throw new Error(entry.error.message)
      return encodeEntry(entry.value)
    }
    const reversed = entryOf([...BAND].reverse())
    expect(reversed).toEqual(entryOf(BAND))
    expect(checkEntry(ports, community, reversed).ok).toBe(true)
  })

  test('replayed from its entries alone it comes to the same balances', () => {
    fc.assert(
      fc.property(steps, plan => {
        const { state, entries } = run(plan)
        const replay = replayLog(ports, community, entries, head(entries))
        if (!replay.ok) throw new Error(replay.error.message)
        for (const { publicKey } of fans)
          expect(replay.value.state.balance(publicKey, asset)).toBe(state.balance(publicKey, asset))
        for (const { party } of BAND)
          expect(replay.value.state.earned(RELEASE, party, asset)).toBe(state.earned(RELEASE, party, asset))
      }),
      { numRuns: 15 },
    )
  })

  test('a replay names the first entry that is wrong', () => {
    const { entries } = run([
      { fan: 0, issue: true, amount: 100n },
      { fan: 0, issue: false, amount: 60n },
    ])
    const [issued, tipped] = entries as [Uint8Array, Uint8Array]
    const replay = (list: Uint8Array[]) => replayLog(ports, community, list, head(list))
    const refused = (code: string, index: number) => ({
      ok: false,
      error: { code, message: expect.stringMatching(`^entry ${index}: `) },
    })
    expect(replay([issued, tipped])).toMatchObject({ ok: true })
    expect(replay([tipped])).toMatchObject(refused('insufficient-balance', 0))
    expect(replay([issued, tipped, tipped])).toMatchObject(refused('duplicate-order', 2))
    expect(replay([issued, issued])).toMatchObject(refused('duplicate-order', 1))
    expect(replay([issued, tipped, tipped.slice(1)])).toMatchObject(refused('bad-entry', 2))
    const late = run([
      { fan: 1, issue: false, amount: 1n },
      { fan: 1, issue: true, amount: 1n },
    ]).entries
    expect(replay([...late, issued])).toMatchObject(refused('time-reversed', 1))
    expect(replayLog(ports, community, [issued, tipped], head([issued]))).toMatchObject({
      error: { code: 'bad-entry' },
    })
    expect(replayLog(ports, desk.publicKey.slice().fill(1), [], head([]))).toMatchObject({ ok: false })
  })
})
