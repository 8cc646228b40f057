import type { Libp2p } from '@libp2p/interface'
import { toString as asText } from 'uint8arrays/to-string'
import { peerIdFromCommunity } from '../host/peer-key.ts'
import { type Frames, type FramesOptions, frames } from './frames.ts'
import { StreamError } from './stream-error.ts'

export interface KeptStreamsOptions {
  readonly libp2p: Libp2p
  readonly protocol: string
  readonly frames: FramesOptions
  /** An unused stream is closed after this long, ms: before the other side gives it up. */
  readonly keptMs: number
  /** Unused streams of one peer. */
  readonly keptMax: number
  /** Questions to one peer at once, below what it takes of streams; the next ones wait for their turn. */
  readonly openMax: number
  /** Questions that wait for one peer; what comes above that fails at once. */
  readonly waitingMax: number
  readonly stopping: AbortSignal
}

interface Kept {
  readonly io: Frames
  readonly timer: NodeJS.Timeout
}

/**
 * Questions and answers over streams that are kept in between: agreeing on a protocol for a new stream costs a round trip more
 * than the question. For protocols whose requests may come twice.
 */
export class KeptStreams {
  readonly #options: KeptStreamsOptions
  readonly #kept = new Map<string, Kept[]>()
  readonly #queues = new Map<string, { open: number; readonly waiting: (() => void)[] }>()

  constructor(options: KeptStreamsOptions) {
    this.#options = options
    options.stopping.addEventListener('abort', () => this.#drop(), { once: true })
  }

  /** Sends the frames of one request, and reads its one answer. Throws what the stream or the dial throws. */
  async ask(peer: Uint8Array, request: () => Iterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
    const key = asText(peer, 'base16')
    await this.#turn(key)
    try {
      signal.throwIfAborted()
      return await this.#askNow(peer, request, signal)
    } finally {
      this.#done(key)
    }
  }

  /** Resolves when fewer than `openMax` questions to this peer are under way. */
  async #turn(key: string): Promise<void> {
    const queue = this.#queues.get(key) ?? { open: 0, waiting: [] }
    this.#queues.set(key, queue)
    if (queue.open < this.#options.openMax) {
      queue.open++
      return
    }
    if (queue.waiting.length >= this.#options.waitingMax)
      throw new StreamError('cancelled', 'too many questions wait for this peer')
    // Whoever is done hands its place on.
    await new Promise<void>(resolve => queue.waiting.push(resolve))
  }

  #done(key: string): void {
    const queue = this.#queues.get(key)
    if (queue === undefined) return
    const next = queue.waiting.shift()
    if (next !== undefined) next()
    else if (--queue.open === 0) this.#queues.delete(key)
  }

  async #askNow(peer: Uint8Array, request: () => Iterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
    const kept = this.#take(peer)
    if (kept !== null) {
      // It may have ended unnoticed: then a new one is asked.
      const answer = await this.#over(peer, kept, request, signal).catch(() => null)
      if (answer !== null) return answer
      signal.throwIfAborted()
    }
    const { libp2p, protocol, frames: bounds } = this.#options
    const stream = await libp2p.dialProtocol(peerIdFromCommunity(peer), protocol, { signal })
    return this.#over(peer, frames(stream, bounds), request, signal)
  }

  async #over(
    peer: Uint8Array,
    io: Frames,
    request: () => Iterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    try {
      for (const frame of request()) await io.write(frame, signal)
      const answer = await io.read(signal)
      if (answer === null) throw new StreamError('closed', 'the other stage closed the stream')
      this.#keep(peer, io)
      return answer
    } catch (cause) {
      io.abort(cause instanceof Error ? cause : undefined)
      throw cause
    }
  }

  #take(peer: Uint8Array): Frames | null {
    const kept = this.#kept.get(asText(peer, 'base16'))?.pop()
    if (kept === undefined) return null
    clearTimeout(kept.timer)
    return kept.io
  }

  #keep(peer: Uint8Array, io: Frames): void {
    const { keptMs, keptMax, stopping } = this.#options
    const key = asText(peer, 'base16')
    const kept = this.#kept.get(key) ?? []
    if (kept.length >= keptMax || stopping.aborted) {
      void io.close()
      return
    }
    const timer = setTimeout(() => {
      const left = (this.#kept.get(key) ?? []).filter(held => held.io !== io)
      if (left.length === 0) this.#kept.delete(key)
      else this.#kept.set(key, left)
      void io.close()
    }, keptMs)
    timer.unref()
    this.#kept.set(key, kept)
    kept.push({ io, timer })
  }

  #drop(): void {
    for (const { io, timer } of [...this.#kept.values()].flat()) {
      clearTimeout(timer)
      io.abort()
    }
    this.#kept.clear()
  }
}
