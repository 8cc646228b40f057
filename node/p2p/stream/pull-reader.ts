import type { Stream, StreamMessageEvent } from '@libp2p/interface'
import { StreamError } from './stream-error.ts'

export interface PullReaderOptions {
  /** Unread bytes above which the remote is told to stop: memory held for a slow consumer, beside one window. */
  readonly highWaterBytes: number
  /** Longest wait without a single byte arriving. */
  readonly idleMs: number
}

/**
 * Reads a libp2p stream on demand. Iterating the stream itself has no backpressure; this pauses it (yamux then
 * withholds window updates) while more than `highWaterBytes` wait unread.
 *
 * Create it in the same tick in which the stream was received, and have one read pending at a time.
 */
export class PullReader {
  readonly #stream: Stream
  readonly #options: PullReaderOptions
  readonly #chunks: Uint8Array[] = []
  #offset = 0
  #buffered = 0
  #ended = false
  #failure: StreamError | undefined
  #wake: (() => void) | undefined

  constructor(stream: Stream, options: PullReaderOptions) {
    this.#stream = stream
    this.#options = options
    stream.addEventListener('message', event => this.#onMessage(event as StreamMessageEvent))
    stream.addEventListener('end', () => this.#onEnd())
    stream.addEventListener('close', event => {
      if (event.error === undefined) this.#onEnd()
      else this.#fail(new StreamError('closed', 'the stream was reset', event.error))
    })
    if (stream.readableEnded || stream.readStatus === 'closed') this.#ended = true
  }

  /** One byte, or `null` at the end of the stream. */
  async byte(signal?: AbortSignal): Promise<number | null> {
    while (this.#buffered === 0) {
      if (this.#atEnd()) return null
      await this.#more(signal)
    }
    const value = (this.#chunks[0] as Uint8Array)[this.#offset] as number
    this.#advance(1)
    return value
  }

  /** Exactly `length` bytes, freshly allocated once all have arrived. Throws 'truncated' when the stream ends first. */
  async exactly(length: number, signal?: AbortSignal): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let missing = length
    while (missing > 0) {
      const chunk = this.#chunks[0]
      if (chunk === undefined) {
        if (this.#atEnd()) throw new StreamError('truncated', `the stream ended ${missing} bytes early`)
        await this.#more(signal)
        continue
      }
      const part = chunk.subarray(this.#offset, this.#offset + missing)
      parts.push(part)
      missing -= part.length
      this.#advance(part.length)
    }
    return join(parts, length)
  }

  #atEnd(): boolean {
    if (this.#failure !== undefined) throw this.#failure
    return this.#ended
  }

  #onMessage(event: StreamMessageEvent): void {
    const { data } = event
    if (data instanceof Uint8Array) this.#push(data)
    else for (const chunk of data) this.#push(chunk)
    if (this.#buffered > this.#options.highWaterBytes && this.#stream.readStatus === 'readable') this.#stream.pause()
    this.#wake?.()
  }

  #push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
  }

  #advance(length: number): void {
    this.#buffered -= length
    this.#offset += length
    if (this.#offset === this.#chunks[0]?.length) {
      this.#chunks.shift()
      this.#offset = 0
    }
    if (this.#buffered <= this.#options.highWaterBytes / 2) this.#resume()
  }

  /** Emits what the stream kept while paused, synchronously, and lets the remote send again. */
  #resume(): void {
    if (this.#stream.readStatus !== 'paused') return
    try {
      this.#stream.resume()
    } catch (cause) {
      // The window update has nowhere to go on a dead connection; what was buffered has been delivered already.
      if (!this.#ended) this.#fail(new StreamError('closed', 'the connection is gone', cause))
    }
  }

  #onEnd(): void {
    // A stream that closes while paused still holds bytes: take them, they arrived in good order.
    this.#resume()
    this.#ended = true
    this.#wake?.()
  }

  #fail(error: StreamError): void {
    this.#failure ??= error
    this.#wake?.()
  }

  #more(signal: AbortSignal | undefined): Promise<void> {
    if (this.#wake !== undefined) throw new Error('a read is already pending on this stream')
    return new Promise((resolve, reject) => {
      const settle = (error?: StreamError): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', cancel)
        this.#wake = undefined
        if (error === undefined) resolve()
        else reject(error)
      }
      const cancel = (): void => settle(new StreamError('cancelled', 'the read was cancelled', signal?.reason))
      const { idleMs } = this.#options
      const timer = setTimeout(() => settle(new StreamError('timeout', `nothing arrived for ${idleMs} ms`)), idleMs)
      this.#wake = () => settle()
      if (signal?.aborted) cancel()
      else signal?.addEventListener('abort', cancel, { once: true })
    })
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
