import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { StageError } from '#node/errors.ts'
import { Access } from './access.ts'
import { compressAnswers } from './compress.ts'
import { firstReads } from './first-reads.ts'
import { registerGateway } from './gateway/routes.ts'
import { HTTP_LIMITS } from './limits.ts'
import { LiveHub, liveRoutes } from './live.ts'
import { countRequests } from './metrics.ts'
import { describeApi } from './openapi.ts'
import type { App, Context, HttpServer, HttpServerOptions } from './options.ts'
import { loadPage, servePage } from './page.ts'
import { sendProblem, toAnswer } from './problem.ts'
import { actRoutes } from './routes/acts.ts'
import { archiveRoutes } from './routes/archive.ts'
import { captionRoutes } from './routes/captions.ts'
import { catalogRoutes } from './routes/catalog.ts'
import { conformanceRoutes } from './routes/conformance.ts'
import { deskRoutes } from './routes/desk.ts'
import { engagementRoutes } from './routes/engagement.ts'
import { guards } from './routes/guards.ts'
import { happeningRoutes } from './routes/happenings.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { logRoutes } from './routes/log.ts'
import { moderationRoutes } from './routes/moderation.ts'
import { noticeRoutes } from './routes/notices.ts'
import { offerRoutes } from './routes/offers.ts'
import { partFrames, partRoutes } from './routes/parts.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { peopleRoutes } from './routes/people.ts'
import { pushRoutes } from './routes/push.ts'
import { searchRoutes } from './routes/search.ts'
import { settingsRoutes } from './routes/settings.ts'
import { settlingRoutes } from './routes/settling.ts'
import { stageRoutes } from './routes/stage.ts'
import { statementRoutes } from './routes/statements.ts'
import { surveyRoutes } from './routes/survey.ts'
import { transferRoutes } from './routes/transfers.ts'
import { uploadRoutes } from './routes/uploads.ts'
import { valueRoutes } from './routes/value.ts'
import { addHeaders, limitSlowBodies } from './safety.ts'
import { ZOD_SCHEMAS } from './zod-schemas.ts'

const API_PREFIX = '/api/v1'
const MINUTE_MS = 60_000

/**
 * Opens a stage's HTTP side: the page, `/api/v1`, `/ipfs`, `/metrics` and `/health`.
 * Throws `StageError` 'port-in-use' or 'bad-address' when it cannot listen.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const limits = { ...HTTP_LIMITS, ...options.limits }
  const access = new Access({ ...options, sessionMs: limits.sessionMs })
  const context: Context = { options, stage: options.stage, access, limits }
  const app = createApp(context)
  let closing: Promise<void> | undefined

  app.addHook('onRequest', async request => {
    if (closing !== undefined) throw new StageError('stopping', 'This stage is stopping. Try again in a moment.')
    access.checkHost(request)
  })
  addHeaders(app)
  limitSlowBodies(app, limits.bodyTimeoutMs)
  const hub = new LiveHub(context)
  app.addHook('onClose', async () => hub.close())
  countRequests(app, options.metrics, () => hub.clients)
  const page = await loadPage(options.pageDir)
  await app.register(api => apiRoutes(api as App, context, hub, page.parts), { prefix: API_PREFIX })
  operationsRoutes(app, context)
  logRoutes(app, context)
  await app.register(async scoped => registerGateway(scoped as App, context))
  partFrames(app, context)
  servePage(app, page, {
    language: () => options.stage.settings.shown().language,
    livePosition: () => hub.position,
    firstReads: path => firstReads(options.stage, path),
  })

  const address = await listen(app, options)
  return { address, close: () => (closing ??= app.close()) }
}

function createApp({ options, limits }: Context): App {
  const app = Fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomBytes(6).toString('hex'),
    schemaController: ZOD_SCHEMAS,
    bodyLimit: limits.bodyBytesMax,
    trustProxy: options.trustProxy === true ? 'loopback' : false,
    // The body's time is limited per route: uploads may take as long as they move.
    requestTimeout: 0,
    connectionTimeout: limits.idleMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.paramCharsMax, ignoreTrailingSlash: false },
    http: {
      headersTimeout: limits.headersTimeoutMs,
      // Node looks for late headers this often.
      connectionsCheckingInterval: Math.ceil(limits.headersTimeoutMs / 3),
      maxHeaderSize: limits.headerBytesMax,
    },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler,
  }).withTypeProvider<ZodTypeProvider>() as unknown as App
  app.server.maxConnections = limits.connectionsMax
  app.setErrorHandler(sendProblem)
  return app
}

async function apiRoutes(app: App, context: Context, hub: LiveHub, ownParts: readonly string[]): Promise<void> {
  const { access, limits, options } = context
  // One count for all routes but those that set their own.
  await app.register(rateLimit, {
    max: limits.apiPerMinute,
    timeWindow: MINUTE_MS,
    allowList: request => !options.public && access.isOperator(request),
  })
  compressAnswers(app)
  stageRoutes(app, context)
  catalogRoutes(app, context)
  captionRoutes(app, context)
  engagementRoutes(app, context)
  happeningRoutes(app, context, hub)
  searchRoutes(app, context)
  surveyRoutes(app, context)
  partRoutes(app, context, ownParts)
  conformanceRoutes(app, context)
  valueRoutes(app, context)
  transferRoutes(app, context)
  deskRoutes(app, context)
  settlingRoutes(app, context)
  settingsRoutes(app, context)
  moderationRoutes(app, context)
  peopleRoutes(app, context)
  passkeyRoutes(app, context)
  noticeRoutes(app, context)
  pushRoutes(app, context)
  offerRoutes(app, context)
  ledgerRoutes(app, context)
  statementRoutes(app, context)
  actRoutes(app, context)
  archiveRoutes(app, context)
  uploadRoutes(app, context)
  liveRoutes(app, hub)
  const { version } = context.stage.stage({ operator: false })
  let document: Promise<object> | undefined
  app.get('/openapi.json', { schema: { hide: true } }, () => {
    document ??= describeApi(scoped => apiRoutes(scoped, context, hub, ownParts), { prefix: API_PREFIX, version })
    return document
  })
}

function operationsRoutes(app: App, context: Context): void {
  app.get('/health', { schema: { hide: true } }, async () => ({ ok: true }))
  app.get('/metrics', { onRequest: guards(context).operator, schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', context.options.metrics.contentType).send(await context.options.metrics.metrics()),
  )
}

/** Answers bytes that are not HTTP, or headers that never end, and hangs up. */
function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers of this request are too long.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request did not arrive in time. Try again.']
        : ['400 Bad Request', 'The stage could not read this request.']
  const body = JSON.stringify({ code: 'bad-request', message })
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
  }
  socket.destroySoon()
}

async function listen(app: App, { host, port }: HttpServerOptions): Promise<HttpServer['address']> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE' || code === 'EACCES') {
      const why = code === 'EADDRINUSE' ? 'is in use by another program' : 'may not be opened by this user'
      throw new StageError('port-in-use', `Port ${port} ${why}. Choose another with --port, or stop that program.`, {
        cause: error,
      })
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StageError('bad-address', `This machine has no address ${host}. Check --host.`, { cause: error })
    }
    throw new StageError('internal', toAnswer(error, 'start').problem.message, { cause: error })
  }
  const bound = app.server.address()
  const actual = typeof bound === 'object' && bound !== null ? bound.port : port
  const name = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host
  return { host, port: actual, url: `http://${name}:${actual}` }
}
