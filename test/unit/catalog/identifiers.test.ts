import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ISRC_PATTERN, ISWC_PATTERN, UPC_PATTERN } from '#protocols/catalog/v1/constants.ts'
import { gtinCheckDigit, iswcCheckDigit, normaliseIsrc, normaliseIswc, normaliseUpc } from '#src/catalog/identifiers.ts'

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map(list => list.join(''))
const separator = fc.constantFrom('', '-', ' ', '.')

describe('identifiers of the trade', () => {
  it('are accepted as people write them and brought to one form', () => {
    expect(normaliseIsrc(' isrc qz-abc-26-00001 ')).toEqual({ ok: true, value: 'QZABC2600001' })
    expect(normaliseIswc('T-034.524.680-1')).toEqual({ ok: true, value: 'T0345246801' })
    expect(normaliseIswc('iswc: t 345.246.800.1').ok).toBe(false)
    expect(normaliseUpc('0 36000 29145 2')).toEqual({ ok: true, value: '036000291452' })
    expect(normaliseUpc('4006381333931')).toEqual({ ok: true, value: '4006381333931' })
  })

  it('with a valid check digit pass, whatever the separators', () => {
    fc.assert(
      fc.property(digits(9), separator, (nine, between) => {
        const result = normaliseIswc(
          `T${between}${nine.slice(0, 3)}${between}${nine.slice(3)}${between}${iswcCheckDigit(nine)}`,
        )
        expect(result).toEqual({ ok: true, value: `T${nine}${iswcCheckDigit(nine)}` })
      }),
    )
    fc.assert(
      fc.property(fc.oneof(digits(11), digits(12)), body => {
        const whole = `${body}${gtinCheckDigit(body)}`
        expect(normaliseUpc(whole)).toEqual({ ok: true, value: whole })
      }),
    )
  })

  it('with one mistyped digit are refused', () => {
    fc.assert(
      fc.property(digits(11), fc.nat(11), fc.integer({ min: 1, max: 9 }), (body, at, by) => {
        const whole = `${body}${gtinCheckDigit(body)}`
        const wrong = whole.slice(0, at) + ((Number(whole[at]) + by) % 10) + whole.slice(at + 1)
        expect(normaliseUpc(wrong).ok).toBe(false)
      }),
    )
    fc.assert(
      fc.property(digits(9), fc.integer({ min: 1, max: 9 }), (nine, by) => {
        expect(normaliseIswc(`T${nine}${(iswcCheckDigit(nine) + by) % 10}`).ok).toBe(false)
      }),
    )
  })

  it('never throw, and what passes fits the wire', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), input => {
        for (const [normalise, pattern] of [
          [normaliseIsrc, ISRC_PATTERN],
          [normaliseIswc, ISWC_PATTERN],
          [normaliseUpc, UPC_PATTERN],
        ] as const) {
          const result = normalise(input)
          expect(result.ok ? pattern.test(result.value) : result.error.length > 0).toBe(true)
        }
      }),
    )
    expect(normaliseIsrc('QZABC26000012').ok).toBe(false)
    expect(normaliseIsrc('1ZABC2600001').ok).toBe(false)
  })
})
