import { z } from 'zod'
import { fromBase64 } from '../base64.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const PushKey = z.object({
  key: z.string().describe('uncompressed P-256 point, base64url: what a browser subscribes to'),
})
const PushProof = z.object({
  proof: z.string().max(6_000).describe('signed push/subscribe or push/unsubscribe, base64 (protocols/identity/v1)'),
})

/** Push messages for what concerns a key: asked for by its owner, per browser. */
export function pushRoutes(app: App, context: Context): void {
  const { fan } = guards(context)
  const { push } = context.stage
  const config = { rateLimit: { max: context.limits.pushPerMinute, timeWindow: '1 minute' } }
  const done = z.object({ done: z.literal(true) })

  app.get('/push', { schema: { response: { 200: PushKey } } }, async () => ({ key: push.publicKey }))
  app.post(
    '/push/subscribe',
    { onRequest: fan, config, schema: { body: PushProof, response: { 200: done } } },
    async request => {
      push.subscribe(fromBase64(request.body.proof, 'proof', 'bad-envelope'), request.headers.origin ?? '')
      return { done: true as const }
    },
  )
  app.post(
    '/push/unsubscribe',
    { onRequest: fan, config, schema: { body: PushProof, response: { 200: done } } },
    async request => {
      push.unsubscribe(fromBase64(request.body.proof, 'proof', 'bad-envelope'))
      return { done: true as const }
    },
  )
}
