import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimate, KEPT_ODDS, REPORT_ODDS, randomise, reportChannel, reportEpsilon } from '#src/personal/randomised.ts'
import { type Seeded, seeded } from '#test/support/seeded.ts'

const answers = fc.integer({ min: 2, max: 8 })

/** One report of each listener, both draws. */
function reports(truths: readonly number[], kinds: number, random: Seeded): number[] {
  const counts = Array.from({ length: kinds }, () => 0)
  for (const truth of truths) {
    const said = randomise(randomise(truth, kinds, KEPT_ODDS, random), kinds, REPORT_ODDS, random)
    counts[said] = (counts[said] ?? 0) + 1
  }
  return counts
}

describe('a randomised answer', () => {
  it('is the true one as many times as likely as each other as is stated, counted over every draw', () => {
    fc.assert(
      fc.property(answers, fc.nat(7), fc.integer({ min: 1, max: 12 }), (kinds, place, odds) => {
        const truth = place % kinds
        const counts = Array.from({ length: kinds }, () => 0)
        const draws = odds + kinds - 1
        for (let byte = 0; byte < 256 - (256 % draws); byte++) {
          const said = randomise(truth, kinds, odds, { bytes: () => new Uint8Array([byte]) })
          counts[said] = (counts[said] ?? 0) + 1
        }
        const one = counts[(truth + 1) % kinds] ?? 0
        expect(one).toBeGreaterThan(0)
        expect(counts).toEqual(counts.map((_, at) => (at === truth ? odds * one : one)))
      }),
    )
  })

  it('draws again what would favour an answer', () => {
    const bytes = [255, 254, 0]
    const random = { bytes: () => new Uint8Array([bytes.shift() ?? 0]) }
    // Eleven draws fit 23 times into 253: three bytes are over.
    expect(randomise(1, 3, 9, random)).toBe(1)
    expect(bytes).toEqual([])
  })

  it('tells less in one report than in all of them, and all of them tell no more than the kept draw', () => {
    fc.assert(
      fc.property(answers, kinds => {
        const { same, other } = reportChannel(kinds)
        expect(same + (kinds - 1) * other).toBeCloseTo(1, 12)
        expect(same).toBeGreaterThan(other)
        expect(reportEpsilon(kinds)).toBeLessThan(Math.log(KEPT_ODDS))
      }),
    )
  })
})

describe('an estimate from randomised answers', () => {
  it('finds the shares again when every report comes as often as it is likely', () => {
    const shares = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(
        shares.filter(list => list.some(share => share > 0)),
        weights => {
          const sum = weights.reduce((total, weight) => total + weight, 0)
          const { same, other } = reportChannel(weights.length)
          const counts = weights.map(weight => (weight / sum) * same + (1 - weight / sum) * other)
          for (const [at, { share }] of (estimate(counts) ?? []).entries())
            expect(share).toBeCloseTo((weights[at] ?? 0) / sum, 9)
        },
      ),
    )
  })

  it('is right on average, and its interval holds the truth about 95 times in 100', () => {
    const random = seeded(20_261_122)
    const truths = Array.from({ length: 300 }, (_, at) => (at < 180 ? 0 : at < 270 ? 1 : 2))
    const [runs, wanted] = [400, [0.6, 0.3, 0.1]]
    const sums = [0, 0, 0]
    let held = 0
    for (let run = 0; run < runs; run++) {
      const found = estimate(reports(truths, 3, random)) ?? []
      for (const [at, { share, from, to }] of found.entries()) {
        sums[at] = (sums[at] ?? 0) + share
        const truth = wanted[at] ?? 0
        if (from <= truth && truth <= to) held++
      }
    }
    for (const [at, truth] of wanted.entries()) expect(Math.abs((sums[at] ?? 0) / runs - truth)).toBeLessThan(0.02)
    expect(held / (3 * runs)).toBeGreaterThan(0.93)
  })

  it('is surer the more report, and says nothing when nobody did', () => {
    const width = (counts: readonly number[]): number => {
      const [first] = estimate(counts) ?? []
      return (first?.to ?? 0) - (first?.from ?? 0)
    }
    expect(width([600, 400, 200])).toBeLessThan(width([60, 40, 20]))
    expect(estimate([0, 0, 0])).toBeNull()
    expect(estimate([5])).toBeNull()
    const all = estimate([12, 0]) ?? []
    expect(all.every(({ from, to }) => from >= 0 && to <= 1 && from <= to)).toBe(true)
  })
})
