import { z } from 'zod'
import { SignedReactions } from '#protocols/api/v1/reactions.ts'
import * as api from '#protocols/api/v1/schemas.ts'
import { EMOJI_MAX } from '#protocols/engagement/v1/constants.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const ById = z.object({ id: api.ReleaseId })
const ByViewer = z.object({ viewer: api.Hex32.optional() })
const OfEmoji = z.object({ emoji: z.string().min(1).max(EMOJI_MAX), after: api.Hex32.optional() })
const Withdrawal = z
  .object({ reason: z.string().max(1000).default('') })
  .nullish()
  .transform(body => body ?? { reason: '' })

/** A hundred tracks with their captions; from the operator alone. */
const PUBLISH_BYTES_MAX = 8 * 1024 ** 2

/** Releases, what people say about them, and the jobs that publish them. */
export function catalogRoutes(app: App, context: Context): void {
  const { stage } = context
  const { operator } = guards(context)

  app.get(
    '/releases',
    {
      schema: {
        querystring: z.object({ community: api.Hex32.optional() }),
        response: { 200: z.array(api.ReleaseSummary) },
      },
    },
    request => stage.releases({ community: request.query.community }),
  )
  app.get(
    '/releases/:id',
    { schema: { params: ById, querystring: ByViewer, response: { 200: api.ReleaseDetail } } },
    request => stage.release(request.params.id),
  )
  app.post(
    '/releases',
    {
      onRequest: operator,
      bodyLimit: PUBLISH_BYTES_MAX,
      schema: { body: api.PublishRequest, response: { 202: api.JobInfo } },
    },
    async (request, reply) => reply.code(202).send(stage.publish(request.body)),
  )
  app.delete(
    '/releases/:id',
    { onRequest: operator, schema: { params: ById, body: Withdrawal, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await stage.unpublish(request.params.id, request.body.reason)
      return reply.code(204).send()
    },
  )
  app.get(
    '/releases/:id/reactions',
    { schema: { params: ById, querystring: ByViewer, response: { 200: z.array(api.ReactionTally) } } },
    request => stage.reactions(request.params.id, request.query.viewer),
  )
  app.get(
    '/releases/:id/reactions/signed',
    { schema: { params: ById, querystring: OfEmoji, response: { 200: SignedReactions } } },
    ({ params, query }) => stage.signedReactions(params.id, query.emoji, query.after),
  )
  app.get(
    '/releases/:id/comments',
    { schema: { params: ById, response: { 200: z.array(api.CommentInfo) } } },
    request => stage.comments(request.params.id),
  )
  app.get('/jobs', { onRequest: operator, schema: { response: { 200: z.array(api.JobInfo) } } }, () => stage.jobs())
  app.get(
    '/jobs/:id',
    {
      onRequest: operator,
      schema: { params: z.object({ id: z.string().min(1).max(200) }), response: { 200: api.JobInfo } },
    },
    request => stage.job(request.params.id),
  )
}
