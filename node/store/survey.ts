import type { DatabaseSync } from 'node:sqlite'
import type { Survey } from '#node/ports/survey.ts'
import type { SurveyReport, SurveyWeek } from '#protocols/api/v1/survey.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { QUESTIONS, type Question, SURVEY, WEEK_MS, weekOf } from '#src/personal/survey.ts'

/** Weeks that are kept: as long as a device keeps its draw. */
const WEEKS_MAX = 13

/** One number for each week, question and answer: at most 130 rows, however many report. */
export const SURVEY_TABLE = `
CREATE TABLE survey (
  week INTEGER NOT NULL, question TEXT NOT NULL, answer INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (week, question, answer)
) STRICT;
`

interface Row {
  readonly week: number
  readonly question: Question
  readonly answer: number
  readonly count: number
}

export function createSurvey(db: DatabaseSync, clock: Clock): Survey {
  const upsert = db.prepare(
    'INSERT INTO survey VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET count = min(count + 1, 9007199254740991)',
  )
  const prune = db.prepare('DELETE FROM survey WHERE week <= ?')
  const all = db.prepare('SELECT week, question, answer, count FROM survey ORDER BY week DESC')

  return {
    add(report: SurveyReport): void {
      const week = weekOf(clock.nowMs())
      // All of a report or nothing: an estimate divides by how many reported.
      db.exec('SAVEPOINT survey')
      try {
        for (const question of QUESTIONS) upsert.run(week, question, report[question])
        prune.run(week - WEEKS_MAX)
        db.exec('RELEASE survey')
      } catch (cause) {
        db.exec('ROLLBACK TO survey; RELEASE survey')
        throw cause
      }
    },
    weeks(): SurveyWeek[] {
      const rows = all.all() as unknown as Row[]
      return [...new Set(rows.map(row => row.week))].map(week => {
        const count = (question: Question): number[] =>
          SURVEY[question].map(
            (_, answer) =>
              rows.find(row => row.week === week && row.question === question && row.answer === answer)?.count ?? 0,
          )
        const counts = { when: count('when'), whose: count('whose'), length: count('length') }
        return { week, startsAt: week * WEEK_MS, counts }
      })
    },
  }
}
