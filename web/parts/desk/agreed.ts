import type { PeerInfo } from '#protocols/api/v1/schemas.ts'
import { m, t, translated } from '#web/kit/words.ts'

/** What each protocol is for, to somebody who has never read a specification. */
const MEANING: readonly (readonly [word: string, meaning: string])[] = [
  ['hello', m('introduce themselves')],
  ['sync', m('catch each other up')],
  ['blocks', m('exchange music')],
  ['gossip', m('pass on what happens')],
  ['events', m('pass on what happens')],
  ['engagement', m('share chat, reactions and votes')],
  ['catalog', m('share what was released')],
  ['ledger', m('check each other’s receipts')],
  ['receipts', m('check each other’s receipts')],
  ['value', m('exchange payments')],
]

/** One sentence about what two stages agreed on. */
export function agreedSentence(peer: PeerInfo): string {
  if (peer.refused !== null) return t`No agreement: ${peer.refused}`
  const known = Object.keys(peer.protocols)
  const agreed = MEANING.filter(([word]) => known.some(name => name.includes(word)))
  const deeds = [...new Set(agreed.map(([, deed]) => translated(deed)))]
  if (deeds.length === 0) return t`Connected; nothing agreed yet.`
  return t`They ${joinWords(deeds)}.`
}

const joinWords = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : t`${words.slice(0, -1).join(t`, `)} and ${words.at(-1) ?? ''}`

/** A clock that is off by more than this is worth a word. */
const SKEW_NOTED_MS = 2_000

export function clockSentence(skewMs: number | null): string | null {
  if (skewMs === null || Math.abs(skewMs) < SKEW_NOTED_MS) return null
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  return skewMs > 0 ? t`Its clock is ${seconds} s ahead.` : t`Its clock is ${seconds} s behind.`
}
