import { StageError } from '#node/errors.ts'
import type { App } from './options.ts'

/** Headers of every answer; the gateway and the page add their own policies. */
const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  'x-frame-options': 'DENY',
  // Answers that are not the page run nothing and embed nothing.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}

export function addHeaders(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    // RFC 9112 section 3.2: which of two is meant would depend on who reads.
    if ((request.raw.headersDistinct.host?.length ?? 0) > 1)
      throw new StageError('bad-request', 'This request names two hosts. Send one.')
    reply.headers(HEADERS)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })
}

/** Bodies that are streamed: they may take as long as bytes keep moving. */
const STREAMED = /^\/api\/v1\/(?:uploads|import)(?:[/?]|$)/

/** Hangs up on a sender that drips a small body (slowloris): the whole JSON body must arrive within `timeoutMs`. */
export function limitSlowBodies(app: App, timeoutMs: number): void {
  const timers = new WeakMap<object, NodeJS.Timeout>()
  app.addHook('preParsing', async request => {
    if (STREAMED.test(request.url)) return
    const timer = setTimeout(() => request.raw.destroy(), timeoutMs)
    timer.unref()
    timers.set(request.raw, timer)
  })
  app.addHook('preValidation', async request => clearTimeout(timers.get(request.raw)))
  app.addHook('onResponse', async request => clearTimeout(timers.get(request.raw)))
}
