import type { SurveyReport, SurveyWeek } from '#protocols/api/v1/survey.ts'

/** Counts of what devices said by chance. It keeps neither who said it nor when within the week. */
export interface Survey {
  add(report: SurveyReport): void
  /** Newest first; a season of weeks at most. */
  weeks(): SurveyWeek[]
}
