import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import * as statements from '#protocols/api/v1/statements.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const entry = z.object({ community: api.Hex32, index: z.coerce.number().int().min(0) })

/** Statements, explanations, trials of agreements, and proofs of a log's places. */
export function statementRoutes(app: App, context: Context): void {
  const { operator } = guards(context)
  const { stage } = context

  app.get(
    '/statements',
    { onRequest: operator, schema: { querystring: statements.StatementQuery } },
    async (request, reply) => {
      const { name, mediaType, bytes } = await stage.statements.statement(request.query)
      return reply
        .header('content-type', mediaType)
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    },
  )
  app.post(
    '/whatif',
    { onRequest: operator, schema: { body: statements.WhatIfRequest, response: { 200: statements.WhatIfAnswer } } },
    request => stage.statements.whatIf(request.body),
  )
  app.get(
    '/receipts/:community/:index/explanation',
    { schema: { params: entry, response: { 200: statements.Explanation } } },
    request => stage.statements.explain(request.params.community, request.params.index),
  )
  app.get(
    '/log/proofs/:community/:index',
    { schema: { params: entry, response: { 200: statements.LogProof } } },
    request => stage.statements.logProof(request.params.community, request.params.index),
  )
}
