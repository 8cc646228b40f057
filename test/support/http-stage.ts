import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { HTTP_LIMITS } from '#node/http/limits.ts'
import type { HttpServer, HttpServerOptions } from '#node/http/options.ts'
import { createHttpServer } from '#node/http/server.ts'
import { createUploads, type UploadStore } from '#node/http/uploads.ts'
import { MemoryBlocks } from './memory-blocks.ts'
import { MemoryStage } from './memory-stage.ts'

export const TOKEN = 'T'.repeat(43)

export interface HttpStage {
  readonly server: HttpServer
  readonly url: string
  readonly stage: MemoryStage
  readonly blocks: MemoryBlocks
  readonly uploads: UploadStore
  readonly folder: string
  readonly logged: string[]
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>
  close(): Promise<void>
}

export interface AskOptions {
  readonly headers?: Record<string, string>
  readonly json?: unknown
  readonly body?: Uint8Array | string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json(): any
}

type Options = Partial<Omit<HttpServerOptions, 'limits'>> & {
  readonly limits?: Partial<HttpServerOptions['limits']>
  readonly freeBytes?: () => Promise<number>
}

/** A real HTTP server on loopback in front of an in-memory stage. */
export async function openHttpStage(options: Options = {}): Promise<HttpStage> {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-http-'))
  const stage = new MemoryStage()
  const blocks = new MemoryBlocks()
  const { freeBytes, limits, ...rest } = options
  const uploadOptions = { ...HTTP_LIMITS, ...limits, ...(freeBytes === undefined ? {} : { freeBytes }) }
  const uploads = await createUploads(join(folder, 'uploads'), uploadOptions)
  const logged: string[] = []
  const cleanUp = async () => {
    uploads.close()
    await rm(folder, { recursive: true, force: true })
  }
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    public: false,
    operatorToken: TOKEN,
    stage,
    blocks,
    uploads,
    metrics: new Registry(),
    logger: pino({ level: 'warn' }, { write: line => void logged.push(line) }),
    pageDir: join(folder, 'page'),
    limits: limits as HttpServerOptions['limits'],
    ...rest,
  }).catch(async error => {
    await cleanUp()
    throw error
  })
  const { url } = server.address
  const ask: HttpStage['ask'] = (method, path, asked) => askUrl(method, url + path, asked)
  const close = async () => {
    await server.close()
    await cleanUp()
  }
  return { server, url, stage, blocks, uploads, folder, logged, ask, close }
}

/** One request by `node:http`, which sends any header it is told to (Host, Origin) and the path as it is. */
function askUrl(method: string, url: string, options: AskOptions = {}): Promise<Answer> {
  const body = options.json === undefined ? options.body : JSON.stringify(options.json)
  const headers: Record<string, string> = { ...options.headers }
  if (options.json !== undefined) headers['content-type'] ??= 'application/json'
  if (body !== undefined) headers['content-length'] ??= String(Buffer.byteLength(body))
  const [, origin, path] = /^(http:\/\/[^/]+)(.*)$/.exec(url)!
  return new Promise((resolve, reject) => {
    const request = httpRequest(origin!, { method, path: path || '/', headers, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const { statusCode: status = 0 } = response
        resolve({ status, headers: response.headers, body: bytes, json: () => JSON.parse(bytes.toString()) })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}
