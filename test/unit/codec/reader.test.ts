import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CodecErrorCode } from '#protocols/codec/codec-error.ts'
import { attempt, encode } from '#protocols/codec/dag-cbor.ts'
import { literal, Reader } from '#protocols/codec/reader.ts'
import { Writer } from '#protocols/codec/writer.ts'

const MAJORS = { uint: 0x00, bytes: 0x40, text: 0x60, list: 0x80 }
const WIDTHS = [1, 2, 4, 8]
const EDGES = [0n, 1n, 23n, 24n, 255n, 256n, 65_535n, 65_536n, 0xffff_ffffn, 1n << 32n, (1n << 53n) - 1n, 1n << 53n]

/** The head of an argument in a given number of bytes, also where fewer would do; null where it does not fit. */
function head(major: number, argument: bigint, width: number): Uint8Array | null {
  if (width === 0) return argument < 24n ? Uint8Array.of(major | Number(argument)) : null
  if (argument >= 1n << BigInt(width * 8)) return null
  const digits = argument.toString(16).padStart(width * 2, '0')
  return Uint8Array.of(major | (24 + Math.log2(width)), ...Buffer.from(digits, 'hex'))
}

const codeOf = (read: (reader: Reader) => unknown, bytes: Uint8Array): CodecErrorCode | 'ok' => {
  const result = attempt(() => read(new Reader(bytes, 1_000)))
  return result.ok ? 'ok' : result.error.code
}

describe('the pull reader', () => {
  test('takes each integer in its shortest form alone', () => {
    for (const value of EDGES) {
      const shortest = encode(value).length
      for (const width of [0, ...WIDTHS]) {
        const bytes = head(MAJORS.uint, value, width)
        if (bytes === null) continue
        const short = bytes.length === shortest
        expect(codeOf(reader => reader.uint64(''), bytes)).toBe(short ? 'ok' : 'not-canonical')
        const small = value < 1n << 53n
        expect(codeOf(reader => reader.uint(''), bytes)).toBe(short ? (small ? 'ok' : 'wrong-shape') : 'not-canonical')
      }
    }
  })

  test.each(['bytes', 'text', 'list'] as const)('takes lengths of %s in their shortest form alone', kind => {
    for (const width of WIDTHS) {
      const bytes = Uint8Array.from([...(head(MAJORS[kind], 3n, width) ?? []), 1, 1, 1])
      const read = (reader: Reader) =>
        kind === 'bytes' ? reader.bytes(0, 9, '') : kind === 'text' ? reader.ascii(9, '') : reader.list(0, 9, '')
      expect(codeOf(read, bytes)).toBe('not-canonical')
    }
  })

  test('reads what the generic encoder writes', () => {
    const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
    const blob = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(fc.maxSafeNat(), u64, blob, fc.stringMatching(/^[ -~]{0,300}$/), (small, large, bytes, text) => {
        const reader = new Reader(encode([small, large, bytes, text, null, 'kind']), 4_096)
        expect(reader.list(6, 6, '')).toBe(6)
        expect([reader.uint(''), reader.uint64('')]).toEqual([small, large])
        expect([...reader.bytes(0, 300, '')]).toEqual([...bytes])
        expect([reader.ascii(300, ''), reader.bytesOrNull(32, '')]).toEqual([text, null])
        expect(reader.oneOf([literal('other'), literal('kind')], '')).toBe('kind')
        reader.end()
      }),
    )
  })

  test('names what is wrong with anything else', () => {
    const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values)
    const uint = (reader: Reader) => reader.uint('')
    expect(codeOf(uint, bytes())).toBe('truncated')
    expect(codeOf(uint, bytes(0x19, 1))).toBe('truncated')
    expect(codeOf(uint, bytes(0x1f))).toBe('unsupported-type')
    expect(codeOf(uint, bytes(0x1c))).toBe('unsupported-type')
    expect(codeOf(uint, bytes(0x20))).toBe('wrong-shape')
    expect(codeOf(reader => reader.uint('', 4), bytes(5))).toBe('wrong-shape')
    expect(codeOf(reader => reader.uint64(''), bytes(0x1b, 1, 2, 3))).toBe('truncated')
    expect(codeOf(reader => reader.bytes(0, 9, ''), bytes(0x42, 1))).toBe('truncated')
    expect(codeOf(reader => reader.ascii(9, ''), bytes(0x62, 0xc3, 0xa9))).toBe('wrong-shape')
    expect(codeOf(reader => reader.ascii(9, ''), bytes(0x61, 0x0a))).toBe('wrong-shape')
    expect(codeOf(reader => reader.oneOf([literal('a')], ''), bytes(0x61))).toBe('wrong-shape')
    expect(codeOf(reader => reader.end(), bytes(0))).toBe('trailing-bytes')
    expect(codeOf(() => null, new Uint8Array(1_001))).toBe('too-large')
  })

  test('gives views of its input, and copies nothing', () => {
    const input = encode([new Uint8Array(40).fill(7)])
    const reader = new Reader(input, 100)
    reader.list(1, 1, '')
    expect(reader.bytes(40, 40, '').buffer).toBe(input.buffer)
  })
})

describe('the writer', () => {
  test('writes integers as the generic encoder does, from -2^64 to 2^64 - 1', () => {
    for (const edge of [...EDGES, (1n << 64n) - 1n])
      for (const value of [edge, -edge, -1n - edge])
        expect(Buffer.from(new Writer().int(value).finish()).equals(encode(value))).toBe(true)
    expect(() => new Writer().int(1n << 64n)).toThrow(RangeError)
    expect(() => new Writer().int(-1n - (1n << 64n))).toThrow(RangeError)
    for (const wrong of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => new Writer().uint(wrong)).toThrow(RangeError)
  })

  test('grows, and writes any text as the generic encoder does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.uint8Array({ maxLength: 900 }), (text, bytes) => {
        const written = new Writer(new Uint8Array(4)).list(3).text(text).bytes(bytes).bytesOrNull(null).finish()
        expect(Buffer.from(written).equals(encode([text, bytes, null]))).toBe(true)
      }),
    )
    expect(() => new Writer().text('\ud800')).toThrow(RangeError)
  })

  test('lets a view be hashed before its memory is used again', () => {
    const scratch = new Uint8Array(64)
    const view = new Writer(scratch).uint(500).view()
    expect(view.buffer).toBe(scratch.buffer)
    expect(Buffer.from(view).equals(encode(500))).toBe(true)
  })
})
