import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import type { LiveHub } from '../live.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const Poll = z.object({ poll: api.Hex32 })
const Event = z.object({ id: api.ReleaseId })

/** Polls that anybody recounts, and what happens when. */
export function happeningRoutes(app: App, context: Context, hub: LiveHub): void {
  const { stage } = context
  const { fan } = guards(context)

  app.get('/polls/:poll/votes', { schema: { params: Poll, response: { 200: api.BallotVotes } } }, request =>
    stage.ballotVotes(request.params.poll),
  )
  app.get(
    '/polls/:poll/proof',
    { schema: { params: Poll, querystring: z.object({ voter: api.Hex32 }), response: { 200: api.VoteProof } } },
    request => stage.voteProof(request.params.poll, request.query.voter),
  )
  app.get(
    '/happenings',
    {
      schema: {
        querystring: z.object({ over: z.enum(['true', 'false']).default('false') }),
        response: { 200: z.array(api.EventInfo) },
      },
    },
    request => stage.happenings(request.query.over === 'true'),
  )
  app.get('/happenings/:id', { schema: { params: Event, response: { 200: api.EventInfo } } }, request =>
    stage.happening(request.params.id),
  )
  app.post(
    '/happenings/:id/audience',
    { onRequest: fan, schema: { params: Event, body: api.Attend, response: { 200: api.AudienceInfo } } },
    request => ({
      event: request.params.id,
      count: hub.attend(request.body.reader, request.params.id, request.body.on),
    }),
  )
}
