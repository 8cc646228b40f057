import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { StageError } from '#node/errors.ts'
import type { LiveEvent } from '#protocols/api/v1/schemas.ts'
import { Audience } from './audience.ts'
import type { App, Context } from './options.ts'
import { Slots } from './slots.ts'

/**
 * Events that come within this time go to each page in one write, in ms: with hundreds of pages the writes cost more than
 * the events, and no screen shows them any sooner.
 */
const GATHER_MS = 15
/** With thousands of pages one round of writes takes long: the next waits this many times as long as the last one took... */
const GATHER_ROUNDS = 3
/** ...and at most so long, in ms: a chat that is half a second behind is still alive. */
const GATHER_MS_MAX = 500
/** Writes in one turn of the event loop; between turns the stage answers others. */
const WRITES_PER_TURN = 1_000

interface Frame {
  readonly number: number
  readonly text: string
}

const textOf = (frames: readonly Frame[], after: number): string =>
  frames
    .filter(({ number }) => number > after)
    .map(({ text }) => text)
    .join('')

/**
 * Fans one stream of live events out to every open page (server-sent events, WHATWG HTML 9.2). Each event is written down
 * once. Ids are `<run>-<number>`: a reader that reconnects with `Last-Event-ID` is sent what it missed, as far back as the
 * replay reaches. A reader that does not keep up is dropped and told when to return.
 */
export class LiveHub {
  readonly #limits: Context['limits']
  /** Each with the number of the newest event that it was sent, or had no part in. */
  readonly #readers = new Map<ServerResponse, number>()
  readonly #slots: Slots
  readonly #audience = new Audience((event, count) => this.#publish({ event: 'audience', data: { event, count } }))
  readonly #recent: Frame[] = []
  readonly #run = randomBytes(6).toString('hex')
  readonly #heartbeat: NodeJS.Timeout
  readonly #unsubscribe: () => void
  #number = 0
  #gathered: Frame[] = []
  #gatheredChars = 0
  #gathering: NodeJS.Timeout | undefined
  #paceMs = GATHER_MS
  #telling = false
  #closed = false

  constructor({ stage, limits }: Context) {
    this.#limits = limits
    this.#slots = new Slots(limits.liveClientsMax, limits.liveClientsPerAddress)
    this.#unsubscribe = stage.onLive(event => this.#publish(event))
    this.#heartbeat = setInterval(() => void this.#beat(), limits.liveHeartbeatMs)
    this.#heartbeat.unref()
  }

  /** The id of the newest event: whoever listens `since` it misses nothing that came after. */
  get position(): string {
    return `${this.#run}-${this.#number}`
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
    this.#readers.set(response, this.#number)
    const reader = this.#audience.enter()
    response.once('close', () => {
      this.#readers.delete(response)
      this.#audience.leave(reader)
    })
    response.on('error', () => response.destroy())
    const missed = this.#since(request.headers['last-event-id'] ?? (request.query as { since?: unknown }).since)
    const named = `event: reader\ndata: ${JSON.stringify({ reader, whole: missed.whole })}\n\n`
    this.#send(response, Buffer.from(`retry: ${this.#limits.liveRetryMs}\n\n${named}${missed.text}`))
  }

  /** A reader begins or ceases to look at an event. Answers how many do. */
  attend(reader: string, event: string, on: boolean): number {
    return this.#audience.look(reader, event, on)
  }

  close(): void {
    this.#closed = true
    this.#audience.close()
    clearInterval(this.#heartbeat)
    clearTimeout(this.#gathering)
    this.#unsubscribe()
    for (const [response, since] of this.#readers) {
      const last = textOf(this.#gathered, since)
      response.end(`${last}retry: ${this.#limits.liveRetryMs}\n\n`)
    }
    this.#readers.clear()
  }

  #publish(event: LiveEvent): void {
    this.#number += 1
    const text = `id: ${this.#run}-${this.#number}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`
    const frame = { number: this.#number, text }
    this.#recent.push(frame)
    if (this.#recent.length > this.#limits.liveReplayEvents) this.#recent.shift()
    this.#gathered.push(frame)
    this.#gatheredChars += text.length
    if (this.#gatheredChars >= this.#limits.liveQueueBytes / 4) void this.#tell()
    else this.#gathering ??= setTimeout(() => void this.#tell(), this.#paceMs).unref()
  }

  /** One round: what was gathered, to everybody. The next round begins when this one has ended, so that order holds. */
  async #tell(): Promise<void> {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    if (this.#telling) return
    this.#telling = true
    while (this.#gathered.length > 0 && !this.#closed) {
      const frames = this.#gathered
      this.#gathered = []
      this.#gatheredChars = 0
      const busyMs = await this.#round(frames)
      this.#paceMs = Math.min(GATHER_MS_MAX, Math.max(GATHER_MS, GATHER_ROUNDS * busyMs))
      // What came meanwhile waits its time too, or the rounds would follow each other without a pause.
      if (this.#gatheredChars < this.#limits.liveQueueBytes / 4) break
    }
    this.#telling = false
    if (this.#gathered.length > 0 && !this.#closed)
      this.#gathering ??= setTimeout(() => void this.#tell(), this.#paceMs).unref()
  }

  /** Resolves to how long the writes took, in ms, apart from what others did between them. */
  async #round(frames: readonly Frame[]): Promise<number> {
    const [first, last] = [frames[0]?.number ?? 0, frames.at(-1)?.number ?? 0]
    const whole = Buffer.from(textOf(frames, 0))
    let busyMs = 0
    let left = WRITES_PER_TURN
    let from = performance.now()
    for (const [reader, since] of [...this.#readers]) {
      if (since < last && this.#readers.has(reader)) {
        this.#readers.set(reader, last)
        // Somebody who came in the middle of what was gathered gets the rest of it.
        this.#send(reader, since < first ? whole : Buffer.from(textOf(frames, since)))
      }
      if (--left > 0) continue
      left = WRITES_PER_TURN
      busyMs += performance.now() - from
      await setImmediate()
      from = performance.now()
    }
    return busyMs + performance.now() - from
  }

  async #beat(): Promise<void> {
    const beat = Buffer.from(': still here\n\n')
    let left = WRITES_PER_TURN
    for (const reader of [...this.#readers.keys()]) {
      if (this.#readers.has(reader)) this.#send(reader, beat)
      if (--left > 0) continue
      left = WRITES_PER_TURN
      await setImmediate()
    }
  }

  #send(response: ServerResponse, text: Uint8Array): void {
    if (response.writableLength + text.length > this.#limits.liveQueueBytes) {
      this.#readers.delete(response)
      // The retry hint went out with the first bytes; what is queued is of no use to a reader this far behind.
      response.destroy()
      return
    }
    response.write(text)
  }

  /** What came after an id, as far back as the replay reaches, and whether that is all of it. */
  #since(lastId: unknown): { text: string; whole: boolean } {
    const [run, digits] = typeof lastId === 'string' ? lastId.split('-') : []
    if (run !== this.#run || digits === undefined || !/^\d{1,15}$/.test(digits)) return { text: '', whole: false }
    const number = Number(digits)
    const oldest = this.#recent[0]?.number ?? this.#number + 1
    return { text: textOf(this.#recent, number), whole: number >= oldest - 1 && number <= this.#number }
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
