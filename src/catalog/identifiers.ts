import { IPI_PATTERN, ISNI_PATTERN } from '#protocols/catalog/v1/agreement-constants.ts'
import { ISRC_PATTERN, ISWC_PATTERN, UPC_PATTERN } from '#protocols/catalog/v1/constants.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'

/** The trade's identifiers as people type them, brought to the one form that the wire carries. The error is a sentence. */
export type Normalised = Result<string, string>

const SEPARATORS = /[\s.\-–]/g
/** Nothing longer is an identifier; bounds the work on hostile input. */
const INPUT_UNITS_MAX = 64

const compact = (input: string): string => input.slice(0, INPUT_UNITS_MAX).replace(SEPARATORS, '').toUpperCase()

/** ISO 3901: two letters, three letters or digits, two digits of year, five of designation. It has no check digit. */
export function normaliseIsrc(input: string): Normalised {
  const code = compact(input).replace(/^ISRC:?/, '')
  return ISRC_PATTERN.test(code)
    ? ok(code)
    : err('An ISRC has 12 characters, such as QZ-ABC-26-00001: two letters, three letters or digits, seven digits.')
}

/** ISO 15707 check digit over the nine digits: (1 + sum of position times digit) is completed to a multiple of ten. */
export function iswcCheckDigit(nine: string): number {
  let sum = 1
  for (let i = 0; i < nine.length; i++) sum += (i + 1) * Number(nine[i])
  return (10 - (sum % 10)) % 10
}

/** ISO 15707: T, nine digits and a check digit, such as T-034.524.680-1. */
export function normaliseIswc(input: string): Normalised {
  const code = compact(input).replace(/^ISWC:?/, '')
  if (!ISWC_PATTERN.test(code)) return err('An ISWC is a T and ten digits, such as T-034.524.680-1.')
  return iswcCheckDigit(code.slice(1, 10)) === Number(code[10])
    ? ok(code)
    : err('The last digit of this ISWC does not fit the others: one of them is mistyped.')
}

/** GS1 check digit: weights 3 and 1 from the right, completed to a multiple of ten. */
export function gtinCheckDigit(digits: string): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1)
  return (10 - (sum % 10)) % 10
}

/** GTIN-12 (UPC) or GTIN-13 (EAN), kept at the length given. */
export function normaliseUpc(input: string): Normalised {
  const code = compact(input).replace(/^(?:UPC|EAN):?/, '')
  if (!UPC_PATTERN.test(code)) return err('A UPC has 12 digits and an EAN 13.')
  return gtinCheckDigit(code.slice(0, -1)) === Number(code.at(-1))
    ? ok(code)
    : err('The last digit of this UPC or EAN does not fit the others: one of them is mistyped.')
}

/** CISAC check digits of an IPI: weights 10 to 2 over nine digits, completed to a multiple of 101, kept to two digits. */
export function ipiCheckDigits(nine: string): string {
  let sum = 0
  for (let i = 0; i < nine.length; i++) sum += (10 - i) * Number(nine[i])
  return String((sum % 101 === 0 ? 0 : 101 - (sum % 101)) % 100).padStart(2, '0')
}

/** IPI name number of a writer or publisher, filled up with zeros to 11 digits. */
export function normaliseIpi(input: string): Normalised {
  const digits = compact(input).replace(/^IPI:?/, '')
  const code = /^[0-9]+$/.test(digits) ? digits.padStart(11, '0') : digits
  if (!IPI_PATTERN.test(code)) return err('An IPI has 11 digits, such as 00017798450.')
  return ipiCheckDigits(code.slice(0, 9)) === code.slice(9)
    ? ok(code)
    : err('The last two digits of this IPI do not fit the others: one of them is mistyped.')
}

/** ISO 7064 MOD 11-2 over the fifteen digits of an ISNI; ten is written X. */
export function isniCheckCharacter(fifteen: string): string {
  let sum = 0
  for (const digit of fifteen) sum = ((sum + Number(digit)) * 2) % 11
  const check = (12 - sum) % 11
  return check === 10 ? 'X' : String(check)
}

/** ISO 27729: 15 digits and a check character, such as 0000 0001 2281 955X. */
export function normaliseIsni(input: string): Normalised {
  const code = compact(input).replace(/^ISNI:?/, '')
  if (!ISNI_PATTERN.test(code)) return err('An ISNI has 16 characters, such as 0000 0001 2281 955X.')
  return isniCheckCharacter(code.slice(0, 15)) === code[15]
    ? ok(code)
    : err('The last character of this ISNI does not fit the others: one of them is mistyped.')
}
