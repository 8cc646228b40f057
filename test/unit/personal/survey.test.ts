import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { featuresOf } from '#src/personal/features.ts'
import { NO_HABITS, pickedFrom, pictured, played, readHabits } from '#src/personal/habits.ts'
import { AUTO, layoutOf, readChoice } from '#src/personal/layout.ts'
import {
  afterReport,
  answersOf,
  isDue,
  keptFor,
  QUESTIONS,
  readKept,
  SEASON_MS,
  SURVEY,
  WEEK_MS,
} from '#src/personal/survey.ts'
import { learn, NO_TASTE } from '#src/personal/taste.ts'
import { seeded } from '#test/support/seeded.ts'

const NOW = 100 * SEASON_MS + WEEK_MS
const many = <T>(count: number, value: T, change: (value: T) => T): T =>
  Array.from({ length: count }).reduce<T>(change, value)
const DEVICE = { saver: false, reducedMotion: false }
const evenings = many(12, NO_HABITS, habits => played(habits, 20, false))

describe('the answers of a device', () => {
  it('are what it was used for; none after a few plays', () => {
    expect(
      answersOf(
        many(9, NO_HABITS, habits => played(habits, 20, true)),
        NO_TASTE,
      ),
    ).toBeNull()
    expect(answersOf(evenings, NO_TASTE)).toEqual({ when: 3, whose: 2, length: 1 })
    const set = { id: 'a', community: 'c', communityName: 'C', artist: 'A', trackCount: 1, durationMs: 3_600_000 }
    const moment = { nowMs: NOW, hour: 20, usualPlays: 0 }
    const features = featuresOf({ ...set, publishedAt: NOW, plays: 0 }, moment)
    const long = many(8, NO_TASTE, taste => learn(taste, features, 1))
    expect(answersOf(evenings, long)?.length).toBe(2)
  })

  it('are drawn once a season, and a report is drawn before it leaves', () => {
    const random = seeded(3)
    const truth = { when: 3, whose: 2, length: 1 }
    const first = keptFor(null, truth, NOW, random)
    expect(isDue(first, NOW)).toBe(true)
    expect(keptFor(first, { when: 0, whose: 0, length: 0 }, NOW + WEEK_MS, random)).toBe(first)
    const after = afterReport(first, NOW, random)
    expect(after.drawn).toEqual(first.drawn)
    expect(isDue(after, NOW)).toBe(false)
    expect(isDue(after, NOW + WEEK_MS)).toBe(true)
    const next = keptFor(after, truth, NOW + SEASON_MS, random)
    expect(next.season).toBe(first.season + 1)
    expect(isDue(next, NOW + SEASON_MS)).toBe(false)
    expect(isDue(next, NOW + SEASON_MS + WEEK_MS)).toBe(true)
  })

  it('are read back as they were kept; anything else is nothing', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, at) => {
        const kept = keptFor(null, { when: at % 4, whose: at % 3, length: 2 }, NOW, seeded(seed))
        expect(readKept(JSON.stringify(kept))).toEqual(kept)
        for (const question of QUESTIONS)
          expect(SURVEY[question][kept.next[question]], 'an answer that there is').toBeDefined()
      }),
    )
    fc.assert(fc.property(fc.json(), text => void readKept(text)))
    for (const text of [null, '', '{}', '{"season":1,"week":null,"drawn":{"when":9,"whose":0,"length":0}}'])
      expect(readKept(text)).toBeNull()
  })
})

describe('habits', () => {
  it('are read back as they were saved, stay bounded, and forget slowly', () => {
    const used = many(500, evenings, habits => pictured(pickedFrom(played(habits, 8, true), true), true))
    expect(readHabits(JSON.stringify(used))).toEqual(used)
    expect(used.parts[1]).toBeGreaterThan(used.parts[3])
    expect(Math.max(...used.parts, used.own, used.far, used.watched)).toBeLessThanOrEqual(65)
    fc.assert(fc.property(fc.json(), text => void readHabits(text)))
    expect(readHabits('{"parts":[1,2],"own":1}')).toEqual(NO_HABITS)
  })
})

describe('the layout', () => {
  it('is covers and sound first until something speaks for another', () => {
    expect(layoutOf(NO_HABITS, AUTO, DEVICE)).toMatchObject({
      list: 'covers',
      listBecause: 'usual',
      first: 'sound',
      artwork: true,
      motion: 'full',
    })
    const few = many(7, NO_HABITS, habits => pickedFrom(habits, true))
    expect(layoutOf(few, AUTO, DEVICE).list).toBe('covers')
  })

  it('is rows for whoever plays from further down, and covers again for whoever stopped', () => {
    const far = many(9, NO_HABITS, habits => pickedFrom(habits, true))
    expect(layoutOf(far, AUTO, DEVICE)).toMatchObject({ list: 'rows', listBecause: 'far' })
    const back = many(9, far, habits => pickedFrom(habits, false))
    expect(layoutOf(back, AUTO, DEVICE).list).toBe('covers')
  })

  it('begins with the picture for whoever watches', () => {
    const watching = many(9, NO_HABITS, habits => pictured(habits, true))
    expect(layoutOf(watching, AUTO, DEVICE)).toMatchObject({ first: 'picture', firstBecause: 'watched' })
  })

  it('saves data before it shows what was learned, and a fixed choice comes before both', () => {
    const watching = many(9, NO_HABITS, habits => pictured(habits, true))
    const saving = { saver: true, reducedMotion: true }
    expect(layoutOf(watching, AUTO, saving)).toEqual({
      list: 'rows',
      listBecause: 'saver',
      artwork: false,
      first: 'sound',
      firstBecause: 'saver',
      motion: 'less',
      motionBecause: 'asked',
    })
    const chosen = { list: 'covers', first: 'picture', motion: 'less' } as const
    expect(layoutOf(watching, chosen, saving)).toMatchObject({
      list: 'covers',
      first: 'picture',
      listBecause: 'chosen',
    })
    expect(layoutOf(watching, chosen, DEVICE)).toMatchObject({ motion: 'less', motionBecause: 'chosen' })
  })

  it('keeps a choice as it was saved, and takes anything else for none', () => {
    const chosen = { list: 'rows', first: 'auto', motion: 'less' } as const
    expect(readChoice(JSON.stringify(chosen))).toEqual(chosen)
    for (const text of [null, '', '{}', '{"list":"tiles","first":"auto","motion":"auto"}', 'null'])
      expect(readChoice(text)).toEqual(AUTO)
  })
})
