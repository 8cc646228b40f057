import { pipeline, Readable, Transform } from 'node:stream'
import { z } from 'zod'
import { StageError } from '#node/errors.ts'
import * as api from '#protocols/api/v1/schemas.ts'
import { firstThenRest } from '../first-then-rest.ts'
import type { App, Context } from '../options.ts'
import { guards } from './guards.ts'

const CAR_TYPES = ['application/vnd.ipld.car', 'application/octet-stream']

/** Moving releases in and out as one CAR file. Bodies stream: neither side is held in memory. */
export function archiveRoutes(app: App, context: Context): void {
  const { stage, limits } = context
  const { operator } = guards(context)

  app.get(
    '/export',
    { onRequest: operator, schema: { querystring: z.object({ release: api.ReleaseId.optional() }) } },
    async (request, reply) => {
      // The first chunk decides: a refusal is still a Problem with its own status.
      const car = await firstThenRest(stage.exportCar(request.query.release))
      const name = `bandstand-${request.query.release ?? 'releases'}.car`
      return reply
        .header('content-type', 'application/vnd.ipld.car; version=1')
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .send(Readable.from(car, { objectMode: false }))
    },
  )

  void app.register(async (scoped: App) => {
    for (const type of CAR_TYPES) scoped.addContentTypeParser(type, (_request, payload, done) => done(null, payload))
    scoped.post(
      '/import',
      { onRequest: operator, schema: { response: { 200: api.ImportResult } } },
      async (request): Promise<api.ImportResult> => {
        if (!(request.body instanceof Readable)) {
          throw new StageError('bad-archive', 'Send the CAR file itself as the body, as application/vnd.ipld.car.')
        }
        // `pipeline` ends the import when the sender goes away; the import itself reports that.
        const capped = cappedAt(limits.importBytesMax)
        pipeline(request.body, capped, () => undefined)
        return stage.importCar(capped)
      },
    )
  })
}

function cappedAt(bytesMax: number): Transform {
  let total = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length
      if (total <= bytesMax) return done(null, chunk)
      return done(new StageError('too-large', 'This archive is larger than a stage takes by HTTP. Import it in parts.'))
    },
  })
}
