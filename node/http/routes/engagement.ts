import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import { fromBase64 } from '../base64.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const MESSAGES_DEFAULT = 50
/** One page of chat: enough for a tall screen, small enough for a phone on 3G. */
const MESSAGES_MAX = 200

const Limit = z.coerce.number().int().min(1).max(MESSAGES_MAX).default(MESSAGES_DEFAULT)

/** Chat, polls, and the way in for signed events. */
export function engagementRoutes(app: App, context: Context): void {
  const { stage, limits } = context
  const { operator, fan } = guards(context)

  app.get(
    '/rooms/:community/:room/messages',
    {
      schema: {
        params: z.object({ community: api.Hex32, room: api.RoomId }),
        querystring: z.object({
          before: z.coerce.number().int().min(0).optional(),
          beforeId: api.Hex32.optional(),
          limit: Limit,
        }),
        response: { 200: z.array(api.ChatMessage) },
      },
    },
    request => stage.messages(request.params.community, request.params.room, request.query),
  )
  app.get(
    '/rooms/:community/:room/log',
    {
      schema: {
        params: z.object({ community: api.Hex32, room: api.RoomId }),
        querystring: z.object({
          after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
          limit: Limit,
        }),
        response: { 200: api.RoomChanges },
      },
    },
    request => stage.roomChanges(request.params.community, request.params.room, request.query),
  )
  app.get(
    '/polls',
    {
      schema: {
        querystring: z.object({ community: api.Hex32.optional(), viewer: api.Hex32.optional() }),
        response: { 200: z.array(api.PollInfo) },
      },
    },
    request => stage.polls(request.query),
  )
  app.post(
    '/events',
    {
      onRequest: fan,
      config: { rateLimit: { max: limits.eventsPerMinute, timeWindow: '1 minute' } },
      schema: { body: api.SubmitEvent, response: { 200: api.SubmitResult } },
    },
    request => stage.submit(fromBase64(request.body.envelope, 'envelope', 'bad-envelope'), request.body.work),
  )
  app.post(
    '/vouchers',
    {
      onRequest: fan,
      config: { rateLimit: { max: limits.eventsPerMinute, timeWindow: '1 minute' } },
      schema: { body: api.SubmitVoucher, response: { 200: api.SubmitResult } },
    },
    request => stage.submitVoucher(fromBase64(request.body.voucher, 'voucher', 'bad-envelope')),
  )
  app.post(
    '/community-events',
    {
      onRequest: operator,
      schema: {
        body: z.object({ type: z.string().min(1).max(40), body: z.unknown() }),
        response: { 200: api.SubmitResult },
      },
    },
    request => stage.submitAsCommunity(request.body.type, request.body.body),
  )
  app.get(
    '/authors/:author/seq',
    {
      schema: {
        params: z.object({ author: api.Hex32 }),
        querystring: z.object({ community: api.Hex32 }),
        response: { 200: api.NextSeq },
      },
    },
    request => ({ next: stage.nextSeq(request.params.author, request.query.community) }),
  )
}
