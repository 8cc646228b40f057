import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import * as settings from '#protocols/api/v1/settings.ts'
import { fromBase64 } from '../base64.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

/** What the operator decides about the stage, and who may join it. */
export function settingsRoutes(app: App, context: Context): void {
  const { stage, limits } = context
  const { operator, fan } = guards(context)

  app.get('/settings', { onRequest: operator, schema: { response: { 200: settings.StageSettings } } }, () =>
    stage.settings.read(),
  )
  app.put(
    '/settings',
    { onRequest: operator, schema: { body: settings.SetSettings, response: { 200: settings.StageSettings } } },
    request => stage.settings.write(request.body),
  )
  app.get('/invites', { onRequest: operator, schema: { response: { 200: z.array(settings.InviteInfo) } } }, () =>
    stage.joining.invites(),
  )
  app.post(
    '/invites',
    { onRequest: operator, schema: { body: settings.MakeInvite, response: { 200: settings.NewInvite } } },
    request => stage.joining.invite(request.body),
  )
  app.delete(
    '/invites/:id',
    { onRequest: operator, schema: { params: settings.InviteId, response: { 200: z.array(settings.InviteInfo) } } },
    request => stage.joining.revoke(request.params.id),
  )
  app.post(
    '/members',
    {
      onRequest: operator,
      schema: { body: z.object({ key: api.Hex32 }), response: { 200: settings.MemberInfo } },
    },
    request => stage.joining.admit(request.body.key),
  )
  app.get(
    '/members/:key',
    { schema: { params: z.object({ key: api.Hex32 }), response: { 200: settings.MemberInfo } } },
    request => stage.joining.member(request.params.key),
  )
  app.post(
    '/join',
    {
      onRequest: fan,
      config: { rateLimit: { max: limits.codesPerMinute, timeWindow: '1 minute', allowList: [] } },
      schema: { body: settings.JoinRequest, response: { 200: settings.MemberInfo } },
    },
    request => stage.joining.join(request.body.code, fromBase64(request.body.envelope, 'envelope', 'bad-envelope')),
  )
}
