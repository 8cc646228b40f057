import { z } from 'zod'
import { StageError } from '#node/errors.ts'
import * as api from '#protocols/api/v1/parts.ts'
import type { PartsManifest } from '#protocols/parts/v1/codec.ts'
import { PART_CODE_BYTES_MAX } from '#protocols/parts/v1/constants.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const ByTag = z.object({ tag: api.PartTag })

const describe = ({ seq, guests, off }: PartsManifest, ownParts: readonly string[]): api.PartsInfo => ({
  seq,
  own: ownParts.map(tag => ({ tag, on: !off.includes(tag) })),
  guests: guests.map(({ history, capabilities, ...guest }) => ({
    ...guest,
    capabilities: [...capabilities],
    earlier: history.map(({ version }) => version),
  })),
})

/** Which parts the page is made of; the operator adds, updates, rolls back and switches them while the stage runs. */
export function partRoutes(app: App, context: Context, ownParts: readonly string[]): void {
  const { parts } = context.options
  if (parts === undefined) return
  const { operator } = guards(context)
  const answer = { response: { 200: api.PartsInfo } }
  const told = (manifest: PartsManifest): api.PartsInfo => describe(manifest, ownParts)

  app.get('/parts', { schema: answer }, () => told(parts.manifest()))
  app.post('/parts/:tag/rollback', { onRequest: operator, schema: { params: ByTag, ...answer } }, async request =>
    told(await parts.rollback(request.params.tag)),
  )
  app.put(
    '/parts/:tag/on',
    { onRequest: operator, schema: { params: ByTag, body: z.object({ on: z.boolean() }), ...answer } },
    async request => told(await parts.switch(request.params.tag, request.body.on)),
  )
  app.delete('/parts/:tag', { onRequest: operator, schema: { params: ByTag, ...answer } }, async request =>
    told(await parts.remove(request.params.tag)),
  )
  void app.register(async (scoped: App) => {
    scoped.addContentTypeParser('text/javascript', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scoped.put(
      '/parts/:tag',
      {
        onRequest: operator,
        bodyLimit: PART_CODE_BYTES_MAX,
        schema: { params: ByTag, querystring: api.PutPart, ...answer },
      },
      async request => {
        if (!Buffer.isBuffer(request.body))
          throw new StageError('bad-request', 'Send the script itself as the body, as text/javascript.')
        return told(await parts.put({ ...request.params, ...request.query, code: request.body }))
      },
    )
  })
}

const Address = z.object({ tag: api.PartTag, digest: z.string().regex(/^[A-Za-z0-9_-]{64}$/) })

/**
 * What the frame of a guest part may do: run the one script with this hash, style itself, and show pictures that it brings.
 * `sandbox` gives it an origin of nobody's, also when its address is opened alone: it reads no cookie, no storage, no other frame,
 * and reaches no network.
 */
const framePolicy = (integrity: string): string =>
  [
    'sandbox allow-scripts',
    "default-src 'none'",
    `script-src '${integrity}'`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'media-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ')

const frame = (code: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><body><script type="module">${code}</script></body></html>`

/** The document of a guest part. Only what the signed manifest names, and only as long as it is what its hash says. */
export function partFrames(app: App, { options }: Context): void {
  const { parts } = options
  if (parts === undefined) return
  app.get('/parts/:tag/:digest', { schema: { params: Address, hide: true } }, async (request, reply) => {
    const { tag, digest } = request.params
    const integrity = `sha384-${digest.replaceAll('-', '+').replaceAll('_', '/')}`
    const code = await parts.code(tag, integrity)
    if (code === null)
      throw new StageError(
        'not-found',
        'There is no such part here, or its script is damaged. The operator can send it again.',
      )
    return reply
      .removeHeader('x-frame-options')
      .headers({
        'content-security-policy': framePolicy(integrity),
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      })
      .send(frame(Buffer.from(code).toString('utf8')))
  })
}
