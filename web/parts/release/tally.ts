import type { ReactionTally } from '#protocols/api/v1/schemas.ts'

/** Always offered, in this order; whatever else people used comes after. */
export const OFFERED = ['🔥', '❤️', '👏', '😭', '🕺']
const SHOWN_MAX = 10

/** Offered emoji first, then others by count; those that nobody holds any more disappear. */
export function merged(tallies: readonly ReactionTally[]): ReactionTally[] {
  const offered = OFFERED.map(emoji => tallies.find(one => one.emoji === emoji) ?? { emoji, count: 0, mine: false })
  const others = tallies.filter(one => !OFFERED.includes(one.emoji) && one.count > 0).sort((a, b) => b.count - a.count)
  return [...offered, ...others].slice(0, SHOWN_MAX)
}

/** What the tallies become when I tap one. */
export function toggled(tallies: readonly ReactionTally[], emoji: string): ReactionTally[] {
  return tallies.map(one =>
    one.emoji === emoji ? { emoji, mine: !one.mine, count: Math.max(0, one.count + (one.mine ? -1 : 1)) } : one,
  )
}
