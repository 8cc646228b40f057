import type { Random } from '#src/kernel/ports.ts'
import { type Candidate, type Feature, featuresOf, type Moment, type Reason } from './features.ts'
import { expected, guess, type Taste } from './taste.ts'

export interface Ranked<T extends Candidate> {
  readonly candidate: T
  /** What speaks for it most; null when it is here to be tried. */
  readonly reason: Reason | null
}

/** What was learned in a listener's own plays counts as a reason; less than this is too little to be given as one. */
const REASON_MIN = 0.2

function reasonOf(taste: Taste, features: readonly Feature[]): Reason | null {
  let [best, reason]: [number, Reason | null] = [REASON_MIN, null]
  for (const feature of features) {
    const { mean } = taste.weights.get(feature.slot) ?? feature.prior
    const weight = (mean - feature.prior.mean) * feature.value
    if (feature.reason === null || weight <= best) continue
    best = weight
    reason = feature.reason
  }
  return reason
}

/**
 * Orders releases for one listener: what they will likely like first, with room for what they have not met. Ties keep the
 * order given, so that without any taste a list that is all alike stays as it came.
 */
export function rank<T extends Candidate>(
  taste: Taste,
  candidates: readonly T[],
  moment: Moment,
  random: Random,
): Ranked<T>[] {
  const score = guess(taste, random)
  return candidates
    .map(candidate => {
      const features = featuresOf(candidate, moment)
      return { candidate, features, score: score(features) }
    })
    .sort((a, b) => b.score - a.score)
    .map(({ candidate, features }) => {
      const tried = expected(taste, features) <= 0
      return { candidate, reason: tried ? null : reasonOf(taste, features) }
    })
}
