import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { voucherBytes, voucherBytesIn } from '#protocols/ledger/v1/voucher.ts'
import { decodeGenerically, encodeGenerically, entry, itemsOf, stream } from '#test/support/ledger-arbitraries.ts'
import { mutate, seeded } from '#test/support/seeded.ts'

const sorted = (entry: unknown): unknown[] => itemsOf(entry as never)

const community = new Uint8Array(32).fill(7)

describe('an entry', () => {
  test('is written by the fast writer exactly as by the generic encoder', () => {
    fc.assert(
      fc.property(entry, value => {
        expect(encodeEntry(value)).toEqual(encodeGenerically(value))
      }),
    )
  })

  test('survives a round trip', () => {
    fc.assert(
      fc.property(entry, value => {
        expect(decodeEntry(encodeEntry(value))).toEqual({ ok: true, value })
      }),
    )
  })

  test('is refused when cut short at any byte or followed by another', () => {
    fc.assert(
      fc.property(entry, fc.nat(), (value, at) => {
        const whole = encodeEntry(value)
        expect(decodeEntry(whole.subarray(0, at % whole.length)).ok).toBe(false)
        expect(decodeEntry(Uint8Array.from([...whole, 0])).ok).toBe(false)
      }),
    )
  })

  test('is accepted by the pull reader exactly when the generic decoder accepts it, with the same value', () => {
    const random = seeded(11)
    const samples = fc.sample(entry, { numRuns: 300, seed: 7 }).map(encodeEntry)
    let accepted = 0
    for (let round = 0; round < 30_000; round++) {
      let bytes = mutate(random, random.pick(samples), samples)
      if (random.next() < 0.2) bytes = mutate(random, bytes, samples)
      const fast = decodeEntry(bytes)
      const slow = decodeGenerically(bytes)
      if (fast.ok !== slow.ok) expect.fail(`${Buffer.from(bytes).toString('hex')}: ${fast.ok} but ${slow.ok}`)
      if (!fast.ok || !slow.ok) continue
      accepted++
      // The generic decoder gives small integers as numbers; the shapes turned amounts into bigints in both.
      expect(sorted(fast.value)).toEqual(slow.value)
    }
    // Flipped bits within keys and amounts leave an entry readable: both sides of the comparison were exercised.
    expect(accepted).toBeGreaterThan(1_000)
  })

  test('is refused in every longer spelling of one of its integers', () => {
    const value = { kind: 'commit', at: 5, previous: 0, epoch: 0 } as const
    const whole = encodeEntry({ ...value, stateRoot: new Uint8Array(32), rules: new Uint8Array(32) })
    const at = 8
    expect(whole[at]).toBe(5)
    for (const head of [
      [0x18, 5],
      [0x19, 0, 5],
      [0x1a, 0, 0, 0, 5],
      [0x1b, 0, 0, 0, 0, 0, 0, 0, 5],
    ]) {
      const longer = Uint8Array.from([...whole.subarray(0, at), ...head, ...whole.subarray(at + 1)])
      expect(decodeEntry(longer)).toMatchObject({ ok: false, error: { code: 'not-canonical' } })
      expect(decodeGenerically(longer).ok).toBe(false)
    }
  })

  test('of the kind stream holds its voucher as it was signed', () => {
    fc.assert(
      fc.property(stream, value => {
        const bytes = encodeEntry(value)
        expect(voucherBytesIn(community, bytes)).toEqual(voucherBytes(community, value))
        expect(bytes.length).toBeLessThanOrEqual(275)
      }),
    )
  })
})
