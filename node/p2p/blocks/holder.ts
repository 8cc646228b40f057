import type { Libp2p, PeerId } from '@libp2p/interface'
import { type Frames, frames } from '#node/p2p/stream/frames.ts'
import { StreamError } from '#node/p2p/stream/stream-error.ts'
import { type BlockResponse, decodeResponse, encodeRequest } from '#protocols/blocks/v1/codec.ts'
import { BLOCKS_PROTOCOL, REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX } from '#protocols/blocks/v1/constants.ts'
import { BACKOFF_MS, BACKOFF_MS_MAX, CLIENT_HIGH_WATER_BYTES, CLIENT_IDLE_MS } from './limits.ts'
import { Pace } from './pace.ts'
import type { Want } from './want.ts'

export interface HolderOptions {
  readonly libp2p: Libp2p
  readonly stallMs: number
  /** One answer, not yet verified. */
  readonly onAnswer: (holder: Holder, want: Want, answer: BlockResponse) => void
  /** The stream ended: these wants were not answered. */
  readonly onLost: (holder: Holder, wants: readonly Want[]) => void
  /** The peer broke the protocol. */
  readonly onBreach: (holder: Holder, reason: string) => void
}

/** One connected peer that may hold blocks, and the stream on which it is asked. */
export class Holder {
  readonly peerId: PeerId
  readonly pace = new Pace()
  readonly #options: HolderOptions
  readonly #pending = new Map<number, Want>()
  #io: Promise<Frames> | undefined
  /** The stream being read, if any. */
  #reading: Promise<Frames> | undefined
  #nextId = 0
  #failures = 0
  #blockedUntil = 0
  #idle: ReturnType<typeof setTimeout> | undefined

  constructor(peerId: PeerId, options: HolderOptions) {
    this.peerId = peerId
    this.#options = options
  }

  get pending(): number {
    return this.#pending.size
  }

  /** How many more requests it should be given now. */
  capacity(now: number): number {
    if (now < this.#blockedUntil) return 0
    // After a failure one request at a time, until one succeeds.
    return (this.#failures > 0 ? 1 : this.pace.depth) - this.#pending.size
  }

  pauseUntil(at: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, at)
  }

  /** Never throws: what goes wrong arrives at `onLost`. */
  ask(want: Want): void {
    const id = this.#nextId
    this.#nextId = (this.#nextId + 1) >>> 0
    if (this.#pending.size === 0) this.pace.begin(performance.now())
    this.#pending.set(id, want)
    clearTimeout(this.#idle)
    this.#io ??= this.#open()
    const io = this.#io
    io.then(open => {
      const written = open.write(encodeRequest({ id, cid: want.cid }))
      if (this.#reading !== io) void this.#read(io, open)
      return written
    }).catch(cause => this.#lost(io, cause))
  }

  /** Drops the stream; what was asked arrives at `onLost`. */
  drop(reason: string): void {
    const io = this.#io
    if (io === undefined) return
    io.then(open => open.abort(new StreamError('cancelled', reason))).catch(() => {})
    this.#lost(io, undefined)
  }

  async #open(): Promise<Frames> {
    const { libp2p, stallMs } = this.#options
    // An existing connection only: asking for a block never dials.
    const connection = libp2p.getConnections(this.peerId).find(one => one.status === 'open')
    if (connection === undefined) throw new StreamError('closed', 'the holder is not connected')
    const stream = await connection.newStream(BLOCKS_PROTOCOL, { signal: AbortSignal.timeout(stallMs) })
    return frames(stream, {
      frameBytesMax: RESPONSE_BYTES_MAX,
      writeBytesMax: REQUEST_BYTES_MAX,
      highWaterBytes: CLIENT_HIGH_WATER_BYTES,
      idleMs: stallMs,
    })
  }

  /** Reads only while answers are due, so that silence means a stall. */
  async #read(io: Promise<Frames>, open: Frames): Promise<void> {
    this.#reading = io
    try {
      while (this.#pending.size > 0 && this.#io === io) {
        const frame = await open.read()
        if (frame === null) throw new StreamError('closed', 'the holder closed the stream')
        this.#take(frame)
      }
      if (this.#io === io) this.#idle = setTimeout(() => this.#retire(io), CLIENT_IDLE_MS).unref()
    } catch (cause) {
      this.#lost(io, cause)
    } finally {
      if (this.#reading === io) this.#reading = undefined
    }
  }

  #take(frame: Uint8Array): void {
    const answer = decodeResponse(frame)
    const want = answer.ok ? this.#pending.get(answer.value.id) : undefined
    if (!answer.ok || want === undefined) {
      this.#options.onBreach(this, answer.ok ? 'it answered what was not asked' : answer.error.message)
      return
    }
    this.#pending.delete(answer.value.id)
    this.#failures = 0
    if (answer.value.status === 'block') this.pace.answered(answer.value.block.length, performance.now())
    this.#options.onAnswer(this, want, answer.value)
  }

  #retire(io: Promise<Frames>): void {
    if (this.#io !== io || this.#pending.size > 0) return
    this.#io = undefined
    io.then(async open => {
      await open.close()
      await open.read()
      open.abort()
    }).catch(() => {})
  }

  #lost(io: Promise<Frames>, cause: unknown): void {
    if (this.#io !== io) return
    this.#io = undefined
    const wants = [...this.#pending.values()]
    this.#pending.clear()
    if (cause !== undefined) {
      this.#blockedUntil = performance.now() + Math.min(BACKOFF_MS * 2 ** this.#failures, BACKOFF_MS_MAX)
      this.#failures += 1
    }
    this.#options.onLost(this, wants)
  }
}
