import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatNote, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import {
  type Announcement,
  canonicalSplits,
  decodeAnnouncement,
  decodeEntry,
  type Entry,
  encodeAnnouncement,
  encodeEntry,
} from '#protocols/ledger/v1/codec.ts'
import { ENTRY_BYTES_MAX } from '#protocols/ledger/v1/constants.ts'
import { signCheckpoint, verifyCheckpoint } from '#src/ledger/checkpoint.ts'
import { checkEntry } from '#src/ledger/entry-rules.ts'
import { executeSplit } from '#src/ledger/execute.ts'
import { community, desk, ports } from './world.ts'

const blob = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
const common = {
  at: fc.maxSafeNat(),
  order: fc.uint8Array({ maxLength: 2_048 }),
  account: blob(32),
  asset: fc.record({ code: fc.stringMatching(/^[A-Z][A-Z0-9]{2,7}$/), scale: fc.nat(9), issuer: blob(32) }),
  amount: uint64,
}
const SAFE_LINE = /^[^\p{C}\p{Z}]{1,40}$/u
const party = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter(name => SAFE_LINE.test(name))
const lines = fc.uniqueArray(fc.record({ party, shares: fc.integer({ min: 1, max: 10_000 }), amount: uint64 }), {
  minLength: 1,
  maxLength: 32,
  selector: line => line.party,
})
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ kind: fc.constant('issue' as const), ...common }),
  fc.record({
    kind: fc.constant('receipt' as const),
    ...common,
    release: fc.stringMatching(/^[0-9a-f]{32}$/),
    agreement: blob(32),
    lines,
  }),
)
const announcement: fc.Arbitrary<Announcement> = fc.record({
  entry: fc.uint8Array({ maxLength: 300 }),
  index: fc.maxSafeNat(),
  checkpoint: fc.constant(signCheckpoint(ports.hasher, desk, 1, new Uint8Array(32))),
  inclusion: fc.array(blob(32), { maxLength: 54 }),
  consistency: fc.array(blob(32), { maxLength: 54 }),
})

describe('the ledger codec', () => {
  test('reads back every entry that it wrote, to the same bytes', () => {
    fc.assert(
      fc.property(entry, value => {
        const bytes = encodeEntry(value)
        const decoded = decodeEntry(bytes)
        if (!decoded.ok) throw new Error(decoded.error.message)
        expect(encodeEntry(decoded.value)).toEqual(bytes)
        expect(decoded.value.amount).toBe(value.amount)
      }),
    )
  })

  test('reads back every announcement that it wrote', () => {
    fc.assert(
      fc.property(announcement, value => {
        expect(decodeAnnouncement(encodeAnnouncement(value))).toEqual({ ok: true, value })
      }),
    )
  })

  test('a cut or changed entry is refused, or is another entry; it never throws', () => {
    fc.assert(
      fc.property(entry, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, flip) => {
        const bytes = encodeEntry(value)
        const at = place % bytes.length
        expect(decodeEntry(bytes.subarray(0, at)).ok).toBe(false)
        const changed = bytes.slice()
        changed[at] = (changed[at] ?? 0) ^ flip
        const decoded = decodeEntry(changed)
        if (decoded.ok) expect(encodeEntry(decoded.value)).toEqual(changed)
      }),
    )
  })

  test('random bytes and random text give a typed fault, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, text) => {
        expect(decodeEntry(bytes).ok).toBe(false)
        expect(decodeAnnouncement(bytes).ok).toBe(false)
        expect(parseCheckpoint(text).ok).toBe(false)
        expect(checkEntry(ports, community, bytes).ok).toBe(false)
      }),
    )
  })

  test('the largest entry fits, and one byte above the limit does not', () => {
    const names = Array.from({ length: 32 }, (_, at) => ({ party: `${at}`.padStart(80, '水'), shares: 312 }))
    const largest = encodeEntry({
      kind: 'receipt',
      at: Number.MAX_SAFE_INTEGER,
      order: new Uint8Array(2_048),
      account: new Uint8Array(32),
      asset: { code: 'ABCDEFGH', scale: 9, issuer: new Uint8Array(32) },
      amount: (1n << 64n) - 1n,
      release: '0'.repeat(32),
      agreement: new Uint8Array(32),
      lines: executeSplit((1n << 64n) - 1n, names),
    })
    expect(largest.length).toBeLessThan(ENTRY_BYTES_MAX)
    expect(decodeEntry(largest).ok).toBe(true)
    expect(decodeEntry(new Uint8Array(ENTRY_BYTES_MAX + 1))).toMatchObject({ error: { code: 'too-large' } })
  })

  test('an agreement is the same however its parties are listed', () => {
    fc.assert(
      fc.property(
        lines.chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(canonicalSplits(shuffled)).toEqual(canonicalSplits(list))
        },
      ),
    )
  })

  test('a checkpoint verifies for its community alone, and with up to sixteen signatures', () => {
    const note = signCheckpoint(ports.hasher, desk, 7, new Uint8Array(32).fill(7))
    expect(verifyCheckpoint(ports, community, note)).toMatchObject({ ok: true, value: { size: 7 } })
    const parsed = parseCheckpoint(note)
    if (!parsed.ok) throw new Error(parsed.error.message)
    expect(formatNote(parsed.value.text, parsed.value.signatures)).toBe(note)
    const seats = Array.from({ length: 15 }, (_, at) => ({
      name: `seat-${at}.example`,
      keyId: new Uint8Array(4).fill(at),
      signature: new Uint8Array(72),
    }))
    const many = formatNote(parsed.value.text, [...parsed.value.signatures, ...seats])
    expect(verifyCheckpoint(ports, community, many)).toMatchObject({ ok: true })
  })
})
