import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const ById = z.object({ id: api.ReleaseId })
const Which = z.object({ track: z.coerce.number().int().min(0).max(99), language: api.Language })

/** Words in step with the music. */
export function captionRoutes(app: App, context: Context): void {
  const { captions } = context.stage
  const { operator } = guards(context)

  app.get(
    '/releases/:id/captions',
    { schema: { params: ById, querystring: Which, response: { 200: api.CaptionsInfo } } },
    request => captions.captions(request.params.id, request.query.track, request.query.language),
  )
  app.put(
    '/releases/:id/captions',
    { onRequest: operator, schema: { params: ById, body: api.SetCaptions, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await captions.setCaptions(request.params.id, request.body)
      return reply.code(204).send()
    },
  )
}
