import { z } from 'zod'
import { TimeMs } from './basics.ts'

const answer = (answers: number) =>
  z
    .number()
    .int()
    .min(0)
    .max(answers - 1)

/**
 * Body of POST /survey: what one device says this week, drawn by chance from the truth on the device itself. Each is a place in a
 * fixed list of answers (`src/personal/survey.ts`).
 */
export const SurveyReport = z.object({
  when: answer(4).describe('when it plays most: night, morning, afternoon, evening'),
  whose: answer(3).describe('whose music: of this community, of both, of others'),
  length: answer(3).describe('what length it likes: short, either, long'),
})
export type SurveyReport = z.infer<typeof SurveyReport>

const counts = (answers: number) => z.array(z.number().int().min(0)).length(answers)

export const SurveyWeek = z.object({
  week: z.number().int().min(0).describe('whole weeks since the Unix epoch'),
  startsAt: TimeMs,
  counts: z.object({ when: counts(4), whose: counts(3), length: counts(3) }).describe('how often each was said'),
})
export type SurveyWeek = z.infer<typeof SurveyWeek>
