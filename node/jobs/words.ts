import { TITLE_MAX } from '#protocols/catalog/v1/constants.ts'

// What the wire refuses in a line (protocols/codec/shape.ts): controls, separators and direction overrides.
const NOT_IN_A_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu
const NOT_IN_A_TEXT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/gu

/** Cuts without leaving half a character. */
const cut = (text: string, unitsMax: number): string => {
  const head = text.slice(0, unitsMax)
  return head.isWellFormed() ? head : head.slice(0, -1)
}

/** One line as the manifest takes it, from a tag or a form; `null` when nothing is left. */
export function cleanLine(input: string | null | undefined, unitsMax: number = TITLE_MAX): string | null {
  if (input == null) return null
  const line = cut(input.toWellFormed().normalize('NFC').replace(NOT_IN_A_LINE, ' ').trim(), unitsMax).trim()
  return line === '' ? null : line
}

/** Several lines, likewise. */
export function cleanText(input: string, unitsMax: number): string {
  const lines = input.toWellFormed().normalize('NFC').replace(/\r\n?/g, '\n')
  return cut(lines.replace(NOT_IN_A_TEXT, ' ').trim(), unitsMax)
}
