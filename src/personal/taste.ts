import type { Random } from '#src/kernel/ports.ts'
import type { Feature, Weight } from './features.ts'

/** A listener's taste: only weights that anything was learned about. */
export interface Taste {
  readonly weights: ReadonlyMap<number, Weight>
  /** How many outcomes it was learned from. */
  readonly outcomes: number
}

export const NO_TASTE: Taste = { weights: new Map(), outcomes: 0 }

/**
 * How much of its doubt a guess acts on. Less than the whole finds a taste sooner in a short session (Chapelle and Li report
 * the same); more would try more of what is unknown.
 */
const BOLDNESS = 0.3

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
const weightOf = (taste: Taste, { slot, prior }: Feature): Weight => taste.weights.get(slot) ?? prior

/** What is expected of a release, as log-odds of it being liked. */
export const expected = (taste: Taste, features: readonly Feature[]): number =>
  features.reduce((sum, feature) => sum + weightOf(taste, feature).mean * feature.value, 0)

/**
 * Learns from one outcome: `liked` from 0 (skipped) to 1 (liked, or heard to the end). One step of logistic regression with
 * a diagonal Laplace approximation (Chapelle and Li, "An Empirical Evaluation of Thompson Sampling", 2011, algorithm 3).
 */
export function learn(taste: Taste, features: readonly Feature[], liked: number): Taste {
  const chance = logistic(expected(taste, features))
  const slope = chance * (1 - chance)
  const doubt = features.reduce((sum, feature) => sum + feature.value ** 2 / weightOf(taste, feature).precision, 0)
  // Shared among the features by how little is known of each, so that one outcome is explained once.
  const surprise = (liked - chance) / (1 + slope * doubt)
  const weights = new Map(taste.weights)
  for (const feature of features) {
    const { mean, precision } = weightOf(taste, feature)
    const learned = mean + (feature.value * surprise) / precision
    weights.set(feature.slot, { mean: learned, precision: precision + feature.value ** 2 * slope })
  }
  return { weights, outcomes: taste.outcomes + 1 }
}

const UINT32 = 4_294_967_296

/** Standard normal numbers (Box and Muller, 1958). */
function normal(random: Random): number {
  const bytes = random.bytes(8)
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
  const first = (view.getUint32(0) + 1) / UINT32
  return Math.sqrt(-2 * Math.log(first)) * Math.cos((2 * Math.PI * view.getUint32(4)) / UINT32)
}

/**
 * One guess at the taste, drawn from what is believed: what is little known varies much, and so gets its turn to be heard
 * (Thompson sampling). Within one guess a weight has one value, however often it is asked for.
 */
export function guess(taste: Taste, random: Random): (features: readonly Feature[]) => number {
  const drawn = new Map<number, number>()
  const draw = (feature: Feature): number => {
    const known = drawn.get(feature.slot)
    if (known !== undefined) return known
    const { mean, precision } = weightOf(taste, feature)
    const value = mean + (BOLDNESS * normal(random)) / Math.sqrt(precision)
    drawn.set(feature.slot, value)
    return value
  }
  return features => features.reduce((sum, feature) => sum + draw(feature) * feature.value, 0)
}
