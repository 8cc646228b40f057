import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

/** tus reads the raw request itself, so that Fastify's parsers, limits and replies stay out of its way. */
export function uploadRoutes(app: App, context: Context): void {
  const { operator } = guards(context)
  void app.register(async (scoped: App) => {
    scoped.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null))
    for (const url of ['/uploads', '/uploads/:id']) {
      scoped.route({
        url,
        method: ['POST', 'PATCH', 'HEAD', 'DELETE', 'OPTIONS'],
        onRequest: operator,
        schema: { hide: true },
        handler: async (request, reply) => {
          for (const [name, value] of Object.entries(reply.getHeaders())) {
            if (value !== undefined) reply.raw.setHeader(name, value)
          }
          reply.hijack()
          await context.options.uploads.handle(request.raw, reply.raw)
        },
      })
    }
  })
}
