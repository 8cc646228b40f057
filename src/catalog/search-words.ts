/** Letters without their marks, in lower case: what somebody types on a keyboard that has no marks. */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()

const words = (text: string): string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')

/** Whether any word of the query begins a word of the text, whatever its case and marks. */
export function matches(query: string, text: string): boolean {
  const there = words(text)
  return words(query).some(asked => there.some(word => word.startsWith(asked)))
}
