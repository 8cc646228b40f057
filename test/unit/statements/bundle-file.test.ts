import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { type Bundle, decodeBundle, encodeBundle } from '#protocols/ledger/v1/bundle.ts'
import { PART_KINDS } from '#protocols/ledger/v1/bundle-file.ts'

const sha256 = (data: Uint8Array): Uint8Array => hasher.sha256(data)

const bytes = fc.uint8Array({ maxLength: 80 })
const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 5 })
const index = fc.nat(1_000_000)
const leaf = fc.record({ index, entry: bytes, path: hashes })
const word = fc.stringMatching(/^[a-z]{1,12}$/)

const bundles: fc.Arbitrary<Bundle> = fc.record({
  subject: fc.constantFrom('party:Ada', `acct:${'ab'.repeat(32)}`),
  period: fc.constantFrom('2026-11', '2026-12'),
  proof: fc.string({ maxLength: 100 }),
  charters: fc.array(bytes, { maxLength: 3 }),
  closes: fc.array(leaf, { maxLength: 3 }),
  commits: fc.array(leaf, { maxLength: 3 }),
  statements: fc.array(fc.record({ close: fc.nat(9), position: fc.nat(9), value: bytes, path: hashes }), {
    maxLength: 3,
  }),
  lines: fc.array(
    fc.record({
      statement: fc.nat(9),
      index,
      amount: fc.bigInt({ min: -(1n << 64n) + 1n, max: (1n << 64n) - 1n }),
      tag: word,
      party: word,
    }),
    { maxLength: 5 },
  ),
  entries: fc.array(fc.record({ index, entry: bytes, division: fc.option(bytes) }), { maxLength: 5 }),
  terms: fc.array(bytes, { maxLength: 3 }),
  signatures: fc.array(bytes, { maxLength: 3 }),
})

describe('the file of a statement bundle', () => {
  test('reads back what was written', () => {
    fc.assert(
      fc.property(bundles, bundle => {
        expect(decodeBundle(sha256, encodeBundle(sha256, bundle))).toEqual({ ok: true, value: bundle })
      }),
    )
  })

  test('every changed byte and every cut is refused with the name of a part', () => {
    fc.assert(
      fc.property(bundles, fc.nat(), fc.integer({ min: 1, max: 255 }), (bundle, where, flip) => {
        const file = encodeBundle(sha256, bundle)
        const at = where % file.length
        const changed = file.map((byte, i) => (i === at ? byte ^ flip : byte))
        for (const bad of [changed, file.subarray(0, at), new Uint8Array([...file, flip])]) {
          const read = decodeBundle(sha256, bad)
          expect(read.ok).toBe(false)
          if (!read.ok) expect(read.error.part).not.toBe('')
        }
      }),
    )
  })

  test('a value has one file only: what is read and written again is the same bytes', () => {
    fc.assert(
      fc.property(bundles, bundle => {
        const file = encodeBundle(sha256, bundle)
        const read = decodeBundle(sha256, file)
        if (read.ok) expect(encodeBundle(sha256, read.value)).toEqual(file)
      }),
    )
  })

  test('whatever bytes come, the answer is a value or a named fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), noise => {
        expect(typeof decodeBundle(sha256, noise).ok).toBe('boolean')
      }),
    )
  })

  test('a table that promises more than the file holds is refused before anything is read', () => {
    const file = encodeBundle(sha256, {
      subject: 'party:Ada',
      period: '2026-11',
      proof: '',
      charters: [],
      closes: [],
      commits: [],
      statements: [],
      lines: [],
      entries: [],
      terms: [],
      signatures: [],
    })
    const huge = file.slice()
    huge.set([0xff, 0xff, 0xff, 0xff], 30)
    expect(decodeBundle(sha256, huge)).toEqual({
      ok: false,
      error: { part: 'the table of contents', message: 'the file ends inside it' },
    })
  })

  test('parts have an order that is fixed', () => {
    expect(PART_KINDS[0]).toBe('about')
    expect(PART_KINDS.at(-1)).toBe('signature')
  })
})
