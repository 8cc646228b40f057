import { z } from 'zod'
import * as moderation from '#protocols/api/v1/moderation.ts'
import * as api from '#protocols/api/v1/schemas.ts'
import { fromBase64 } from '../base64.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

/** Roles, reports, decisions and appeals; how rooms are spoken in; block lists. */
export function moderationRoutes(app: App, context: Context): void {
  const { operator, fan } = guards(context)
  const calls = context.stage.moderation

  app.get('/moderation', { onRequest: operator, schema: { response: { 200: moderation.ModerationInfo } } }, () =>
    calls.overview(),
  )
  app.get(
    '/standing/:community/:key',
    {
      schema: {
        params: z.object({ community: api.Hex32, key: api.Hex32 }),
        response: { 200: moderation.StandingInfo },
      },
    },
    request => calls.standing(request.params.community, request.params.key),
  )
  app.get(
    '/rooms/:community/:room',
    { schema: { params: moderation.InRoom, response: { 200: moderation.RoomInfo } } },
    request => calls.room(request.params.community, request.params.room),
  )
  app.post(
    '/moderation/:community/queue',
    {
      onRequest: fan,
      config: { rateLimit: { max: context.limits.eventsPerMinute, timeWindow: '1 minute' } },
      schema: {
        params: z.object({ community: api.Hex32 }),
        body: moderation.AskReports,
        response: { 200: moderation.ReportQueue },
      },
    },
    request => calls.queue(request.params.community, fromBase64(request.body.envelope, 'envelope', 'bad-envelope')),
  )
  app.get(
    '/blocklists/:community',
    {
      onRequest: operator,
      schema: { params: z.object({ community: api.Hex32 }), response: { 200: moderation.BlockListPreview } },
    },
    request => calls.previewBlockList(request.params.community),
  )
  app.get('/blocklist', { schema: { response: { 200: moderation.BlockList } } }, () => calls.blockList())
  app.put(
    '/blocklists/:community',
    {
      onRequest: operator,
      schema: {
        params: z.object({ community: api.Hex32 }),
        body: z.object({ on: z.boolean() }),
        response: { 200: moderation.ModerationInfo },
      },
    },
    request => calls.setBlockList(request.params.community, request.body.on),
  )
}
