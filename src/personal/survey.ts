import type { Random } from '#src/kernel/ports.ts'
import { lengthLiked } from './features.ts'
import { type Habits, habitPlays } from './habits.ts'
import { KEPT_ODDS, REPORT_ODDS, randomise } from './randomised.ts'
import type { Taste } from './taste.ts'

/** What a stage may ask, and what may be answered. It is fixed: another question would be another budget. */
export const SURVEY = {
  when: ['night', 'morning', 'afternoon', 'evening'],
  whose: ['own', 'both', 'others'],
  length: ['short', 'either', 'long'],
} as const

export type Question = keyof typeof SURVEY
export const QUESTIONS = Object.keys(SURVEY) as readonly Question[]

/** Places in the lists of `SURVEY`. */
export type Answers = Readonly<Record<Question, number>>

/** After fewer plays than this there is no answer to give. */
const PLAYS_MIN = 10
const MOSTLY = 2 / 3
/** Log-odds by which long ones are liked more than short ones, or less, before it counts. */
const LIKED_MORE = 0.1

/** The true answers of one device; null while it knows too little. They do not leave it. */
export function answersOf(habits: Habits, taste: Taste): Answers | null {
  if (habitPlays(habits) < PLAYS_MIN) return null
  const own = habits.own / Math.max(1, habits.own + habits.others)
  const liked = lengthLiked(taste.weights)
  return {
    when: habits.parts.indexOf(Math.max(...habits.parts)),
    whose: own >= MOSTLY ? 0 : own <= 1 - MOSTLY ? 2 : 1,
    length: liked >= LIKED_MORE ? 2 : liked <= -LIKED_MORE ? 0 : 1,
  }
}

const DAY_MS = 86_400_000
/** A device reports once a week, whatever was played. */
export const WEEK_MS = 7 * DAY_MS
/** The kept draw stands for so long; then the answers are drawn anew, and the budget begins anew. */
export const SEASON_MS = 13 * WEEK_MS

/** What a device keeps: its draws, and when it last reported. */
export interface Kept {
  /** Seasons since the Unix epoch. */
  readonly season: number
  /** The draw that stands for the truth this season. */
  readonly drawn: Answers
  /** What the next report says: drawn before it is due, so that it can be looked at before it leaves. */
  readonly next: Answers
  /** The week of the last report; null before the first. */
  readonly week: number | null
}

export const weekOf = (nowMs: number): number => Math.floor(nowMs / WEEK_MS)

const drawEach = (answers: Answers, odds: number, random: Random): Answers =>
  Object.fromEntries(
    QUESTIONS.map(question => [question, randomise(answers[question], SURVEY[question].length, odds, random)]),
  ) as unknown as Answers

/**
 * What is kept, for now. The draw of this season stays; in a new season all is drawn anew, and waits a week so that it can be
 * looked at. A draw is never repeated within a season: each more would tell more.
 */
export function keptFor(kept: Kept | null, truth: Answers, nowMs: number, random: Random): Kept {
  const season = Math.floor(nowMs / SEASON_MS)
  if (kept !== null && kept.season === season) return kept
  const drawn = drawEach(truth, KEPT_ODDS, random)
  return { season, drawn, next: drawEach(drawn, REPORT_ODDS, random), week: kept === null ? null : weekOf(nowMs) }
}

/** Whether the next report is to be sent. */
export const isDue = ({ week }: Kept, nowMs: number): boolean => week === null || week < weekOf(nowMs)

/** After a report left: the one of next week is drawn. */
export const afterReport = (kept: Kept, nowMs: number, random: Random): Kept => ({
  ...kept,
  week: weekOf(nowMs),
  next: drawEach(kept.drawn, REPORT_ODDS, random),
})

/** Reads what was kept as JSON; null when it cannot be read: then it is drawn anew. */
export function readKept(saved: string | null): Kept | null {
  try {
    const { season, drawn, next, week } = JSON.parse(saved ?? '') as Partial<Kept>
    const known = [drawn, next].every(answers =>
      QUESTIONS.every(question => {
        const place = answers?.[question] ?? -1
        return Number.isInteger(place) && place >= 0 && place < SURVEY[question].length
      }),
    )
    if (!known || !Number.isInteger(season) || !(week === null || Number.isInteger(week))) return null
    return { season, drawn, next, week } as Kept
  } catch {
    return null
  }
}
