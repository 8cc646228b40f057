import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { StageError } from '#node/errors.ts'
import type { LiveEvent } from '#protocols/api/v1/schemas.ts'
import type { App, Context } from './options.ts'
import { Slots } from './slots.ts'

/**
 * Events that come within this time go to each page in one write, in ms: with hundreds of pages the writes cost more than
 * the events, and no screen shows them any sooner.
 */
const GATHER_MS = 15

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
  readonly #readers = new Set<ServerResponse>()
  readonly #slots: Slots
  readonly #recent: Frame[] = []
  readonly #run = randomBytes(6).toString('hex')
  readonly #heartbeat: NodeJS.Timeout
  readonly #unsubscribe: () => void
  #number = 0
  #gathered = ''
  #gathering: NodeJS.Timeout | undefined

  constructor({ stage, limits }: Context) {
    this.#limits = limits
    this.#slots = new Slots(limits.liveClientsMax, limits.liveClientsPerAddress)
    this.#unsubscribe = stage.onLive(event => this.#publish(event))
    this.#heartbeat = setInterval(() => this.#broadcast(': still here\n\n'), limits.liveHeartbeatMs)
    this.#heartbeat.unref()
  }

  get clients(): number {
    return this.#readers.size
  }

  /** Takes a place for a reader. Throws 'too-many-requests' when there is none. */
  admit(request: FastifyRequest, response: ServerResponse): void {
    const release = this.#slots.take(request.ip)
    if (release !== null) return void response.once('close', release)
    throw new StageError(
      'too-many-requests',
      'Too many pages are listening for live updates. Close some, or try again later.',
    )
  }

  /** From here on the response belongs to the hub. */
  open(request: FastifyRequest, response: ServerResponse): void {
    // What is gathered is in the replay already: a reader that asks for it must not get it twice.
    this.#tell()
    this.#readers.add(response)
    response.once('close', () => this.#readers.delete(response))
    response.on('error', () => response.destroy())
    const missed = this.#since(request.headers['last-event-id'])
    this.#send(response, `retry: ${this.#limits.liveRetryMs}\n\n${missed}`)
  }

  close(): void {
    clearInterval(this.#heartbeat)
    this.#unsubscribe()
    this.#tell()
    for (const response of this.#readers) response.end(`retry: ${this.#limits.liveRetryMs}\n\n`)
    this.#readers.clear()
  }

  #publish(event: LiveEvent): void {
    this.#number += 1
    const text = `id: ${this.#run}-${this.#number}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`
    this.#recent.push({ number: this.#number, text })
    if (this.#recent.length > this.#limits.liveReplayEvents) this.#recent.shift()
    this.#gathered += text
    if (this.#gathered.length >= this.#limits.liveQueueBytes / 4) this.#tell()
    else this.#gathering ??= setTimeout(() => this.#tell(), GATHER_MS).unref()
  }

  #tell(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    const text = this.#gathered
    this.#gathered = ''
    if (text !== '') this.#broadcast(text)
  }

  #broadcast(text: string): void {
    for (const reader of this.#readers) this.#send(reader, text)
  }

  #send(response: ServerResponse, text: string): void {
    if (response.writableLength + text.length > this.#limits.liveQueueBytes) {
      this.#readers.delete(response)
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
    hub.admit(request, reply.raw)
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
