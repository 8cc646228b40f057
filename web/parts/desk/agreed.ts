import type { PeerInfo } from '#protocols/api/v1/schemas.ts'

/** What each protocol is for, to somebody who has never read a specification. */
const MEANING: readonly (readonly [word: string, meaning: string])[] = [
  ['hello', 'introduce themselves'],
  ['sync', 'catch each other up'],
  ['blocks', 'exchange music'],
  ['gossip', 'pass on what happens'],
  ['events', 'pass on what happens'],
  ['engagement', 'share chat, reactions and votes'],
  ['catalog', 'share what was released'],
  ['ledger', 'check each other’s receipts'],
  ['receipts', 'check each other’s receipts'],
  ['value', 'exchange payments'],
]

/** One sentence about what two stages agreed on. */
export function agreedSentence(peer: PeerInfo): string {
  if (peer.refused !== null) return `No agreement: ${peer.refused}`
  const known = Object.keys(peer.protocols)
  const agreed = MEANING.filter(([word]) => known.some(name => name.includes(word)))
  const deeds = [...new Set(agreed.map(([, deed]) => deed))]
  if (deeds.length === 0) return 'Connected; nothing agreed yet.'
  return `They ${joinWords(deeds)}.`
}

const joinWords = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** A clock that is off by more than this is worth a word. */
const SKEW_NOTED_MS = 2_000

export function clockSentence(skewMs: number | null): string | null {
  if (skewMs === null || Math.abs(skewMs) < SKEW_NOTED_MS) return null
  return `Its clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead' : 'behind'}.`
}
