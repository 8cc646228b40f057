import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import { fromBase64 } from '../base64.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const ByHash = z.object({ hash: api.Hex32 })

/** Agreements, and who certifies the log. */
export function ledgerRoutes(app: App, context: Context): void {
  const { stage } = context
  const { operator, fan } = guards(context)

  app.get(
    '/agreements',
    {
      schema: {
        querystring: z.object({ release: api.ReleaseId.optional(), account: api.Hex32.optional() }),
        response: { 200: z.array(api.AgreementInfo) },
      },
    },
    request => stage.agreements(request.query),
  )
  app.get('/agreements/:hash', { schema: { params: ByHash, response: { 200: api.AgreementInfo } } }, request =>
    stage.agreement(request.params.hash),
  )
  app.post(
    '/agreements',
    { onRequest: operator, schema: { body: api.ProposeAgreement, response: { 200: api.AgreementInfo } } },
    request => stage.proposeAgreement(fromBase64(request.body.terms, 'terms')),
  )
  app.post(
    '/agreements/:hash/settle',
    { onRequest: operator, schema: { params: ByHash, body: api.SettleParty, response: { 200: api.AgreementInfo } } },
    request => stage.settleParty(request.params.hash, request.body.party, request.body.account),
  )
  app.post(
    '/agreements/:hash/links',
    { onRequest: operator, schema: { params: ByHash, body: api.AskSignOff, response: { 200: api.SignOffLink } } },
    request => stage.signOffs.link(request.params.hash, request.body.party),
  )
  app.post(
    '/agreements/:hash/sign-off',
    {
      onRequest: fan,
      config: { rateLimit: { max: context.limits.codesPerMinute, timeWindow: '1 minute', allowList: [] } },
      schema: { params: ByHash, body: api.SignOff, response: { 200: api.AgreementInfo } },
    },
    ({ params, body }) =>
      stage.signOffs.sign(params.hash, { ...body, envelope: fromBase64(body.envelope, 'envelope') }),
  )
  app.get(
    '/log',
    { schema: { querystring: z.object({ community: api.Hex32.optional() }), response: { 200: api.LogInfo } } },
    request => stage.log(request.query.community),
  )
  app.post('/log/close-period', { onRequest: operator, schema: { response: { 200: api.ReceiptInfo } } }, () =>
    stage.closePeriod(),
  )
  app.post('/log/succeed', { onRequest: operator, schema: { response: { 200: api.LogInfo } } }, () =>
    stage.succeedLog(),
  )
  app.get('/federation', { schema: { response: { 200: api.FederationInfo } } }, () => stage.federation())
  app.post(
    '/federation',
    { onRequest: operator, schema: { body: api.AdoptCharter, response: { 200: api.FederationInfo } } },
    request => stage.adoptCharter(fromBase64(request.body.charter, 'charter')),
  )
  app.get('/evidence', { schema: { response: { 200: z.array(api.EvidenceInfo) } } }, () => stage.evidence())
}
