import { describe, expect, it } from 'vitest'
import { openDatabase } from '#node/store/database.ts'
import { MIGRATIONS } from '#node/store/schema.ts'
import { createSurvey } from '#node/store/survey.ts'
import { SurveyReport, SurveyWeek } from '#protocols/api/v1/survey.ts'
import { QUESTIONS, SURVEY, WEEK_MS } from '#src/personal/survey.ts'

const START = 2_957 * WEEK_MS

function open() {
  const db = openDatabase(':memory:', MIGRATIONS, 'NORMAL')
  const clock = { at: START, nowMs: () => clock.at }
  return { db, clock, survey: createSurvey(db, clock) }
}

describe('what devices say by chance', () => {
  it('is counted by week, and read back newest first', () => {
    const { survey, clock } = open()
    survey.add({ when: 3, whose: 0, length: 1 })
    survey.add({ when: 3, whose: 2, length: 1 })
    clock.at += WEEK_MS
    survey.add({ when: 0, whose: 0, length: 2 })
    const weeks = survey.weeks()
    expect(weeks.map(one => SurveyWeek.parse(one))).toEqual([
      {
        week: 2_958,
        startsAt: START + WEEK_MS,
        counts: { when: [1, 0, 0, 0], whose: [1, 0, 0], length: [0, 0, 1] },
      },
      { week: 2_957, startsAt: START, counts: { when: [0, 0, 0, 2], whose: [1, 0, 1], length: [0, 2, 0] } },
    ])
  })

  it('is nothing but numbers, and a season of them at most', () => {
    const { survey, clock, db } = open()
    for (let week = 0; week < 40; week++) {
      for (let device = 0; device < 8; device++) survey.add({ when: device % 4, whose: device % 3, length: 1 })
      clock.at += WEEK_MS
    }
    expect(survey.weeks()).toHaveLength(13)
    const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all('survey')
    expect(columns.map(column => column.name)).toEqual(['week', 'question', 'answer', 'count'])
    expect(Number(db.prepare('SELECT count(*) AS n FROM survey').get()?.n)).toBeLessThanOrEqual(130)
  })

  it('has the same answers on the wire as on the device', () => {
    for (const question of QUESTIONS) {
      const report = { when: 0, whose: 0, length: 0 }
      const last = SURVEY[question].length - 1
      expect(SurveyReport.safeParse({ ...report, [question]: last }).success).toBe(true)
      expect(SurveyReport.safeParse({ ...report, [question]: last + 1 }).success).toBe(false)
    }
  })
})
