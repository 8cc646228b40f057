import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodePrefix, PrefixDecoder } from '#node/p2p/stream/varint.ts'

function decode(bytes: Iterable<number>): number | null {
  const decoder = new PrefixDecoder()
  for (const byte of bytes) {
    const value = decoder.push(byte)
    if (value !== null) return value
  }
  return null
}

describe('a length prefix', () => {
  test('decodes to the length it was made from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 28 - 1 }), length => {
        expect(decode(encodePrefix(length))).toBe(length)
      }),
    )
  })

  test('is refused when it has more bytes than any frame needs', () => {
    expect(() => decode([0x80, 0x80, 0x80, 0x80, 0x01])).toThrow(RangeError)
  })

  test('is refused when a shorter one says the same', () => {
    expect(() => decode([0x81, 0x00])).toThrow(RangeError)
  })

  test('is not made for a length that does not fit', () => {
    expect(() => encodePrefix(2 ** 28)).toThrow(RangeError)
    expect(() => encodePrefix(-1)).toThrow(RangeError)
  })
})
