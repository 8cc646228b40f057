import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  costOf,
  dueOf,
  type Meter,
  type MeterEvent,
  meterStep,
  nextDueMs,
  reachedCap,
  STEP_MS_MAX,
  startMeter,
  weighVoucher,
} from '#src/value/meter.ts'

const TERMS = { price: 3n, cap: 100n, everyMs: 30_000 }
const on = (name: 'play' | 'tick' | 'pause' | 'seek', positionMs: number): MeterEvent => ({ on: name, positionMs })

function run(events: readonly MeterEvent[], start: Meter = startMeter(TERMS)) {
  const signed: bigint[] = []
  let meter = start
  for (const event of events) {
    const done = meterStep(meter, event)
    meter = done.meter
    if (done.sign !== null) signed.push(done.sign)
  }
  return { meter, signed }
}

describe('a session that is paid by playing', () => {
  it('signs for 30 seconds of playing at a time', () => {
    const { signed } = run([
      on('play', 0),
      on('tick', 29_999),
      on('tick', 30_000),
      on('tick', 59_000),
      on('tick', 61_000),
    ])
    expect(signed).toEqual([3n, 6n])
  })

  it('signs at the end for what is left, in proportion', () => {
    expect(run([on('play', 0), on('tick', 30_000), on('tick', 40_000), { on: 'stop' }]).signed).toEqual([3n, 4n])
    expect(run([on('play', 0), on('tick', 9_999), { on: 'stop' }]).signed).toEqual([])
  })

  it('charges neither waiting nor pausing nor jumping', () => {
    const { meter } = run([
      on('play', 0),
      on('tick', 5_000),
      on('tick', 5_000),
      on('pause', 6_000),
      on('tick', 20_000),
      on('play', 20_000),
      on('seek', 90_000),
      on('tick', 91_000),
      on('seek', 10_000),
      on('tick', 9_000),
      on('tick', 11_000),
    ])
    expect(meter.playedMs).toBe(6_000 + 1_000 + 2_000)
  })

  it('does not charge a step longer than a player makes', () => {
    expect(run([on('play', 0), on('tick', STEP_MS_MAX + 1)]).meter.playedMs).toBe(0)
  })

  it('stops at the cap, having signed exactly the cap', () => {
    const { meter, signed } = run(
      [on('play', 0), on('tick', 30_000), on('tick', 60_000), on('tick', 90_000), on('tick', 120_000)],
      startMeter({ ...TERMS, cap: 7n }),
    )
    expect(signed).toEqual([3n, 6n, 7n])
    expect(meter.phase).toBe('stopped')
    expect(meterStep(meter, on('tick', 130_000))).toEqual({ meter, sign: null })
  })

  it('says when the next voucher or the cap is due', () => {
    const { meter } = run([on('play', 0), on('tick', 10_000)], startMeter({ ...TERMS, cap: 2n }))
    expect(nextDueMs(meter)).toBe(10_000)
    expect(run([on('tick', 20_000)], meter)).toMatchObject({ signed: [2n], meter: { phase: 'stopped' } })
    expect(nextDueMs(run([on('play', 0), on('tick', 10_000)]).meter)).toBe(20_000)
    expect(nextDueMs(startMeter(TERMS))).toBeNull()
  })

  it('plays on for free without a voucher, whatever the cap', () => {
    const { meter, signed } = run(
      [on('play', 0), on('tick', 80_000), { on: 'stop' }],
      startMeter({ ...TERMS, price: 0n, cap: 0n }),
    )
    expect(signed).toEqual([])
    expect(reachedCap(meter)).toBe(false)
  })

  it('does not play what costs something when nothing is set aside', () => {
    expect(run([on('play', 0)], startMeter({ ...TERMS, cap: 0n }))).toMatchObject({
      signed: [],
      meter: { phase: 'stopped' },
    })
  })

  it('fixes what a recording came to when the next begins', () => {
    const { signed, meter } = run([
      on('play', 0),
      on('tick', 19_000),
      { on: 'next' },
      on('tick', 0),
      on('tick', 19_000),
      { on: 'stop' },
    ])
    expect(signed).toEqual([1n, 2n])
    expect(meter.before).toBe(1n)
  })

  const events = fc.array(
    fc.oneof(
      fc.record({
        on: fc.constantFrom('play' as const, 'tick' as const, 'pause' as const, 'seek' as const),
        positionMs: fc.nat(200_000),
      }),
      fc.record({ on: fc.constantFrom('next' as const, 'stop' as const) }),
    ),
    { maxLength: 60 },
  )
  const terms = fc.record({
    price: fc.bigInt({ min: 0n, max: 500n }),
    cap: fc.bigInt({ min: 0n, max: 3_000n }),
    everyMs: fc.integer({ min: 1_000, max: 60_000 }),
  })

  it('signs ever more, never beyond the cap, and never more than what was played costs', () => {
    fc.assert(
      fc.property(terms, events, (given, happened) => {
        let meter = startMeter(given)
        let [last, played] = [0n, 0]
        for (const event of happened) {
          const before = meter.playedMs
          const done = meterStep(meter, event)
          if (event.on !== 'next') played += done.meter.playedMs - before
          if (done.sign !== null) {
            expect(done.sign > last && done.sign <= given.cap).toBe(true)
            last = done.sign
          }
          meter = done.meter
          expect(last <= costOf(given.price, played)).toBe(true)
        }
        // Whoever closes the page owes at most what the time since the last voucher costs.
        const unsigned = meter.playedMs - meter.signedMs
        expect(dueOf(meter) - meter.signed <= costOf(given.price, unsigned) + 1n).toBe(true)
        if (meter.phase !== 'stopped')
          expect(unsigned < given.everyMs || given.price === 0n || dueOf(meter) === meter.signed).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the voucher that a stage holds', () => {
  const limits = { spent: 5n, cap: 100n }
  const held = { cumulative: 10n, id: 'aa' }
  it('is replaced by a larger one, and by nothing else', () => {
    const code = (cumulative: bigint, id = 'bb', before: typeof held | null = held) => {
      const verdict = weighVoucher(before, { cumulative, id }, limits)
      return verdict.kind === 'refuse' ? verdict.code : verdict.kind
    }
    expect(code(11n)).toBe('accept')
    expect(code(10n, 'aa')).toBe('same')
    expect(code(10n)).toBe('stale-voucher')
    expect(code(101n)).toBe('over-cap')
    expect(code(100n)).toBe('accept')
    expect(code(0n)).toBe('zero-amount')
    expect(code(5n, 'bb', null)).toBe('stale-voucher')
    expect(code(6n, 'bb', null)).toBe('accept')
  })
})
