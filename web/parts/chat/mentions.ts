import type { ChatMessage } from '#protocols/api/v1/schemas.ts'

/** Names offered at once: as many as one sees at a glance. */
const OFFERED_MAX = 5
/** A name being typed is looked for at most so far back. */
const TYPED_MAX = 40

/** What `@…` before the caret asks for; null when nobody is being named. */
export function mentionAt(text: string, caret: number): { readonly from: number; readonly asked: string } | null {
  const before = text.slice(Math.max(0, caret - TYPED_MAX - 1), caret)
  const at = before.lastIndexOf('@')
  if (at < 0 || (at > 0 && !/[\s(]/.test(before[at - 1] ?? ''))) return null
  return { from: caret - before.length + at, asked: before.slice(at + 1) }
}

/** How somebody is called when they are mentioned: by the handle that is theirs alone, else by the name they claim. */
export const calledBy = ({ handle, name }: Pick<ChatMessage, 'handle' | 'name'>): string => handle ?? name

/** Who spoke here lately and is called something that begins like this, whoever spoke last first; nobody whose name is typed already. */
export function offered(messages: readonly ChatMessage[], asked: string, me: string | undefined): ChatMessage[] {
  const start = asked.toLowerCase()
  const found = new Map<string, ChatMessage>()
  for (const message of [...messages].reverse()) {
    const called = calledBy(message)
    const matches =
      called.toLowerCase() !== start &&
      [called, message.name].some(name => name !== '' && name.toLowerCase().startsWith(start))
    if (called !== '' && message.author !== me && matches && !found.has(called)) found.set(called, message)
    if (found.size >= OFFERED_MAX) break
  }
  return [...found.values()]
}

/** The text with the name in place of what was typed, and where the caret goes. */
export function completed(text: string, caret: number, from: number, name: string): { text: string; caret: number } {
  const rest = text.slice(caret).replace(/^ /, '')
  const head = `${text.slice(0, from)}@${name} `
  return { text: head + rest, caret: head.length }
}

/** Pieces of a text, those that call me marked: `@` and one of my names, not within a longer word. */
export function withCalls(text: string, names: readonly string[]): { readonly text: string; readonly mine: boolean }[] {
  const known = names.filter(name => name !== '').map(name => `@${name.toLowerCase()}`)
  const lower = text.toLowerCase()
  const pieces: { text: string; mine: boolean }[] = []
  let from = 0
  for (let at = lower.indexOf('@'); at >= 0 && known.length > 0; at = lower.indexOf('@', at + 1)) {
    const call = known.find(name => lower.startsWith(name, at) && !/[\p{L}\p{N}_]/u.test(lower[at + name.length] ?? ''))
    if (call === undefined || lower.length !== text.length) continue
    if (at > from) pieces.push({ text: text.slice(from, at), mine: false })
    pieces.push({ text: text.slice(at, at + call.length), mine: true })
    from = at + call.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), mine: false })
  return pieces
}
