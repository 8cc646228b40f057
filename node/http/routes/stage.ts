import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

/** The stage itself, its operator's session, and whom it follows. */
export function stageRoutes(app: App, context: Context): void {
  const { stage, access, limits } = context
  const { operator, fan } = guards(context)

  app.get('/stage', { schema: { response: { 200: api.StageInfo } } }, request =>
    stage.stage({ operator: access.isOperator(request) }),
  )
  app.put(
    '/stage',
    { onRequest: operator, schema: { body: api.NameStage, response: { 200: api.StageInfo } } },
    async request => {
      await stage.nameStage(request.body)
      return stage.stage({ operator: true })
    },
  )
  app.post(
    '/session',
    {
      onRequest: fan,
      config: { rateLimit: { max: limits.sessionPerMinute, timeWindow: '1 minute', allowList: [] } },
      schema: { body: z.object({ token: z.string().min(1).max(200) }), response: { 204: z.undefined() } },
    },
    async (request, reply) =>
      reply
        .code(204)
        .header('set-cookie', access.signIn(request.body.token, request.protocol === 'https'))
        .send(),
  )
  app.delete('/session', { onRequest: fan, schema: { response: { 204: z.undefined() } } }, async (request, reply) =>
    reply
      .code(204)
      .header('set-cookie', access.signOut(request.protocol === 'https'))
      .send(),
  )
  app.get('/communities', { schema: { response: { 200: z.array(api.CommunityInfo) } } }, () => stage.communities())
  app.get('/peers', { onRequest: operator, schema: { response: { 200: z.array(api.PeerInfo) } } }, () => stage.peers())
  app.post(
    '/follows',
    { onRequest: operator, schema: { body: api.FollowRequest, response: { 200: api.CommunityInfo } } },
    request => stage.follow(request.body.address),
  )
  app.delete(
    '/follows/:community',
    { onRequest: operator, schema: { params: z.object({ community: api.Hex32 }), response: { 204: z.undefined() } } },
    async (request, reply) => {
      await stage.unfollow(request.params.community)
      return reply.code(204).send()
    },
  )
  app.get('/storage', { onRequest: operator, schema: { response: { 200: api.StorageInfo } } }, () => stage.storage())
}
