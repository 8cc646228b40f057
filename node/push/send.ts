import { request } from 'node:https'
import { type Resolved, resolvePublic } from './reach.ts'

/** done: taken by the service. gone: the browser has unsubscribed. again: try later. refused: this message never. */
export type PushOutcome =
  | { readonly kind: 'done' | 'gone' | 'refused' }
  | { readonly kind: 'again'; readonly afterMs: number | null }

export interface PushMessage {
  readonly endpoint: string
  readonly body: Uint8Array
  readonly authorization: string
}

/** How long a service keeps a message for a browser that is away, seconds. */
const TTL_SECONDS = 24 * 3_600
const ANSWER_MS_MAX = 10_000
const RETRY_AFTER_MS_MAX = 3_600_000

export interface PushSenderOptions {
  /** Where a name leads; `null` is not connected to. Only the public internet, unless a test says otherwise. */
  readonly resolve?: (host: string) => Promise<Resolved | null>
  /** Certificates to trust instead of the system's: for a test with a service of its own. */
  readonly ca?: string
  /** Port in place of 443, for the same. */
  readonly port?: number
}

/** Hands messages to push services (RFC 8030). Follows no redirect, and reads nothing of an answer but its status. */
export function createPushSender({ resolve = resolvePublic, ca, port }: PushSenderOptions = {}) {
  return async ({ endpoint, body, authorization }: PushMessage): Promise<PushOutcome> => {
    const url = new URL(endpoint)
    const place = await resolve(url.hostname).catch(() => undefined)
    if (place === undefined) return { kind: 'again', afterMs: null }
    if (place === null) return { kind: 'gone' }
    return new Promise<PushOutcome>(settle => {
      const ask = request(
        {
          method: 'POST',
          host: url.hostname,
          servername: url.hostname,
          port: port ?? 443,
          path: url.pathname + url.search,
          agent: false,
          timeout: ANSWER_MS_MAX,
          signal: AbortSignal.timeout(ANSWER_MS_MAX),
          ...(ca === undefined ? {} : { ca }),
          lookup: (_host, options, done) => {
            if (options.all === true) done(null, [place])
            else done(null, place.address, place.family)
          },
          headers: {
            authorization,
            'content-encoding': 'aes128gcm',
            'content-type': 'application/octet-stream',
            'content-length': body.length,
            ttl: TTL_SECONDS,
            urgency: 'normal',
          },
        },
        answer => {
          settle(outcomeOf(answer.statusCode ?? 0, answer.headers['retry-after']))
          answer.destroy()
        },
      )
      ask.on('timeout', () => ask.destroy())
      ask.on('error', () => settle({ kind: 'again', afterMs: null }))
      ask.end(body)
    })
  }
}

export type PushSender = ReturnType<typeof createPushSender>

/** RFC 8030 sections 5 to 8. */
export function outcomeOf(status: number, retryAfter: string | undefined): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'done' }
  if (status === 404 || status === 410) return { kind: 'gone' }
  if (status !== 429 && status < 500) return { kind: 'refused' }
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : null
  return { kind: 'again', afterMs: seconds === null ? null : Math.min(seconds * 1000, RETRY_AFTER_MS_MAX) }
}
