import type { FastifyReply, FastifyRequest } from 'fastify'
import { StageError } from '#node/errors.ts'
import type { App, Context } from '../options.ts'
import { sendProblem } from '../problem.ts'
import { Slots } from '../slots.ts'
import { BlockReader } from './blocks.ts'
import { GATEWAY_HEADERS } from './headers.ts'
import { parseGatewayRequest } from './request.ts'
import { serve } from './serve.ts'

/** What a document loads in order to run it. Content by others is never run on the page's origin. */
const ACTIVE_USES = new Set([
  'script',
  'style',
  'worker',
  'sharedworker',
  'serviceworker',
  'audioworklet',
  'object',
  'embed',
])

function refuseActiveUse(request: FastifyRequest): void {
  const use = request.headers['sec-fetch-dest']
  if (request.headers['service-worker'] === undefined && !(typeof use === 'string' && ACTIVE_USES.has(use))) return
  throw new StageError(
    'forbidden-origin',
    'Content of others is shown and played by a stage, never run as part of a page.',
  )
}

/** Headers that describe content, and would lie about a refusal. */
const OF_CONTENT = ['content-length', 'content-disposition', 'content-range', 'etag', 'accept-ranges', 'location']

/** `/ipfs/<cid>/<path>`: the path gateway and the trustless gateway (https://specs.ipfs.tech/http-gateways/). */
export function registerGateway(app: App, { options, limits }: Context): void {
  const anywhere = new BlockReader(options.blocks)
  const here = anywhere.here()
  const slots = new Slots(limits.gatewayOpenMax, limits.gatewayOpenPerAddress)

  app.addHook('onRequest', async (_request, reply) => void reply.headers(GATEWAY_HEADERS))
  app.setErrorHandler((error, request, reply) => {
    // RFC 9110 section 15.5.17: an unsatisfiable range says the size and has a status of its own.
    const unsatisfiable = String(reply.getHeader('content-range') ?? '').startsWith('bytes */')
    for (const name of OF_CONTENT) if (!(unsatisfiable && name === 'content-range')) reply.removeHeader(name)
    sendProblem(error, request, reply, unsatisfiable ? 416 : undefined)
  })
  app.options('/ipfs/*', { schema: { hide: true } }, async (_request, reply) => reply.code(204).send())
  app.route({
    url: '/ipfs/*',
    method: ['GET', 'HEAD'],
    exposeHeadRoute: false,
    schema: { hide: true },
    handler: async (request, reply) => {
      refuseActiveUse(request)
      const asked = parseGatewayRequest(request.raw.url ?? '', request.headers.accept ?? '')
      const reader = options.fetches?.(asked.root) === false ? here : anywhere
      if (/\bonly-if-cached\b/.test(request.headers['cache-control'] ?? '') && !(await reader.has(asked.root))) {
        return notCached(reply)
      }
      const release = slots.take(request.ip)
      if (release === null) {
        throw new StageError(
          'too-many-requests',
          'This stage is serving as many listeners as it can. Try again in a minute.',
        )
      }
      reply.raw.once('close', release)
      return serve({ reader, asked, request, reply })
    },
  })
}

/** RFC 9111 leaves the status open; gateways answer 412 so that it is told from a holder that timed out. */
function notCached(reply: FastifyReply): FastifyReply {
  const problem = {
    code: 'no-holder',
    message: 'This stage does not hold this content, and was asked not to fetch it.',
  }
  return reply
    .code(412)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem))
}
