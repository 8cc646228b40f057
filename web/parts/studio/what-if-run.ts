import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { createRules } from '#src/royalties/rules.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'
import { whatIf } from '#src/royalties/what-if.ts'
import { costOf } from '#src/value/meter.ts'
import { hasher } from '#web/verify/crypto.ts'
import type { SplitShare } from './split-math.ts'

const rules = createRules({ hasher })
/** A release that is not made yet has no id; the division does not depend on it. */
const NO_RELEASE = '0'.repeat(32)

/**
 * Who would get what of `amount`, fine units (10^-9), in the order of `splits`: by the same rules that divide payments. Null for a
 * split that they refuse.
 */
export function tryDraft(amount: bigint, asset: string, splits: readonly SplitShare[]): readonly bigint[] | null {
  const shares = splits.map(({ party, shares: part }) => ({ party, shares: part }))
  const terms = termsFromSplits(NO_RELEASE, 'draft', shares, new Map())
  const compiled = rules.compile(encodeTerms(terms))
  if (!compiled.ok) return null
  const trace = whatIf(compiled.value, { amount, asset, period: '9999-12', nested: () => null })
  if (!trace.ok) return null
  return terms.parties.map(({ id }) =>
    trace.value.lines.reduce((sum, line) => (line.party === id ? sum + line.amount : sum), 0n),
  )
}

/** What so many plays in full bring, minor units: each is rounded down by itself, as listeners are charged. */
export const playsBring = (plays: bigint, price: bigint, durationsMs: readonly number[]): bigint =>
  plays * durationsMs.reduce((sum, duration) => sum + costOf(price, duration), 0n)
