import { describe, expect, it } from 'vitest'
import { type Candidate, featuresOf } from '#src/personal/features.ts'
import { rank } from '#src/personal/rank.ts'
import { learn, NO_TASTE } from '#src/personal/taste.ts'
import { type Seeded, seeded } from '#test/support/seeded.ts'

const SEED = 20_261_122
const LISTENERS = 120
const PLAYS = 60
const DAY_MS = 86_400_000
const NOW = 1_790_000_000_000

interface World {
  readonly releases: readonly Candidate[]
  readonly usualPlays: number
  /** Whether listener `who` likes a release: a latent taste for artists and communities, and luck. */
  readonly chance: (who: number, release: Candidate) => number
}

const spread = (random: Seeded): number => (random.next() + random.next() + random.next() - 1.5) * 2

/** Releases by 40 artists in 8 communities. What most like is played most, as it would be. */
function makeWorld(random: Seeded): World {
  const quality = Array.from({ length: 40 }, () => spread(random) * 0.4)
  const artistOf = (release: Candidate): number => Number(release.artist.slice(7))
  const tastes = Array.from({ length: LISTENERS }, () => ({
    artists: Array.from({ length: 40 }, () => spread(random)),
    communities: Array.from({ length: 8 }, () => spread(random)),
  }))
  const chance: World['chance'] = (who, release) => {
    const taste = tastes[who] as (typeof tastes)[number]
    const artist = artistOf(release)
    const odds = -1.2 + (quality[artist] ?? 0) + (taste.artists[artist] ?? 0) + (taste.communities[artist % 8] ?? 0)
    return 1 / (1 + Math.exp(-odds))
  }
  const bare = Array.from({ length: 400 }, (_, index): Candidate => {
    const artist = index % 40
    return {
      id: String(index),
      artist: `artist ${artist}`,
      community: `c${artist % 8}`,
      communityName: `Community ${artist % 8}`,
      trackCount: 1 + random.int(12),
      durationMs: 1_000_000 + random.int(2_000_000),
      publishedAt: NOW - random.int(400) * DAY_MS,
      plays: 0,
    }
  })
  const releases = bare.map(release => {
    const likes = tastes.reduce((sum, _, who) => sum + chance(who, release), 0)
    return { ...release, plays: Math.round((likes / LISTENERS) * 1_000) }
  })
  const usualPlays = releases.map(release => release.plays).sort((a, b) => a - b)[200] ?? 0
  return { releases, usualPlays, chance }
}

/** Share of liked plays over one listener's session, each release played at most once. */
function session(world: World, who: number, random: Seeded, personal: boolean): number {
  let taste = NO_TASTE
  let left = [...world.releases].sort((a, b) => b.plays - a.plays)
  let likes = 0
  for (let play = 0; play < PLAYS; play++) {
    const moment = { nowMs: NOW, hour: 20, usualPlays: world.usualPlays }
    const next = personal ? rank(taste, left, moment, random)[0]?.candidate : left[0]
    if (next === undefined) break
    const liked = random.next() < world.chance(who, next) ? 1 : 0
    likes += liked
    taste = learn(taste, featuresOf(next, moment), liked)
    left = left.filter(release => release.id !== next.id)
  }
  return likes / PLAYS
}

describe('a personal feed', () => {
  it('is liked at least 1.3 times as often as a ranking by popularity, within sixty plays', () => {
    const random = seeded(SEED)
    const world = makeWorld(random)
    const rate = (personal: boolean): number =>
      Array.from({ length: LISTENERS }, (_, who) => session(world, who, random, personal)).reduce((a, b) => a + b, 0) /
      LISTENERS
    const [popular, personal] = [rate(false), rate(true)]
    console.log(`liked: ${personal.toFixed(3)} personal, ${popular.toFixed(3)} by popularity, seed ${SEED}`)
    expect(personal / popular).toBeGreaterThanOrEqual(1.3)
  })
})
