import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chunksOf } from '#protocols/audit/v1/codec.ts'
import { CHUNK_BYTES } from '#protocols/audit/v1/constants.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { decodeTopicMessage, encodeAnnouncement, encodeEvidenceMessage } from '#protocols/ledger/v1/announcement.ts'
import { encodeLines, splitOf } from '#protocols/ledger/v1/split.ts'
import { voucherBytes, voucherId } from '#protocols/ledger/v1/voucher.ts'
import { voucher } from '#test/support/ledger-arbitraries.ts'
import { ledgerFormats } from '#test/support/ledger-formats.ts'
import { mutate, seeded } from '#test/support/seeded.ts'
import { valueFormats } from '#test/support/value-formats.ts'

describe.each([...ledgerFormats, ...valueFormats])('the format of a $name', ({ values, encode, decode }) => {
  test('gives back what was written', () => {
    fc.assert(
      fc.property(values, value => {
        expect(decode(Uint8Array.from(encode(value)))).toEqual({ ok: true, value })
      }),
    )
  })

  test('refuses bytes that are cut short, or followed by more', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, at) => {
        const bytes = encode(value)
        expect(decode(bytes.slice(0, at % bytes.length)).ok).toBe(false)
        expect(decode(Uint8Array.from([...bytes, 0xf6])).ok).toBe(false)
      }),
    )
  })

  test('has one encoding for what it accepts, and answers to any bytes', () => {
    const random = seeded(3)
    const samples = fc.sample(values, { numRuns: 60, seed: 5 }).map(encode)
    for (let i = 0; i < 3_000; i++) {
      const bytes = mutate(random, random.pick(samples), samples)
      const decoded = decode(bytes)
      if (decoded.ok) expect(Buffer.from(encode(decoded.value)).equals(bytes)).toBe(true)
    }
  })
})

describe('what is hashed and signed', () => {
  const sum = (data: Uint8Array): Uint8Array =>
    Uint8Array.of(
      data.length & 0xff,
      data.reduce((a, b) => (a + b) & 0xff, 0),
    )

  test('are lines as the generic encoder writes them, names beyond ASCII included', () => {
    const names = fc.string({ unit: 'grapheme', maxLength: 60 })
    const line = fc.record({
      holder: names,
      party: names,
      tag: names,
      amount: fc.bigInt({ min: -(1n << 64n), max: (1n << 64n) - 1n }),
    })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), lines => {
        const generic = encode(lines.map(({ holder, amount, party, tag }) => [holder, amount, party, tag]))
        expect(Buffer.from(encodeLines(lines)).equals(generic)).toBe(true)
        expect(splitOf(sum, lines)).toEqual(sum(generic))
      }),
    )
  })

  const community = new Uint8Array(32).fill(7)

  test('is a voucher under its own domain, for one community, and its id the hash of that', () => {
    fc.assert(
      fc.property(voucher, value => {
        const { channel, cumulative, use, recording, agreement, reference } = value
        const signed = Buffer.concat([
          Buffer.from('bandstand/voucher/v1\0'),
          community,
          encode([channel, cumulative, use, recording, agreement, reference]),
        ])
        expect(signed.equals(voucherBytes(community, value))).toBe(true)
        expect(voucherId(sum, community, value)).toEqual(sum(signed))
      }),
    )
  })

  test('is never an amount beyond 64 bits: that is a defect of the caller', () => {
    const line = { holder: 'desk', party: '', tag: 'share' }
    expect(() => encodeLines([{ ...line, amount: 1n << 64n }])).toThrow(RangeError)
  })
})

describe('a message of the receipts topic', () => {
  const batch = { checkpoint: 'note', from: 0, consistency: [] }

  test('leaves all entries out when they do not fit, so that receivers fetch the log', () => {
    for (const entries of [
      Array.from({ length: 3 }, () => new Uint8Array(60_000)),
      Array.from({ length: 3_000 }, () => new Uint8Array(1)),
    ])
      expect(decodeTopicMessage(encodeAnnouncement({ ...batch, entries }))).toMatchObject({
        ok: true,
        value: { announcement: { entries: [] } },
      })
  })

  test('carries the entries that fit', () => {
    const entries = Array.from({ length: 450 }, (_, i) => new Uint8Array(270).fill(i))
    expect(decodeTopicMessage(encodeAnnouncement({ ...batch, entries }))).toMatchObject({
      ok: true,
      value: { announcement: { entries: { length: 450 } } },
    })
  })

  test('is not made of evidence that is too large for it', () => {
    expect(encodeEvidenceMessage(new Uint8Array(131_072))).toBeNull()
    expect(encodeEvidenceMessage(new Uint8Array(130_000))).not.toBeNull()
  })
})

describe('a submission', () => {
  test('is cut into chunks of about half a megabyte that hold every entry in order', () => {
    const entries = Array.from({ length: 40 }, (_, i) => new Uint8Array(60_000).fill(i))
    const chunks = [...chunksOf(entries, CHUNK_BYTES)]
    expect(chunks.flat()).toEqual(entries)
    expect(chunks.length).toBe(5)
    expect([...chunksOf([], CHUNK_BYTES)]).toEqual([])
  })
})
