import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import type * as api from '#protocols/api/v1/schemas.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { signed, type TestAuthor } from './author.ts'

/** A refusal as the API gives it. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, problem: api.Problem) {
    super(problem.message)
    this.status = status
    this.code = problem.code
  }
}

/** Speaks `/api/v1` to one running stage, as an operator and as any fan. */
export class StageClient {
  readonly url: string
  readonly token: string
  readonly #lastOrder = new Map<string, number>()

  constructor(url: string, token: string) {
    this.url = url
    this.token = token
  }

  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new ProblemError(response.status, JSON.parse(text) as api.Problem)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  get<T>(path: string): Promise<T> {
    return this.request('GET', path)
  }

  stage(): Promise<api.StageInfo> {
    return this.get('/stage')
  }

  /** Signs and submits one event by a fan, with the sequence that the stage names. */
  async say(author: TestAuthor, community: string, type: string, body: unknown): Promise<api.SubmitResult> {
    const key = asText(author.publicKey, 'hex')
    const { next } = await this.get<{ next: number }>(`/authors/${key}/seq?community=${community}`)
    const bytes = signed(author, { type, community: fromString(community, 'hex'), seq: next, at: Date.now(), body })
    return this.request('POST', '/events', { envelope: asText(bytes, 'base64pad') })
  }

  /** Signs and hands in one order to the ledger, whose sequences are times. */
  async order<T extends OrderType>(
    author: TestAuthor,
    community: string,
    type: T,
    body: OrderBodies[T],
  ): Promise<api.SubmitResult> {
    const key = asText(author.publicKey, 'hex')
    const at = Date.now()
    const seq = Math.max(at, (this.#lastOrder.get(key) ?? 0) + 1)
    this.#lastOrder.set(key, seq)
    const bytes = signed(author, { type, community: fromString(community, 'hex'), seq, at, body })
    return this.request('POST', '/events', { envelope: asText(bytes, 'base64pad') })
  }

  /** A tip of so many minor units. */
  async tip(author: TestAuthor, community: string, release: string, amount: bigint): Promise<api.SubmitResult> {
    const { asset } = await this.stage()
    return this.order(author, community, 'value/tip', {
      release,
      amount,
      asset: { ...asset, issuer: fromString(asset.issuer, 'hex') },
      reference: null,
      use: 'tip',
    })
  }

  chat(author: TestAuthor, community: string, text: string, room = 'main'): Promise<api.SubmitResult> {
    return this.say(author, community, 'engagement/chat', { room, name: 'Fan', text })
  }

  messages(community: string, room = 'main', limit = 200): Promise<api.ChatMessage[]> {
    return this.get(`/rooms/${community}/${room}/messages?limit=${limit}`)
  }

  /** One tus upload in one piece; answers the upload id. */
  async upload(name: string, bytes: Uint8Array): Promise<string> {
    const auth = { authorization: `Bearer ${this.token}`, 'tus-resumable': '1.0.0' }
    const created = await fetch(`${this.url}/api/v1/uploads`, {
      method: 'POST',
      headers: { ...auth, 'upload-length': String(bytes.length), 'upload-metadata': `filename ${btoa(name)}` },
    })
    if (created.status !== 201) throw new ProblemError(created.status, (await created.json()) as api.Problem)
    const location = new URL(created.headers.get('location') ?? '', this.url)
    const patched = await fetch(location, {
      method: 'PATCH',
      headers: { ...auth, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      body: bytes.slice(),
    })
    if (patched.status !== 204) throw new ProblemError(patched.status, (await patched.json()) as api.Problem)
    return location.pathname.split('/').at(-1) ?? ''
  }

  /** Publishes and waits for the job; throws what the job says when it fails. */
  async publish(request: api.PublishRequest): Promise<api.JobInfo> {
    let job = await this.request<api.JobInfo>('POST', '/releases', request)
    while (job.state === 'running') {
      await new Promise(resolve => setTimeout(resolve, 50))
      job = await this.get(`/jobs/${job.id}`)
    }
    if (job.problem !== null) throw new ProblemError(422, job.problem)
    return job
  }
}

/** Waits until `probe` answers something other than null, undefined or false; fails loudly after `timeoutMs`. */
export async function eventually<T>(
  probe: () => Promise<T | null | undefined | false>,
  what: string,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  let last: unknown = null
  while (Date.now() < deadline) {
    try {
      const value = await probe()
      if (value !== null && value !== undefined && value !== false) return value
    } catch (cause) {
      last = cause
    }
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  throw new Error(`did not happen in ${timeoutMs} ms: ${what}${last === null ? '' : ` (last: ${String(last)})`}`)
}
