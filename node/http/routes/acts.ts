import * as acts from '#protocols/api/v1/acts.ts'
import * as api from '#protocols/api/v1/schemas.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

/** What the community signs at its operator's word: agreements, disputes, charters. */
export function actRoutes(app: App, context: Context): void {
  const { operator } = guards(context)
  const { stage } = context

  app.post(
    '/agreements/:hash/sign',
    { onRequest: operator, schema: { params: acts.AgreementHash, response: { 200: api.SubmitResult } } },
    request => stage.acts.signAgreement(request.params.hash),
  )
  app.post(
    '/agreements/:hash/dispute',
    {
      onRequest: operator,
      schema: { params: acts.AgreementHash, body: acts.Dispute, response: { 200: api.SubmitResult } },
    },
    request => stage.acts.disputeAgreement(request.params.hash, request.body.party),
  )
  app.post(
    '/federation/sign',
    { onRequest: operator, schema: { body: acts.CharterFile, response: { 200: acts.CharterFile } } },
    async request => {
      const signed = await stage.acts.signCharter(new Uint8Array(Buffer.from(request.body.charter, 'base64')))
      return { charter: Buffer.from(signed).toString('base64') }
    },
  )
}
