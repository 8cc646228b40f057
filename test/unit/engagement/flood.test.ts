import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BITS_MAX, BITS_MIN, bitsAsked, counted, FLOOD_LEVEL, HALF_LIFE_MS, levelAt } from '#src/engagement/flood.ts'
import { waitMs } from '#src/engagement/turns.ts'
import { findWork, leadingZeros, workMessage } from '#src/engagement/work.ts'

describe('the price in a flooded room', () => {
  it('is nothing while it is calm, and rises with the flood up to what a phone can pay', () => {
    const price = (level: number) => bitsAsked({ level, atMs: 0 }, 0)
    expect([0, FLOOD_LEVEL - 1, FLOOD_LEVEL, FLOOD_LEVEL * 2, FLOOD_LEVEL * 1e6].map(price)).toEqual([
      0,
      0,
      BITS_MIN,
      BITS_MIN + 2,
      BITS_MAX,
    ])
    fc.assert(fc.property(fc.nat(), fc.nat(), (a, b) => price(Math.min(a, b)) <= price(Math.max(a, b))))
  })

  it('falls by half with each half-life, and not when a clock steps back', () => {
    const meter = { level: 800, atMs: 1_000 }
    expect(levelAt(meter, 1_000 + HALF_LIFE_MS)).toBeCloseTo(400)
    expect(levelAt(meter, 0)).toBe(800)
    expect(counted(meter, 0)).toEqual({ level: 801, atMs: 1_000 })
  })
})

describe('work', () => {
  it('that was found is right for its event, and for hardly any other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.integer({ min: 0, max: 8 }), (id, bits) => {
        const nonce = findWork(sha256, id, bits)
        expect(leadingZeros(sha256(workMessage(id, nonce)))).toBeGreaterThanOrEqual(bits)
      }),
      { numRuns: 30 },
    )
    const nonce = findWork(sha256, new Uint8Array(32), 16)
    expect(leadingZeros(sha256(workMessage(new Uint8Array(32).fill(1), nonce)))).toBeLessThan(16)
  })

  it('counts zero bits from the first byte on', () => {
    expect([[0x80], [0x7f], [0x01], [0, 0x40], [0, 0]].map(hash => leadingZeros(Uint8Array.from(hash)))).toEqual([
      0, 1, 7, 9, 16,
    ])
  })
})

describe('a turn', () => {
  it('never lets wait longer than the rule, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.nat(600_000), fc.integer(), fc.integer(), (slowMs, lastMs, nowMs) => {
        const wait = waitMs(slowMs, lastMs, nowMs)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThanOrEqual(slowMs)
      }),
    )
    expect(waitMs(5_000, undefined, 1)).toBe(0)
    expect(waitMs(5_000, 1_000, 4_000)).toBe(2_000)
  })
})
