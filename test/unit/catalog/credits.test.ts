import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credits, TRACK_CREDITS_MAX } from '#protocols/catalog/v1/credits.ts'
import { attempt, decode, encode } from '#protocols/codec/dag-cbor.ts'

const line = (max: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: max })
    .filter(text => text.length <= max && /^[\p{L}\p{N} ]+$/u.test(text))
const credit = fc.record({ name: line(80), role: line(60) })
const body = fc.record({
  release: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  tracks: fc.array(fc.array(credit, { maxLength: 5 }), { maxLength: 10 }),
})

describe('who played what, on the wire', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(body, said => {
        const limits = { bytesMax: 65_535, depthMax: 8, itemsMax: 8_192 }
        const read = decode(encode(said), credits, limits)
        expect(read).toEqual({ ok: true, value: said })
      }),
    )
  })

  it('is refused with a name too many, a role too long, or anything beside', () => {
    const one = { name: 'Ana', role: 'vocals' }
    const release = 'ab'.repeat(16)
    for (const wrong of [
      { release, tracks: [Array(TRACK_CREDITS_MAX + 1).fill(one)] },
      { release, tracks: Array(101).fill([]) },
      { release, tracks: [[{ ...one, role: 'x'.repeat(61) }]] },
      { release, tracks: [[{ ...one, paid: true }]] },
      { release: 'AB'.repeat(16), tracks: [] },
    ])
      expect(attempt(() => credits(wrong, '')).ok).toBe(false)
  })
})
