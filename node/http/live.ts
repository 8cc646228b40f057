import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { StageError } from '#node/errors.ts'
import type { LiveEvent } from '#protocols/api/v1/schemas.ts'
import type { App, Context } from './options.ts'

interface Reader {
  readonly response: ServerResponse
  readonly address: string
}

interface Frame {
  readonly number: number
  readonly text: string
}

/**
 * Fans one stream of live events out to every open page (server-sent events, WHATWG HTML 9.2). Each event is written down
 * once. Ids are `<run>-<number>`: a reader that reconnects with `Last-Event-ID` is sent what it missed, as far back as the
 * replay reaches. A reader that does not keep up is dropped and told when to return.
 */
export class LiveHub {
  readonly #limits: Context['limits']
  readonly #readers = new Set<Reader>()
  readonly #recent: Frame[] = []
  readonly #run = randomBytes(6).toString('hex')
  readonly #heartbeat: NodeJS.Timeout
  readonly #unsubscribe: () => void
  #number = 0

  constructor({ stage, limits }: Context) {
    this.#limits = limits
    this.#unsubscribe = stage.onLive(event => this.#publish(event))
    this.#heartbeat = setInterval(() => this.#broadcast(': still here\n\n'), limits.liveHeartbeatMs)
    this.#heartbeat.unref()
  }

  get clients(): number {
    return this.#readers.size
  }

  /** Throws 'too-many-requests' when there is no place; otherwise the response belongs to the hub. */
  admit(request: FastifyRequest): void {
    let sameAddress = 0
    for (const reader of this.#readers) if (reader.address === request.ip) sameAddress += 1
    if (this.#readers.size < this.#limits.liveClientsMax && sameAddress < this.#limits.liveClientsPerAddress) return
    throw new StageError(
      'too-many-requests',
      'Too many pages are listening for live updates. Close some, or try again later.',
    )
  }

  open(request: FastifyRequest, response: ServerResponse): void {
    const reader: Reader = { response, address: request.ip }
    this.#readers.add(reader)
    response.once('close', () => this.#readers.delete(reader))
    response.on('error', () => response.destroy())
    const missed = this.#since(request.headers['last-event-id'])
    this.#send(reader, `retry: ${this.#limits.liveRetryMs}\n\n${missed}`)
  }

  close(): void {
    clearInterval(this.#heartbeat)
    this.#unsubscribe()
    for (const { response } of this.#readers) response.end(`retry: ${this.#limits.liveRetryMs}\n\n`)
    this.#readers.clear()
  }

  #publish(event: LiveEvent): void {
    this.#number += 1
    const text = `id: ${this.#run}-${this.#number}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`
    this.#recent.push({ number: this.#number, text })
    if (this.#recent.length > this.#limits.liveReplayEvents) this.#recent.shift()
    this.#broadcast(text)
  }

  #broadcast(text: string): void {
    for (const reader of this.#readers) this.#send(reader, text)
  }

  #send(reader: Reader, text: string): void {
    const { response } = reader
    if (response.writableLength + text.length > this.#limits.liveQueueBytes) {
      this.#readers.delete(reader)
      // The retry hint went out with the first bytes; what is queued is of no use to a reader this far behind.
      response.destroy()
      return
    }
    response.write(text)
  }

  #since(lastId: string | string[] | undefined): string {
    const [run, number] = typeof lastId === 'string' ? lastId.split('-') : []
    if (run !== this.#run || number === undefined || !/^\d{1,15}$/.test(number)) return ''
    return this.#recent
      .filter(frame => frame.number > Number(number))
      .map(frame => frame.text)
      .join('')
  }
}

export function liveRoutes(app: App, hub: LiveHub): void {
  app.get('/live', { schema: { hide: true } }, (request, reply) => {
    hub.admit(request)
    const headers = reply.getHeaders()
    reply.hijack()
    reply.raw.writeHead(200, {
      ...(headers as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // A buffering reverse proxy would hold events back.
      'x-accel-buffering': 'no',
    })
    if (request.method === 'HEAD') return void reply.raw.end()
    hub.open(request, reply.raw)
    return undefined
  })
}
