import type { Question } from '#src/personal/survey.ts'
import { m } from '#web/kit/mod.ts'

/** What is asked, and each answer in the order of `SURVEY`. */
export const SURVEY_WORDS: Readonly<Record<Question, { readonly asked: string; readonly answers: readonly string[] }>> =
  {
    when: {
      asked: m('When music plays here most'),
      answers: [m('At night'), m('In the morning'), m('In the afternoon'), m('In the evening')],
    },
    whose: {
      asked: m('Whose music plays'),
      answers: [m('Of this community'), m('Of both'), m('Of other communities')],
    },
    length: {
      asked: m('What length is liked'),
      answers: [m('Short ones'), m('Either'), m('Long ones')],
    },
  }
