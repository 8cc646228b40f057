import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const TRANSFERS_DEFAULT = 50
const TRANSFERS_MAX = 500

/** Payments to other communities: what they would come to, how far they came, and how communities stand. */
export function transferRoutes(app: App, context: Context): void {
  const { stage, limits } = context
  const { fan } = guards(context)

  app.post(
    '/quotes',
    {
      onRequest: fan,
      // Each asks other stages, and keeps room on their credit lines.
      config: { rateLimit: { max: limits.quotesPerMinute, timeWindow: '1 minute' } },
      schema: { body: api.QuoteRequest, response: { 200: z.array(api.QuoteInfo) } },
    },
    request => stage.transfers.quotes(request.body),
  )
  app.get(
    '/transfers',
    {
      schema: {
        querystring: z.object({
          account: api.Hex32.optional(),
          limit: z.coerce.number().int().min(1).max(TRANSFERS_MAX).default(TRANSFERS_DEFAULT),
        }),
        response: { 200: z.array(api.TransferInfo) },
      },
    },
    request => stage.transfers.transfers(request.query.account, request.query.limit),
  )
  app.get(
    '/transfers/:id',
    { schema: { params: z.object({ id: api.Hex32 }), response: { 200: api.TransferProof } } },
    request => stage.transfers.transfer(request.params.id),
  )
  app.get('/peers/value', { schema: { response: { 200: z.array(api.PeerValue) } } }, () => stage.transfers.peers())
}
