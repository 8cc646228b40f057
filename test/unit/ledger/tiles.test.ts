import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEntryBundle, encodeEntryBundle, parseTilePath, type Tile, tilePath } from '#protocols/ledger/v1/tiles.ts'

describe('a tile', () => {
  const tiles: fc.Arbitrary<Tile> = fc.record({
    level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
    index: fc.oneof(fc.nat(3_000_000), fc.maxSafeNat()),
    width: fc.integer({ min: 1, max: 256 }),
  })

  test.each<[string, Tile]>([
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/1/999.p/17', { level: 1, index: 999, width: 17 }],
    ['tile/entries/x001/000.p/255', { level: 'entries', index: 1_000, width: 255 }],
  ])('has the path %s', (path, tile) => {
    expect(tilePath(tile)).toBe(path)
    expect(parseTilePath(path)).toEqual(tile)
  })

  test('has one path', () => {
    fc.assert(
      fc.property(tiles, tile => {
        expect(parseTilePath(tilePath(tile))).toEqual(tile)
      }),
    )
    for (const path of [
      'tile/0/x000/000',
      'tile/00/000',
      'tile/64/000',
      'tile/-1/000',
      'tile/0/0',
      'tile/0/0000',
      'tile/0/001/000',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/0/../000',
      'tile/data/000',
      'tile/0/000/',
      'tile/0/000\n',
      'tile/0/x999/x999/x999/x999/x999/999',
    ])
      expect(parseTilePath(path)).toBeNull()
  })
})

describe('an entry bundle', () => {
  test('gives back its entries', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 }), entries => {
        const decoded = decodeEntryBundle(encodeEntryBundle(entries))
        expect(decoded.ok && decoded.value.map(entry => [...entry])).toEqual(entries.map(entry => [...entry]))
      }),
    )
  })

  test('holds entries of any length that one may have, behind two bytes, big-endian', () => {
    expect([...encodeEntryBundle([Uint8Array.of(9)])]).toEqual([0, 1, 9])
    const largest = new Uint8Array(65_535)
    expect(decodeEntryBundle(encodeEntryBundle([largest]))).toEqual({ ok: true, value: [largest] })
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow(RangeError)
  })

  test('is refused when it is cut within an entry, or holds more than 256', () => {
    const bundle = encodeEntryBundle([new Uint8Array(5), new Uint8Array(6)])
    for (const length of [1, 2, 6, 8, bundle.length - 1])
      expect(decodeEntryBundle(bundle.subarray(0, length))).toMatchObject({ ok: false, error: { code: 'truncated' } })
    expect(decodeEntryBundle(new Uint8Array(2 * 257))).toMatchObject({ ok: false, error: { code: 'too-many-items' } })
  })
})
