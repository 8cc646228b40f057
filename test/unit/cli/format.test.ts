import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountText, bytesText, clean, durationText, parseAmount, table } from '#node/cli/format.ts'

describe('what the command line prints', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [12_340_000, '12.3 MB'],
    [999_600, '1.00 MB'],
    [150_000_000, '150 MB'],
    [20e9, '20.0 GB'],
  ])('%d bytes read as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text))

  it('keeps time readable at every scale', () => {
    expect([4, 125, 12_000].map(durationText)).toEqual(['4 s', '2 min 5 s', '3 h 20 min'])
  })

  it('prints and reads amounts exactly, whatever their size', () => {
    expect(amountText('5', 2, 'TEST')).toBe('0.05 TEST')
    expect(parseAmount('12.5', 2)).toBe(1250n)
    expect(parseAmount('12.505', 2)).toBeNull()
    expect(parseAmount('-1', 2)).toBeNull()
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), fc.integer({ min: 0, max: 9 }), (units, scale) => {
        const text = amountText(units.toString(), scale, 'TEST').replace(' TEST', '')
        expect(parseAmount(text, scale)).toBe(units)
      }),
    )
  })

  it('lets no text from another machine reach the terminal with control characters', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 1, maxLength: 2 }), cells => {
        expect(table(cells, [cells])).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u)
      }),
    )
    expect(clean('a\u001b[2Jb')).toBe('a\ufffd[2Jb')
  })
})
