import type { Stream } from '@libp2p/interface'
import { StreamError } from './stream-error.ts'

export interface SendOptions {
  /** Longest wait without the remote taking a single byte. */
  readonly idleMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends the parts in order and resolves when the stream can take more: at most these parts are ever queued.
 * Waits on the 'drain' event, because `stream.onDrain()` settles only once in a stream's life. The parts must not be
 * changed afterwards: they are not copied.
 */
export async function send(stream: Stream, parts: readonly Uint8Array[], options: SendOptions): Promise<void> {
  for (const part of parts) {
    if (stream.writeStatus !== 'writable') throw new StreamError('closed', 'the stream is closed for writing')
    try {
      stream.send(part)
    } catch (cause) {
      throw new StreamError('closed', 'the stream is closed for writing', cause)
    }
  }
  while (stream.writableNeedsDrain) await drained(stream, options)
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
