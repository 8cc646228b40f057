import { createReadStream } from 'node:fs'
import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import { fromBase64 } from '../base64.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const ById = z.object({ id: api.ReleaseId })
const TICKET_MAX = 120

/** Prices, listening that is paid as it happens, and what a purchase unlocks. */
export function offerRoutes(app: App, context: Context): void {
  const { offers } = context.stage
  const { operator, fan } = guards(context)

  app.put(
    '/releases/:id/price',
    { onRequest: operator, schema: { params: ById, body: api.SetPrice, response: { 200: api.PriceInfo.nullable() } } },
    request => offers.setPrice(request.params.id, request.body),
  )
  app.put(
    '/stage/membership',
    { onRequest: operator, schema: { body: api.SetMembership, response: { 200: api.MembershipInfo.nullable() } } },
    request => offers.setMembership(request.body.month),
  )
  app.post(
    '/streams',
    { onRequest: fan, schema: { body: api.StreamSigned, response: { 200: api.StreamKept } } },
    request => {
      const { voucher, order, last } = request.body
      return offers.listen({
        ...(voucher === undefined ? {} : { voucher: fromBase64(voucher, 'voucher') }),
        ...(order === undefined ? {} : { order: fromBase64(order, 'order') }),
        last,
      })
    },
  )
  app.get(
    '/wallets/:account/owned',
    { schema: { params: z.object({ account: api.Hex32 }), response: { 200: z.array(api.Owned) } } },
    request => offers.owned(request.params.account),
  )
  app.post(
    '/releases/:id/originals',
    { onRequest: fan, schema: { params: ById, body: api.AskOriginals, response: { 200: api.Originals } } },
    request => offers.originals(request.params.id, fromBase64(request.body.envelope, 'envelope')),
  )
  app.get(
    '/originals/:ticket',
    { schema: { hide: true, params: z.object({ ticket: z.string().min(1).max(TICKET_MAX) }) } },
    (request, reply) => {
      const { file, name, mediaType, bytes } = offers.original(request.params.ticket)
      return reply
        .header('content-type', mediaType)
        .header('content-length', bytes)
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .send(createReadStream(file))
    },
  )
}
