import { z } from 'zod'
import * as desk from '#protocols/api/v1/desk-schemas.ts'
import * as api from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const ById = z.object({ id: api.Hex32 })
const ByCommunity = z.object({ community: api.Hex32 })

/** How this community stands with others: lines, settlements, nettings, statements; and payments that are taken back. */
export function settlingRoutes(app: App, context: Context): void {
  const { operator } = guards(context)
  const calls = context.stage.desk

  app.put(
    '/lines/:community',
    { onRequest: operator, schema: { params: ByCommunity, body: desk.SetLine, response: { 200: desk.LineAnswer } } },
    request => calls.setLine(request.params.community, request.body),
  )
  app.post(
    '/lines/:community/freeze',
    { onRequest: operator, schema: { params: ByCommunity, body: desk.FreezeLine, response: { 200: desk.LineAnswer } } },
    request => calls.freezeLine(request.params.community, request.body.frozen, request.body.reason),
  )
  app.get(
    '/peers/:community/statement',
    {
      onRequest: operator,
      schema: {
        params: ByCommunity,
        querystring: z.object({ period: z.string().max(7).optional() }),
        response: { 200: desk.CounterpartyStatement },
      },
    },
    request => calls.counterparty(request.params.community, request.query.period),
  )
  app.get('/rails', { onRequest: operator, schema: { response: { 200: z.array(desk.RailInfo) } } }, () => calls.rails())

  const settlement = { 200: desk.SettlementInfo }
  app.get('/settlements', { onRequest: operator, schema: { response: { 200: z.array(desk.SettlementInfo) } } }, () =>
    calls.settlements(),
  )
  app.post(
    '/settlements',
    { onRequest: operator, schema: { body: desk.ProposeSettlement, response: settlement } },
    request => calls.proposeSettlement(request.body),
  )
  app.post(
    '/settlements/:id/confirm',
    { onRequest: operator, schema: { params: ById, body: desk.DeskWords, response: settlement } },
    request => calls.confirmSettlement(request.params.id, request.body),
  )
  app.post(
    '/settlements/:id/refuse',
    { onRequest: operator, schema: { params: ById, response: settlement } },
    request => calls.refuseSettlement(request.params.id),
  )

  const netting = { 200: desk.NettingInfo }
  app.get('/nettings', { onRequest: operator, schema: { response: { 200: z.array(desk.NettingInfo) } } }, () =>
    calls.nettings(),
  )
  app.get('/nettings/:id', { onRequest: operator, schema: { params: ById, response: netting } }, request =>
    calls.netting(request.params.id),
  )
  app.post('/nettings', { onRequest: operator, schema: { response: netting } }, () => calls.proposeNetting())
  app.post('/nettings/:id/accept', { onRequest: operator, schema: { params: ById, response: netting } }, request =>
    calls.acceptNetting(request.params.id),
  )
  app.post('/nettings/:id/refuse', { onRequest: operator, schema: { params: ById, response: netting } }, request =>
    calls.refuseNetting(request.params.id),
  )

  app.get('/purchases', { onRequest: operator, schema: { response: { 200: z.array(desk.PurchaseInfo) } } }, () =>
    calls.purchases(),
  )
  app.post(
    '/refunds',
    { onRequest: operator, schema: { body: desk.RefundRequest, response: { 200: api.SubmitResult } } },
    request => calls.refund(request.body),
  )
  app.post(
    '/desk/gifts',
    { onRequest: operator, schema: { body: desk.GiveCredit, response: { 200: api.SubmitResult } } },
    request => calls.give(request.body),
  )
  app.get('/write-offs', { onRequest: operator, schema: { response: { 200: z.array(desk.UnansweredInfo) } } }, () =>
    calls.unanswered(),
  )
  app.post(
    '/write-offs',
    { onRequest: operator, schema: { body: desk.WriteOff, response: { 200: api.SubmitResult } } },
    request => calls.writeOff(request.body),
  )
}
