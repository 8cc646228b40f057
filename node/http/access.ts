import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { StageError } from '#node/errors.ts'

export const OPERATOR_COOKIE = 'bandstand-operator'
const COOKIE_PATH = '/'
const SESSION_FORM = /^(\d{13,15})\.([0-9a-f]{16})\.([A-Za-z0-9_-]{43})$/
const LOOPBACK_V4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/

/** Whether a `Host` header names this machine itself, so that no DNS answer can have brought the browser here. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || LOOPBACK_V4.test(name)
}

/**
 * Whether a browser says that another site (or a sandboxed document, whose origin is `null`) made this request. Programs
 * send neither header and are not browsers' victims. Another port of the same host is `same-site` and counts as another.
 */
export function isCrossSite(headers: {
  readonly origin?: string | undefined
  readonly host?: string | undefined
  readonly 'sec-fetch-site'?: string | string[] | undefined
}): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  if (headers.origin === undefined) return false
  if (!URL.canParse(headers.origin)) return true
  const origin = new URL(headers.origin)
  const host = (headers.host ?? '').toLowerCase()
  // A browser leaves a scheme's own port out of Origin; some proxies keep it in Host.
  return origin.host !== host && !(origin.port === '' && origin.host === host.replace(/:(80|443)$/, ''))
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}

const PROXY_MARKS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/** nginx, left to its defaults, leaves no mark, names the stage by its loopback address and speaks HTTP/1.0. */
function isOldProxy(request: FastifyRequest): boolean {
  return request.raw.httpVersion === '1.0'
}

export interface AccessOptions {
  readonly public: boolean
  readonly operatorToken: string
  readonly sessionMs: number
}

/** Who may do what. A session is a signed expiry: it survives restarts and ends when the token file is replaced. */
export class Access {
  readonly #options: AccessOptions
  readonly #key: Buffer
  constructor(options: AccessOptions) {
    this.#options = options
    this.#key = createHmac('sha256', options.operatorToken).update('bandstand operator session v1').digest()
  }

  /**
   * Refuses what a loopback stage never serves: a foreign name in `Host` means DNS rebinding, and a proxy's marks mean
   * that whoever stands behind it is not known to be on this machine.
   */
  checkHost(request: FastifyRequest): void {
    if (this.#options.public) return
    if (PROXY_MARKS.some(name => request.headers[name] !== undefined)) {
      const message =
        'This stage is reached through a proxy but was started for this machine alone. Start it with --public.'
      throw new StageError('forbidden-origin', message)
    }
    if (isLoopbackHost(request.headers.host)) return
    const message = 'This stage answers only under localhost or 127.0.0.1. Open it there, or start it with --public.'
    throw new StageError('forbidden-origin', message)
  }

  isOperator(request: FastifyRequest): boolean {
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer !== undefined) return equal(bearer, this.#options.operatorToken)
    if (isCrossSite(request.headers)) return false
    if (!this.#options.public && isLoopbackHost(request.headers.host) && !isOldProxy(request)) return true
    return this.#isSession(readCookie(request.headers.cookie))
  }

  requireOperator(request: FastifyRequest): void {
    if (this.isOperator(request)) return
    if (request.headers.authorization === undefined) this.requireSameSite(request)
    const message = 'Only the operator may do this. Sign in with the operator token of this stage.'
    throw new StageError('not-operator', message)
  }

  requireSameSite(request: FastifyRequest): void {
    if (!isCrossSite(request.headers)) return
    throw new StageError(
      'forbidden-origin',
      'Another website sent this request. Do this on the page of the stage itself.',
    )
  }

  /** `Set-Cookie` value for a correct token; throws 'not-operator' for a wrong one. */
  signIn(token: string, secure: boolean): string {
    if (!equal(token, this.#options.operatorToken)) {
      throw new StageError(
        'not-operator',
        'That is not the operator token. It is in the data folder, in operator-token.',
        {
          path: 'token',
        },
      )
    }
    const expiry = Date.now() + this.#options.sessionMs
    const head = `${expiry}.${randomBytes(8).toString('hex')}`
    const age = Math.floor(this.#options.sessionMs / 1000)
    return cookie(`${head}.${this.#sign(head)}`, age, secure)
  }

  signOut(secure: boolean): string {
    return cookie('', 0, secure)
  }

  #isSession(value: string | undefined): boolean {
    const parts = SESSION_FORM.exec(value ?? '')
    if (parts === null) return false
    return equal(parts[3]!, this.#sign(`${parts[1]}.${parts[2]}`)) && Number(parts[1]) > Date.now()
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url')
  }
}

function cookie(value: string, ageSeconds: number, secure: boolean): string {
  const base = `${OPERATOR_COOKIE}=${value}; Path=${COOKIE_PATH}; Max-Age=${ageSeconds}; HttpOnly; SameSite=Strict`
  return secure ? `${base}; Secure` : base
}

function readCookie(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === OPERATOR_COOKIE) return part.slice(at + 1).trim()
  }
  return undefined
}
