import type { FastifyReply } from 'fastify'
import { StageError } from '#node/errors.ts'
import { parseTilePath } from '#protocols/ledger/v1/tiles.ts'
import type { App, Context } from '../options.ts'

/** A tile never changes, full or partial: its address says how much of it there is (https://c2sp.org/tlog-tiles). */
const IMMUTABLE = 'public, max-age=31536000, immutable'
/** A log signs about one checkpoint a second. */
const CHECKPOINT_CACHE = 'public, max-age=1'

/** What anybody may read of the log. */
function sendPublic(reply: FastifyReply, type: string, cache: string): FastifyReply {
  return reply.header('content-type', type).header('cache-control', cache).header('access-control-allow-origin', '*')
}

/** The own log as C2SP tlog-tiles: `/log` is its URL prefix. */
export function logRoutes(app: App, { options }: Context): void {
  const { log } = options
  if (log === undefined) return
  app.get('/log/checkpoint', { schema: { hide: true } }, async (_request, reply) =>
    sendPublic(reply, 'text/plain; charset=utf-8', CHECKPOINT_CACHE).send(log.checkpoint()),
  )
  app.get('/log/tile/*', { schema: { hide: true } }, async (request, reply) => {
    // The address as it was sent: one resource has one address, so nothing is decoded first.
    const tile = parseTilePath(request.url.slice('/log/'.length))
    if (tile === null) throw new StageError('not-found', 'This is not the address of a tile.')
    const { level, index, width } = tile
    const bytes = level === 'entries' ? log.bundle(index, width) : log.tile(level, index, width)
    if (bytes === null) throw new StageError('not-found', 'The log has not grown to this tile yet.')
    return sendPublic(reply, 'application/octet-stream', IMMUTABLE).send(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    )
  })
}
