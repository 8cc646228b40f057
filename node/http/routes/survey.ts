import { z } from 'zod'
import * as api from '#protocols/api/v1/survey.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const DAY_MS = 86_400_000

/** What devices say by chance about their listening, and the counts of it, for everybody to see. */
export function surveyRoutes(app: App, context: Context): void {
  const { survey } = context.options
  if (survey === undefined) return
  const { fan } = guards(context)
  app.get('/survey', { schema: { response: { 200: z.array(api.SurveyWeek) } } }, () => survey.weeks())
  app.post(
    '/survey',
    {
      onRequest: fan,
      // A device reports once a week; behind one address there may be a school. The count of it is in memory alone.
      config: { rateLimit: { max: context.limits.surveysPerDay, timeWindow: DAY_MS } },
      schema: { body: api.SurveyReport, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      survey.add(request.body)
      return reply.code(204).send()
    },
  )
}
