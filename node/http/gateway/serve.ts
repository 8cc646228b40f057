import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import { firstThenRest } from '../first-then-rest.ts'
import { contentType } from '../media-types.ts'
import type { BlockReader } from './blocks.ts'
import { carStream } from './car.ts'
import { lookupInShard } from './hamt.ts'
import { disposition, etagOf, IMMUTABLE, LISTING_CACHE, matchesEtag } from './headers.ts'
import { directoryPage, LISTING_VERSION } from './listing.ts'
import { parseRange } from './range.ts'
import { readSpan } from './read.ts'
import type { GatewayRequest } from './request.ts'
import { type Resolution, resolvePath } from './resolve.ts'
import type { FileNode, Node } from './unixfs.ts'

export interface Exchange {
  readonly reader: BlockReader
  readonly asked: GatewayRequest
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

type Folder = Extract<Node, { kind: 'directory' | 'shard' }>

/** Answers one gateway request. Throws `StageError` for refusals that happen before the first byte. */
export async function serve(exchange: Exchange): Promise<FastifyReply> {
  const { reader, asked, reply } = exchange
  const resolution = await resolvePath(reader, asked.root, asked.segments)
  reply.header('x-ipfs-path', asked.path).header('x-ipfs-roots', resolution.roots.join(','))
  const format = asked.format
  if (format !== 'content' && format !== 'raw') return serveCar(exchange, resolution, format)
  if (resolution.rest.length > 0) {
    throw new StageError('not-found', 'This path ends inside a document. Ask for the document itself.')
  }
  return format === 'raw' ? serveRaw(exchange, resolution.cid) : serveContent(exchange, resolution.cid)
}

async function serveCar(exchange: Exchange, resolution: Resolution, format: Exclude<GatewayRequest['format'], string>) {
  const { reader, asked, request, reply } = exchange
  if (resolution.rest.length > 0) throw new StageError('not-found', 'This path leads nowhere.')
  const { scope, duplicates } = format
  const span = new URLSearchParams(asked.search).get('entity-bytes') ?? ''
  const etag = `W/${etagOf(resolution.cid, `.car.${scope}.${span}.${duplicates ? 'y' : 'n'}.${resolution.visited.length}`)}`
  reply
    .header('content-type', format.contentType)
    .header('content-disposition', disposition('attachment', asked.filename ?? `${resolution.cid}.car`))
    .header('accept-ranges', 'none')
    .header('vary', 'accept')
  if (notModified(exchange, etag, IMMUTABLE)) return reply.code(304).send()
  if (request.method === 'HEAD') return reply.send()
  const blocks = await firstThenRest(carStream(reader, resolution, format))
  return reply.send(Readable.from(blocks, { objectMode: false }))
}

async function serveRaw(exchange: Exchange, cid: CID): Promise<FastifyReply> {
  const { reader, asked, reply } = exchange
  reply
    .header('content-type', 'application/vnd.ipld.raw')
    .header('content-disposition', disposition('attachment', asked.filename ?? `${cid}.bin`))
    .header('vary', 'accept')
  if (notModified(exchange, etagOf(cid, '.raw'), IMMUTABLE)) return reply.code(304).send()
  const data = await reader.block(cid)
  return sendSpans(exchange, { kind: 'file', cid, size: data.length, data, parts: [] }, etagOf(cid, '.raw'))
}

async function serveContent(exchange: Exchange, cid: CID): Promise<FastifyReply> {
  const { reader, asked, reply } = exchange
  reply.header('vary', 'accept')
  // A matching tag answers for files without reading them; listings carry another tag and are read.
  if (notModified(exchange, etagOf(cid), IMMUTABLE)) return reply.code(304).send()
  const node = await reader.node(cid)
  switch (node.kind) {
    case 'file':
      return serveFile(exchange, node, asked.filename ?? asked.segments.at(-1) ?? '', etagOf(cid))
    case 'directory':
    case 'shard':
      return serveFolder(exchange, node)
    case 'symlink':
      // The gateway follows no symlink: one may point anywhere. Its text is its content.
      return reply.header('content-type', 'text/plain; charset=utf-8').send(Buffer.from(node.target))
    case 'document':
    case 'opaque': {
      const type = node.kind === 'document' ? 'application/vnd.ipld.dag-cbor' : 'application/vnd.ipld.raw'
      reply.header('content-type', type).header('content-disposition', disposition('attachment', `${cid}.bin`))
      const data = await reader.block(cid)
      return sendSpans(exchange, { kind: 'file', cid, size: data.length, data, parts: [] }, etagOf(cid))
    }
  }
}

async function serveFile(exchange: Exchange, file: FileNode, name: string, etag: string): Promise<FastifyReply> {
  const { asked, reply } = exchange
  reply.header('content-type', contentType(name))
  if (asked.filename !== null || asked.download) {
    reply.header(
      'content-disposition',
      disposition(asked.download ? 'attachment' : 'inline', name || `${file.cid}.bin`),
    )
  }
  return sendSpans(exchange, file, etag)
}

async function serveFolder(exchange: Exchange, folder: Folder): Promise<FastifyReply> {
  const { reader, asked, reply } = exchange
  if (!asked.trailingSlash) {
    // Relative links in a folder's page need the slash.
    return reply.code(301).header('cache-control', IMMUTABLE).header('location', `${asked.path}/${asked.search}`).send()
  }
  const index =
    folder.kind === 'directory'
      ? folder.links.find(link => link.name === 'index.html')?.cid
      : await lookupInShard(reader, folder, 'index.html', [])
  if (index !== undefined && index !== null) {
    const node = await reader.node(index)
    if (node.kind === 'file') {
      return serveFile(exchange, node, 'index.html', etagOf(folder.cid))
    }
  }
  const etag = `"DirIndex-${LISTING_VERSION}_CID-${folder.cid}"`
  if (notModified(exchange, etag, LISTING_CACHE)) return reply.code(304).send()
  const page = await directoryPage(reader, folder, asked.path, asked.segments.length === 0)
  return reply.header('content-type', 'text/html; charset=utf-8').send(page)
}

function notModified({ request, reply }: Exchange, etag: string, cache: string): boolean {
  reply.header('etag', etag).header('cache-control', cache)
  return matchesEtag(request.headers['if-none-match'], etag)
}

async function sendSpans(exchange: Exchange, file: FileNode, etag: string): Promise<FastifyReply> {
  const { reader, request, reply } = exchange
  const ifRange = request.headers['if-range']
  const wanted = ifRange === undefined || ifRange === etag ? request.headers.range : undefined
  const range = parseRange(wanted, file.size)
  reply.header('etag', etag).header('cache-control', IMMUTABLE).header('accept-ranges', 'bytes')
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${file.size}`).header('cache-control', 'no-store')
    throw new StageError('bad-request', `This file has ${file.size} bytes; the range asked for lies beyond them.`)
  }
  const span = range === 'whole' ? { from: 0, to: file.size - 1 } : range
  if (range !== 'whole') reply.code(206).header('content-range', `bytes ${span.from}-${span.to}/${file.size}`)
  reply.header('content-length', span.to - span.from + 1)
  if (request.method === 'HEAD' || span.to < span.from) return reply.send(request.method === 'HEAD' ? undefined : '')
  const bytes = await firstThenRest(readSpan(reader, file, span))
  return reply.send(Readable.from(bytes, { objectMode: false }))
}
