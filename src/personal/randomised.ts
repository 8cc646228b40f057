import type { Random } from '#src/kernel/ports.ts'

/**
 * Randomised response in two steps, after RAPPOR (Erlingsson, Pihur, Korolova, "RAPPOR: Randomized Aggregatable
 * Privacy-Preserving Ordinal Response", CCS 2014), with the k-ary channel of Kairouz, Bonawitz, Ramage ("Discrete
 * Distribution Estimation under Local Privacy", ICML 2016) in both. The first draw is kept and stands for the truth as long as
 * it is kept: whoever sees every report ever sent learns no more than it says. The second is drawn for each report, so that
 * reports of one device differ. Odds are whole numbers, so that what is drawn has exactly the chances that are stated.
 */

/** The kept draw: the true answer is this many times as likely as each other one. Its budget is ln 3 (1.10). */
export const KEPT_ODDS = 3
/** The draw of one report, from the kept one. */
export const REPORT_ODDS = 9

/** An integer from 0 to below `bound` (at most 256), each equally likely. */
function below(bound: number, random: Random): number {
  const fair = 256 - (256 % bound)
  for (;;) {
    const [byte = 0] = random.bytes(1)
    if (byte < fair) return byte % bound
  }
}

/** One of `answers` answers: the given one `odds` times as likely as each of the others. */
export function randomise(answer: number, answers: number, odds: number, random: Random): number {
  const drawn = below(odds + answers - 1, random) - odds
  if (drawn < 0) return answer
  return drawn < answer ? drawn : drawn + 1
}

/** The chances of one report. */
export interface Channel {
  /** That it is the true answer. */
  readonly same: number
  /** That it is one certain other answer. */
  readonly other: number
}

const channelOf = (answers: number, odds: number): Channel => ({
  same: odds / (odds + answers - 1),
  other: 1 / (odds + answers - 1),
})

/** Both draws, one after the other. */
export function reportChannel(answers: number): Channel {
  const kept = channelOf(answers, KEPT_ODDS)
  const report = channelOf(answers, REPORT_ODDS)
  return {
    same: kept.same * report.same + (answers - 1) * kept.other * report.other,
    other: kept.same * report.other + kept.other * report.same + (answers - 2) * kept.other * report.other,
  }
}

/** The budget (epsilon, natural logarithm) of one report alone; of all reports together it is ln(KEPT_ODDS). */
export function reportEpsilon(answers: number): number {
  const { same, other } = reportChannel(answers)
  return Math.log(same / other)
}

/** What share of those who reported truly have an answer. */
export interface Estimate {
  /** Unbiased, and so now and then below 0 or above 1. */
  readonly share: number
  /** With 95 % confidence it is between these, from 0 to 1. */
  readonly from: number
  readonly to: number
}

/** Of the standard normal distribution, for 95 %. */
const Z = 1.959964

/** Between which shares the chance of a report lies (Wilson, "Probable Inference", JASA 1927): it holds for small numbers too. */
function wilson(count: number, total: number): readonly [from: number, to: number] {
  const [share, spread] = [count / total, Z ** 2 / total]
  const middle = (share + spread / 2) / (1 + spread)
  const half = (Z * Math.sqrt((share * (1 - share) + spread / 4) / total)) / (1 + spread)
  return [middle - half, middle + half]
}

/** Estimates how many truly have each answer, from how often each was reported. Null when nobody reported. */
export function estimate(counts: readonly number[]): Estimate[] | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0 || counts.length < 2) return null
  const { same, other } = reportChannel(counts.length)
  const truth = (reported: number): number => (reported - other) / (same - other)
  const within = (share: number): number => Math.min(1, Math.max(0, share))
  return counts.map(count => {
    const [from, to] = wilson(count, total)
    return { share: truth(count / total), from: within(truth(from)), to: within(truth(to)) }
  })
}
