import { z } from 'zod'
import * as desk from '#protocols/api/v1/desk-schemas.ts'
import * as api from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const ById = z.object({ id: api.Hex32 })
const ByBatch = z.object({ batch: api.Hex32 })

/** The cash desk and its cards. */
export function deskRoutes(app: App, context: Context): void {
  const { operator, fan } = guards(context)
  const calls = context.stage.desk
  const note = { 200: desk.DeskNoteInfo }

  app.get('/desk/notes', { onRequest: operator, schema: { response: { 200: z.array(desk.DeskNoteInfo) } } }, () =>
    calls.deskNotes(),
  )
  app.get('/desk/notes/:id', { onRequest: operator, schema: { params: ById, response: note } }, request =>
    calls.deskNote(request.params.id),
  )
  app.post('/desk/takings', { onRequest: operator, schema: { body: desk.TakeIn, response: note } }, request =>
    calls.takeIn(request.body),
  )
  app.post('/desk/payouts', { onRequest: operator, schema: { body: desk.PayOut, response: note } }, request =>
    calls.payOut(request.body.entry),
  )
  app.post(
    '/desk/notes/:id/confirm',
    { onRequest: operator, schema: { params: ById, body: desk.DeskWords, response: note } },
    request => calls.confirmNote(request.params.id, request.body),
  )
  app.post('/desk/notes/:id/refuse', { onRequest: operator, schema: { params: ById, response: note } }, request =>
    calls.refuseNote(request.params.id),
  )
  app.delete(
    '/desk/notes/:id/text',
    { onRequest: operator, schema: { params: ById, response: { 204: z.undefined() } } },
    async (request, reply) => {
      calls.eraseNoteText(request.params.id)
      return reply.code(204).send()
    },
  )

  const batch = { 200: desk.CardBatchInfo }
  app.get('/codes', { onRequest: operator, schema: { response: { 200: z.array(desk.CardBatchInfo) } } }, () =>
    calls.cardBatches(),
  )
  app.post('/codes', { onRequest: operator, schema: { body: desk.IssueCards, response: batch } }, request =>
    calls.issueCards(request.body),
  )
  app.get(
    '/codes/:batch/cards',
    { onRequest: operator, schema: { params: ByBatch, response: { 200: desk.PrintedCards } } },
    async (request, reply) => {
      // Whoever sees these can redeem them: no cache keeps them.
      reply.header('cache-control', 'no-store')
      return calls.printCards(request.params.batch)
    },
  )
  app.post(
    '/codes/:batch/revoke',
    { onRequest: operator, schema: { params: ByBatch, body: desk.RevokeCards, response: batch } },
    request => calls.revokeCards(request.params.batch, request.body.serials),
  )
  app.delete(
    '/codes/:batch/secrets',
    { onRequest: operator, schema: { params: ByBatch, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await calls.forgetCards(request.params.batch)
      return reply.code(204).send()
    },
  )
  app.post(
    '/codes/check',
    {
      onRequest: fan,
      config: { rateLimit: { max: context.limits.codesPerMinute, timeWindow: '1 minute' } },
      schema: { body: desk.CheckCard, response: { 200: desk.CheckedCard } },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return calls.checkCard(request.body.card)
    },
  )
}
