import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { StageError } from '#node/errors.ts'
import type { PasskeySite } from '#node/ports/passkeys.ts'
import * as passkeys from '#protocols/api/v1/passkeys.ts'
import { fromBase64 } from '../base64.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

/** The guard has seen that the page's origin is the host that was asked. */
function siteOf({ headers }: FastifyRequest): PasskeySite {
  const { origin } = headers
  if (origin === undefined || !URL.canParse(origin))
    throw new StageError('bad-request', 'A passkey is used on the page of the stage, in a browser.')
  return { origin, rp: new URL(origin).hostname }
}

const proofIn = (text: string): Uint8Array => fromBase64(text, 'proof', 'bad-envelope')

/** Passkeys of fans: made, used on another device, listed and removed. */
export function passkeyRoutes(app: App, context: Context): void {
  const { fan } = guards(context)
  const calls = context.stage.passkeys
  const config = { rateLimit: { max: context.limits.passkeysPerMinute, timeWindow: '1 minute' } }

  app.post(
    '/passkeys/options',
    {
      onRequest: fan,
      config,
      schema: { body: passkeys.AskRegistration, response: { 200: passkeys.RegistrationOptions } },
    },
    async request => calls.registration(siteOf(request), request.body),
  )
  app.post(
    '/passkeys',
    { onRequest: fan, config, schema: { body: passkeys.AddPasskey, response: { 200: passkeys.PasskeyInfo } } },
    request => calls.add(siteOf(request), request.body.response, proofIn(request.body.proof)),
  )
  app.post(
    '/passkeys/sign-in/options',
    { onRequest: fan, config, schema: { response: { 200: passkeys.AssertionOptions } } },
    async request => calls.assertion(siteOf(request)),
  )
  app.post(
    '/passkeys/sign-in',
    { onRequest: fan, config, schema: { body: passkeys.OpenPasskey, response: { 200: passkeys.OpenedPasskey } } },
    request => calls.open(siteOf(request), request.body.response),
  )
  app.post(
    '/passkeys/list',
    {
      onRequest: fan,
      config,
      schema: { body: passkeys.PasskeyProof, response: { 200: z.array(passkeys.PasskeyInfo) } },
    },
    async request => calls.list(proofIn(request.body.proof)),
  )
  app.post(
    '/passkeys/remove',
    { onRequest: fan, config, schema: { body: passkeys.PasskeyProof, response: { 204: z.undefined() } } },
    async (request, reply) => {
      calls.remove(proofIn(request.body.proof))
      return reply.code(204).send()
    },
  )
}
