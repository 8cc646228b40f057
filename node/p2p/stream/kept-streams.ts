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

  constructor(options: KeptStreamsOptions) {
    this.#options = options
    options.stopping.addEventListener('abort', () => this.#drop(), { once: true })
  }

  /** Sends the frames of one request, and reads its one answer. Throws what the stream or the dial throws. */
  async ask(peer: Uint8Array, request: () => Iterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
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
