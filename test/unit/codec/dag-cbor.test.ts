import * as dagCbor from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '#protocols/codec/dag-cbor.ts'
import type { DecodeLimits } from '#protocols/codec/limits.ts'
import type { Shape } from '#protocols/codec/shape.ts'

const anything: Shape<unknown> = value => value
const LIMITS: DecodeLimits = { bytesMax: 4_096, depthMax: 6, itemsMax: 500 }

const value = fc.letrec(tie => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.bigInt({ min: 1n << 60n, max: (1n << 64n) - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('any'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).any

const code = (bytes: Uint8Array, limits = LIMITS) => {
  const result = decode(bytes, anything, limits)
  return result.ok ? 'ok' : result.error.code
}

describe('strict DAG-CBOR', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(value, v => {
        const bytes = encode(v)
        fc.pre(bytes.length <= LIMITS.bytesMax)
        const result = decode(bytes, anything, LIMITS)
        expect(result.ok && encode(result.value)).toEqual(bytes)
      }),
    )
  })

  it('refuses every truncation', () => {
    fc.assert(
      fc.property(value, v => {
        const bytes = encode(v)
        for (let end = 0; end < bytes.length; end++) expect(code(bytes.slice(0, end))).not.toBe('ok')
      }),
      { numRuns: 60 },
    )
  })

  it('answers random bytes with a typed fault or a canonical value, never with an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const result = decode(bytes, anything, LIMITS)
        if (result.ok) expect(encode(result.value)).toEqual(bytes)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['an integer in more bytes than it needs', [0x18, 0x01], 'not-canonical'],
    ['map keys out of order', [0xa2, 0x61, 0x62, 0x01, 0x61, 0x61, 0x02], 'not-canonical'],
    ['a key twice', [0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02], 'malformed'],
    ['a list of unknown length', [0x9f, 0x01, 0xff], 'unsupported-type'],
    ['a float', [0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 'unsupported-type'],
    ['undefined', [0xf7], 'unsupported-type'],
    ['a tag other than CID', [0xc1, 0x01], 'unsupported-type'],
    ['bytes after the value', [0x01, 0x02], 'trailing-bytes'],
    ['text that is not UTF-8', [0x61, 0xff], 'malformed'],
    ['a huge list that is not there', [0x9a, 0xff, 0xff, 0xff, 0xff], 'truncated'],
    ['a huge string that is not there', [0x5b, 0, 0, 0, 1, 0, 0, 0, 0], 'truncated'],
    ['nothing', [], 'truncated'],
  ])('refuses %s', (_what, bytes, expected) => {
    expect(
      ['malformed', 'not-canonical'].includes(expected) ? /malformed|not-canonical/ : new RegExp(expected),
    ).toSatisfy((pattern: RegExp) => pattern.test(code(Uint8Array.from(bytes))))
  })

  it('refuses nesting, items and bytes over the limits before it builds anything', () => {
    const nested = Uint8Array.from([...Array(7).fill(0x81), 0x01])
    expect(code(nested)).toBe('too-deep')
    expect(code(encode(Array(600).fill(0)))).toBe('too-many-items')
    expect(code(encode(new Uint8Array(5_000)))).toBe('too-large')
  })

  it('keeps CIDs', () => {
    const cid = CID.parse('bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy')
    const result = decode(dagCbor.encode({ cid }), anything, LIMITS)
    expect(result.ok && CID.asCID((result.value as { cid: unknown }).cid)?.toString()).toBe(cid.toString())
  })
})
