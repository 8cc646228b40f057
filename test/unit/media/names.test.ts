import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeStem, shownName, trackFolder } from '#node/media/names.ts'
import { PATH_PATTERN } from '#protocols/catalog/v1/constants.ts'

const anyName = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }).filter(name => name.isWellFormed()),
  fc.constantFrom('../../etc/passwd', '..', '.', '', '/', '\\..\\x.mp3', 'a\u0000b.mp3', '\u202egpj.mp3', '....mp3'),
)

describe('names of uploaded files', () => {
  it('always become one path segment below the track folder that the wire accepts', () => {
    fc.assert(
      fc.property(anyName, fc.nat(99), (name, index) => {
        const path = `${trackFolder(index)}/${safeStem(name)}-plain.flac`
        expect(path).toMatch(PATH_PATTERN)
        expect(path.split('/')).toHaveLength(2)
        expect(Buffer.byteLength(path)).toBeLessThan(255)
      }),
    )
  })

  it('keep the words people chose, in any script', () => {
    expect(safeStem('A New Journey.ogg')).toBe('A-New-Journey')
    expect(safeStem('Ünïcode – ночь (live).flac')).toBe('Ünïcode-ночь-live')
    expect(safeStem('C:\\Music\\01. song.name.mp3')).toBe('01-song-name')
  })

  it('become "track" when nothing readable is left', () => {
    expect(safeStem('../..')).toBe('track')
    expect(safeStem('\u0000\u0001.mp3')).toBe('track')
  })

  it('that no person typed are refused as bad-name', () => {
    expect(() => safeStem('x'.repeat(2_000))).toThrow(expect.objectContaining({ code: 'bad-name' }))
    expect(() => safeStem('\ud800.mp3')).toThrow(expect.objectContaining({ code: 'bad-name' }))
  })

  it('are shown in sentences without control or direction characters', () => {
    fc.assert(fc.property(anyName, name => !/[\p{Cc}\p{Cf}]/u.test(shownName(name))))
  })
})
