import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, featuresOf } from '#src/personal/features.ts'
import { likedByListening } from '#src/personal/listening.ts'
import { rank } from '#src/personal/rank.ts'
import { readTaste, saveTaste } from '#src/personal/saved-taste.ts'
import { expected, learn, NO_TASTE, type Taste } from '#src/personal/taste.ts'
import { seeded } from '#test/support/seeded.ts'

const MOMENT = { nowMs: 1_790_000_000_000, hour: 20, usualPlays: 10 }

const release = (over: Partial<Candidate> = {}): Candidate => ({
  id: 'one',
  community: 'aa',
  communityName: 'Park Stage',
  artist: 'Nadia Ortiz',
  trackCount: 4,
  durationMs: 900_000,
  publishedAt: MOMENT.nowMs - 400 * 86_400_000,
  plays: 10,
  ...over,
})

const taught = (outcomes: readonly (readonly [Candidate, number])[]): Taste =>
  outcomes.reduce((taste, [one, liked]) => learn(taste, featuresOf(one, MOMENT), liked), NO_TASTE)

const candidates = fc.record({
  id: fc.string(),
  community: fc.string(),
  communityName: fc.string(),
  artist: fc.string(),
  trackCount: fc.nat(100),
  durationMs: fc.nat(),
  publishedAt: fc.nat(),
  plays: fc.nat(),
})

describe('taste', () => {
  it('expects more of what was liked and less of what was skipped, whatever it is', () => {
    fc.assert(
      fc.property(candidates, candidate => {
        const features = featuresOf(candidate, MOMENT)
        const before = expected(NO_TASTE, features)
        expect(expected(learn(NO_TASTE, features, 1), features)).toBeGreaterThan(before)
        expect(expected(learn(NO_TASTE, features, 0), features)).toBeLessThan(before)
      }),
    )
  })

  it('keeps apart what every release has and what it is called, and takes no feature twice', () => {
    fc.assert(
      fc.property(candidates, candidate => {
        const slots = featuresOf(candidate, MOMENT).map(({ slot }) => slot)
        expect(new Set(slots).size).toBe(slots.length)
      }),
      { numRuns: 2_000 },
    )
    // By its hash alone this community would share a slot with popularity.
    const clash = { ...release(), communityName: '', artist: '', community: 'fj,', plays: 0 }
    const features = featuresOf(clash, MOMENT)
    expect(expected(learn(NO_TASTE, features, 0), features)).toBeLessThan(expected(NO_TASTE, features))
  })

  it('is surer after each outcome, and stays finite after a thousand alike', () => {
    let taste = NO_TASTE
    let precision = 0
    for (let count = 0; count < 1_000; count++) {
      taste = learn(taste, featuresOf(release(), MOMENT), 1)
      const sum = [...taste.weights.values()].reduce((total, weight) => total + weight.precision, 0)
      expect(sum).toBeGreaterThanOrEqual(precision)
      precision = sum
    }
    expect(Number.isFinite(expected(taste, featuresOf(release(), MOMENT)))).toBe(true)
  })

  it('carries what it learned of an artist to their other releases, and not to others', () => {
    const taste = taught([[release(), 1]])
    const same = release({ id: 'two', community: 'bb' })
    const other = release({ id: 'three', community: 'bb', artist: 'Jonas Feld' })
    expect(expected(taste, featuresOf(same, MOMENT))).toBeGreaterThan(expected(taste, featuresOf(other, MOMENT)))
  })

  it('starts from what most people play', () => {
    const usual = expected(NO_TASTE, featuresOf(release(), MOMENT))
    expect(expected(NO_TASTE, featuresOf(release({ plays: 80 }), MOMENT))).toBeGreaterThan(usual)
    expect(expected(NO_TASTE, featuresOf(release({ plays: 0 }), MOMENT))).toBeLessThan(usual)
  })
})

describe('a ranking', () => {
  const list = Array.from({ length: 12 }, (_, at) => release({ id: String(at), artist: `artist ${at % 4}` }))

  it('shows every candidate exactly once, in an order that the seed fixes', () => {
    const ids = (seed: number) => rank(NO_TASTE, list, MOMENT, seeded(seed)).map(one => one.candidate.id)
    expect([...ids(1)].sort()).toEqual(list.map(one => one.id).sort())
    expect(ids(1)).toEqual(ids(1))
    expect(ids(1)).not.toEqual(ids(2))
  })

  it('says why: the artist that was liked; nothing for what is here to be tried', () => {
    const liked = release({ artist: 'artist 1', community: 'zz' })
    const taste = taught(Array.from({ length: 6 }, () => [liked, 1] as const))
    const ranked = rank(taste, list, MOMENT, seeded(7))
    const reasonFor = (artist: string) => ranked.find(one => one.candidate.artist === artist)?.reason
    expect(reasonFor('artist 1')).toEqual({ kind: 'artist', name: 'artist 1' })
    const disliked = taught(Array.from({ length: 6 }, () => [release({ artist: 'artist 2' }), 0] as const))
    expect(rank(disliked, list, MOMENT, seeded(7)).find(one => one.candidate.artist === 'artist 2')?.reason).toBeNull()
  })
})

describe('a taste that was saved', () => {
  it('is read back as it was', () => {
    const taste = taught([
      [release(), 1],
      [release({ artist: 'Jonas Feld' }), 0],
    ])
    const read = readTaste(saveTaste(taste))
    expect(read.outcomes).toBe(2)
    expect(new Map([...read.weights].sort())).toEqual(new Map([...taste.weights].sort()))
  })

  it('is nothing when it cannot be read', () => {
    for (const text of [null, '', '{', '[]', 'null', '{"version":2}', '{"version":1,"outcomes":1,"weights":[[1,2]]}'])
      expect(readTaste(text)).toBe(NO_TASTE)
    expect(readTaste('{"version":1,"outcomes":1,"weights":[[1,null,3]]}')).toBe(NO_TASTE)
    fc.assert(fc.property(fc.json(), text => void readTaste(text)))
  })
})

describe('a play', () => {
  it.each([
    [200_000, 240_000, false, 1],
    [20_000, 240_000, true, 0],
    [20_000, 240_000, false, null],
    [100_000, 240_000, true, null],
    [5_000, 15_000, true, 0],
    [0, 0, true, null],
  ])('of %i ms of %i ms, left by hand: %s, says %s', (heard, duration, left, said) => {
    expect(likedByListening(heard, duration, left)).toBe(said)
  })
})
