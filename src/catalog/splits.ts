import type { Share } from '#protocols/catalog/v1/codec.ts'
import { PARTIES_MAX, SHARES_TOTAL } from '#protocols/catalog/v1/constants.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'

/** Longest party name on the wire. */
export const PARTY_UNITS_MAX = 80

/** Hundredths of a percent as people write them: 3333 is `33.33`. */
export function percent(shares: number): string {
  const rest = shares % 100
  return rest === 0 ? String(shares / 100) : `${Math.trunc(shares / 100)}.${String(rest).padStart(2, '0')}`
}

/** A column that pays exactly 100 %: each party once, every share above zero. The error is a sentence. */
export function checkSplits(splits: readonly Share[]): Result<Share[], string> {
  if (splits.length === 0) return err('A split names at least one party.')
  if (splits.length > PARTIES_MAX)
    return err(`A split names at most ${PARTIES_MAX} parties; this one has ${splits.length}.`)
  const seen = new Set<string>()
  const clean: Share[] = []
  let total = 0
  for (const { party, shares } of splits) {
    const name = party.normalize('NFC').trim()
    if (name === '' || name.length > PARTY_UNITS_MAX) return err('A party name has 1 to 80 characters.')
    if (seen.has(name)) return err(`“${name}” appears twice in the split: add the two shares together.`)
    if (!Number.isInteger(shares) || shares < 1) return err(`The share of “${name}” is not above zero.`)
    seen.add(name)
    total += shares
    clean.push({ party: name, shares })
  }
  return total === SHARES_TOTAL
    ? ok(clean)
    : err(`The shares add up to ${percent(total)} %, not 100 %: change them until they do.`)
}
