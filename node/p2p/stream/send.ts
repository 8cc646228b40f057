import type { Stream } from '@libp2p/interface'
import { StreamError } from './stream-error.ts'

export interface SendOptions {
  /** Longest wait without the remote taking a single byte. */
  readonly idleMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Most bytes handed to the muxer at once. A receiver opens its window again only after a whole muxer frame has
 * arrived, so a frame as large as the window would leave the line idle for a round trip each time.
 */
const PIECE_BYTES = 128 * 1024

/**
 * Sends the parts in order and resolves when the stream can take more: at most one piece is ever queued.
 * Waits on the 'drain' event, because `stream.onDrain()` settles only once in a stream's life. The parts must not be
 * changed afterwards: they are not copied.
 */
export async function send(stream: Stream, parts: readonly Uint8Array[], options: SendOptions): Promise<void> {
  for (const part of parts)
    for (let at = 0; at === 0 || at < part.length; at += PIECE_BYTES) {
      sendPiece(stream, part.subarray(at, at + PIECE_BYTES))
      while (stream.writableNeedsDrain) await drained(stream, options)
    }
}

function sendPiece(stream: Stream, piece: Uint8Array): void {
  if (stream.writeStatus !== 'writable') throw new StreamError('closed', 'the stream is closed for writing')
  try {
    stream.send(piece)
  } catch (cause) {
    throw new StreamError('closed', 'the stream is closed for writing', cause)
  }
}

function drained(stream: Stream, { idleMs, signal }: SendOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: StreamError): void => {
      clearTimeout(timer)
      stream.removeEventListener('drain', onDrain)
      stream.removeEventListener('close', onClose)
      signal?.removeEventListener('abort', onAbort)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onDrain = (): void => settle()
    const onClose = (): void => settle(new StreamError('closed', 'the stream closed before everything was sent'))
    const onAbort = (): void => settle(new StreamError('cancelled', 'the write was cancelled', signal?.reason))
    const timer = setTimeout(() => settle(new StreamError('timeout', `nothing was taken for ${idleMs} ms`)), idleMs)
    stream.addEventListener('drain', onDrain)
    stream.addEventListener('close', onClose)
    if (stream.writeStatus === 'closed') onClose()
    else if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
