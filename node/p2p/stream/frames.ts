import type { Stream } from '@libp2p/interface'
import { concat } from 'uint8arrays/concat'
import { PullReader } from './pull-reader.ts'
import { send } from './send.ts'
import { StreamError } from './stream-error.ts'
import { encodePrefix, PrefixDecoder } from './varint.ts'

export interface FramesOptions {
  /** Longest frame accepted, in bytes, without its length prefix. */
  readonly frameBytesMax: number
  /** Longest frame sent; `frameBytesMax` unless said otherwise. */
  readonly writeBytesMax?: number
  /** Longest time without progress in either direction, while a read or a write waits. */
  readonly idleMs?: number
  /** Unread bytes above which the remote is paused. */
  readonly highWaterBytes?: number
}

/** Length-prefixed frames (unsigned varint) over one stream. Any failure aborts the stream before it is thrown. */
export interface Frames {
  /** The next frame; `null` when the remote closed its side between two frames. One at a time. Throws `StreamError`. */
  read(signal?: AbortSignal): Promise<Uint8Array | null>
  /**
   * Sends one frame made of the given parts, which are not copied and must not change afterwards. Concurrent writes
   * queue up. Resolves when the stream can take more. Throws `StreamError`.
   */
  write(frame: Uint8Array | readonly Uint8Array[], signal?: AbortSignal): Promise<void>
  /** Sends what is queued, then closes our side; reading goes on. Never throws. */
  close(): Promise<void>
  /** Drops everything in both directions at once. */
  abort(reason?: Error): void
}

/** Long enough for a phone that changes cells; short enough that a dead peer frees its slot. */
const IDLE_MS = 30_000
/** One yamux window: a consumer that keeps up never pauses the remote. */
const HIGH_WATER_BYTES = 256 * 1024

/** Call in the same tick in which the stream was opened or received: bytes are buffered without bound until then. */
export function frames(stream: Stream, options: FramesOptions): Frames {
  const { frameBytesMax, writeBytesMax = frameBytesMax, idleMs = IDLE_MS, highWaterBytes = HIGH_WATER_BYTES } = options
  const reader = new PullReader(stream, { highWaterBytes, idleMs })
  let tail: Promise<unknown> = Promise.resolve()

  const failed = (cause: unknown): never => {
    const error = cause instanceof StreamError ? cause : new StreamError('closed', 'the stream failed', cause)
    stream.abort(error)
    throw error
  }

  return {
    read: async signal => {
      try {
        const length = await readPrefix(reader, signal)
        if (length === null) return null
        if (length > frameBytesMax)
          throw new StreamError('too-large', `a frame of ${length} bytes is over the limit of ${frameBytesMax}`)
        return await reader.exactly(length, signal)
      } catch (cause) {
        return failed(cause)
      }
    },
    write: (frame, signal) => {
      const parts = frame instanceof Uint8Array ? [frame] : frame
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      const job = tail.then(async () => {
        try {
          if (length > writeBytesMax)
            throw new StreamError('too-large', `a frame of ${length} bytes is over the limit of ${writeBytesMax}`)
          await send(stream, glue([encodePrefix(length), ...parts]), { idleMs, signal })
        } catch (cause) {
          failed(cause)
        }
      })
      tail = job.catch(() => {})
      return job
    },
    close: async () => {
      await tail
      try {
        await stream.close({ signal: AbortSignal.timeout(idleMs) })
      } catch (cause) {
        stream.abort(new StreamError('closed', 'the stream could not be closed in good order', cause))
      }
    },
    abort: reason => stream.abort(reason ?? new StreamError('cancelled', 'the stream was dropped')),
  }
}

/** Parts below this are copied together, so that a prefix or a header does not travel as a packet of its own. */
const GLUE_BYTES = 4096

function glue(parts: readonly Uint8Array[]): Uint8Array[] {
  const large = parts.findIndex(part => part.length > GLUE_BYTES)
  const small = large < 0 ? parts : parts.slice(0, large)
  return [concat([...small]), ...(large < 0 ? [] : parts.slice(large))]
}

async function readPrefix(reader: PullReader, signal: AbortSignal | undefined): Promise<number | null> {
  const decoder = new PrefixDecoder()
  for (let at = 0; ; at++) {
    const byte = await reader.byte(signal)
    if (byte === null) {
      if (at === 0) return null
      throw new StreamError('truncated', 'the stream ended inside a length prefix')
    }
    try {
      const length = decoder.push(byte)
      if (length !== null) return length
    } catch (cause) {
      throw new StreamError('bad-length', 'a frame has an invalid length prefix', cause)
    }
  }
}
