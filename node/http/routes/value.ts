import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const RECEIPTS_DEFAULT = 50
const RECEIPTS_MAX = 500

const Index = z.coerce.number().int().min(0)
const ByIndex = z.object({ index: Index })

/** Wallets, the cash desk and receipts. */
export function valueRoutes(app: App, context: Context): void {
  const { stage } = context
  const { operator } = guards(context)

  app.get(
    '/wallets/:account',
    { schema: { params: z.object({ account: api.Hex32 }), response: { 200: api.Wallet } } },
    request => stage.wallet(request.params.account),
  )
  app.post(
    '/desk/credits',
    { onRequest: operator, schema: { body: api.IssueCredit, response: { 200: api.ReceiptInfo } } },
    request => stage.issueCredit(request.body),
  )
  app.get(
    '/receipts',
    {
      schema: {
        querystring: z.object({
          community: api.Hex32.optional(),
          limit: z.coerce.number().int().min(1).max(RECEIPTS_MAX).default(RECEIPTS_DEFAULT),
        }),
        response: { 200: z.array(api.ReceiptInfo) },
      },
    },
    request => stage.receipts(request.query),
  )
  app.get(
    '/receipts/:community/:index',
    {
      schema: {
        params: z.object({ community: api.Hex32, index: Index }),
        response: { 200: api.ReceiptProof },
      },
    },
    request => stage.receipt(request.params.community, request.params.index),
  )
  app.get(
    '/desk/texts/:index',
    { onRequest: operator, schema: { params: ByIndex, response: { 200: api.ReceiptText } } },
    request => ({ text: stage.receiptText(request.params.index) }),
  )
  app.delete(
    '/desk/texts/:index',
    { onRequest: operator, schema: { params: ByIndex, response: { 204: z.undefined() } } },
    async (request, reply) => {
      stage.eraseReceiptText(request.params.index)
      return reply.code(204).send()
    },
  )
}
