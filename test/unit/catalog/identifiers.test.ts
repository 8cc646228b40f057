import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ISRC_PATTERN, ISWC_PATTERN, UPC_PATTERN } from '#protocols/catalog/v1/constants.ts'
import {
  gtinCheckDigit,
  ipiCheckDigits,
  isniCheckCharacter,
  iswcCheckDigit,
  normaliseIpi,
  normaliseIsni,
  normaliseIsrc,
  normaliseIswc,
  normaliseUpc,
} from '#src/catalog/identifiers.ts'

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

describe('identifiers of people', () => {
  it('are accepted as people write them and brought to one form', () => {
    expect(normaliseIpi('IPI: 177984.50')).toEqual({ ok: true, value: '00017798450' })
    expect(normaliseIpi('00045620792').ok).toBe(true)
    expect(normaliseIsni('0000 0001 2281 955x')).toEqual({ ok: true, value: '000000012281955X' })
    expect(normaliseIsni('ISNI 0000-0001-2150-090X').ok).toBe(true)
  })

  it('with a valid check pass, and with one digit mistyped do not', () => {
    fc.assert(
      fc.property(digits(9), fc.nat(8), fc.integer({ min: 1, max: 9 }), (nine, at, by) => {
        expect(normaliseIpi(`${nine}${ipiCheckDigits(nine)}`).ok).toBe(true)
        const other = `${nine.slice(0, at)}${(Number(nine[at]) + by) % 10}${nine.slice(at + 1)}`
        // Two digits cannot hold the hundred: the one pair of remainders that share 00 is told apart by nothing.
        if (ipiCheckDigits(other) !== ipiCheckDigits(nine))
          expect(normaliseIpi(`${other}${ipiCheckDigits(nine)}`).ok).toBe(false)
      }),
    )
    fc.assert(
      fc.property(digits(15), fc.nat(14), fc.integer({ min: 1, max: 9 }), (fifteen, at, by) => {
        const check = isniCheckCharacter(fifteen)
        expect(normaliseIsni(`${fifteen}${check}`).ok).toBe(true)
        const other = `${fifteen.slice(0, at)}${(Number(fifteen[at]) + by) % 10}${fifteen.slice(at + 1)}`
        expect(normaliseIsni(`${other}${check}`).ok).toBe(false)
      }),
    )
  })

  it('that are something else are refused with a sentence', () => {
    for (const input of ['', 'x', '123456789012', '-', '٣'])
      for (const normalise of [normaliseIpi, normaliseIsni]) {
        const result = normalise(input)
        if (!result.ok) expect(result.error).toMatch(/^An? I.*\.$|^The last/)
        else expect(normalise).toBe(normaliseIpi)
      }
  })
})
