/** Names called in one text that are looked at: nobody calls more people at once and means each of them. */
const CALLED_MAX = 8
const CALL = /@([\p{L}\p{N}_]{1,40})/gu
const PART_OF_WORD = /[\p{L}\p{N}_]/u

/** A claimed name without what looks like the @ of a handle: handles are given by the community, names by whoever bears them. */
export const claimedName = (name: string): string => name.replaceAll(/[@\uFE6B\uFF20]/g, '').trim()

const plain = (text: string): string => text.normalize('NFC').toLowerCase()

/** First words that follow an @, in lower case, each once: what a text may be found by. Of a name with spaces only the first counts. */
export function calledWords(text: string): string[] {
  const words = new Set<string>()
  for (const [, word = ''] of plain(text).matchAll(CALL)) {
    if (words.size >= CALLED_MAX) break
    words.add(word)
  }
  return [...words]
}

/** By what a name is found among called words; null for one that cannot be called. */
export const callWord = (name: string): string | null => calledWords(`@${name.trim()}`)[0] ?? null

/** Whether the text calls somebody by `@name`: the whole name, whatever its case, apart from the words beside it. */
export function calls(text: string, name: string): boolean {
  const [all, call] = [plain(text), `@${plain(name.trim())}`]
  if (call === '@') return false
  for (let at = all.indexOf(call); at >= 0; at = all.indexOf(call, at + 1)) {
    const before = at === 0 ? '' : all.slice(0, at).slice(-2)
    const after = all.slice(at + call.length, at + call.length + 2)
    const alone = !PART_OF_WORD.test([...before].at(-1) ?? '') && !PART_OF_WORD.test([...after][0] ?? '')
    if (alone) return true
  }
  return false
}
