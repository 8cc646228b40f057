import type { Libp2p } from '@libp2p/interface'
import { toString as asText } from 'uint8arrays/to-string'
import type { ValueFault } from '#node/ports/value.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { VALUE_MESSAGE_BYTES_MAX, VALUE_PROTOCOL } from '#protocols/value/v1/constants.ts'
import { decodeAnswer, encodeRequest, type ValueAnswer, type ValueRequest } from '#protocols/value/v1/messages.ts'
import { peerIdFromCommunity } from '../host/peer-key.ts'
import { type Frames, frames } from '../stream/frames.ts'
import { StreamError } from '../stream/stream-error.ts'
import { ANSWER_MS_MAX, IDLE_MS, KEPT_MAX, KEPT_MS } from './limits.ts'

interface Kept {
  readonly io: Frames
  readonly timer: NodeJS.Timeout
}

const fault = (code: string, message: string): Result<never, ValueFault> => err({ code, message })

const GONE = fault('peer-unreachable', 'The other stage could not be reached, or went away.')

/** Asks other stages. A stream that was answered is kept for the next question: opening one costs a round trip more. */
export class ValueClient {
  readonly #libp2p: Libp2p
  readonly #stopping: AbortSignal
  readonly #kept = new Map<string, Kept[]>()

  constructor(libp2p: Libp2p, stopping: AbortSignal) {
    this.#libp2p = libp2p
    this.#stopping = stopping
    stopping.addEventListener('abort', () => this.#drop(), { once: true })
  }

  /** One request, one answer. A refusal of the other side is a fault with its code. Never throws. */
  async ask(peer: Uint8Array, request: ValueRequest, given?: AbortSignal): Promise<Result<ValueAnswer, ValueFault>> {
    const ends = [this.#stopping, AbortSignal.timeout(ANSWER_MS_MAX)]
    const signal = AbortSignal.any(given === undefined ? ends : [given, ...ends])
    const bytes = encodeRequest(request)
    // A kept stream may have ended unnoticed; every request may be sent twice.
    const kept = this.#take(peer)
    const answer =
      (kept === null ? null : await this.#over(peer, kept, bytes, signal)) ?? (await this.#fresh(peer, bytes, signal))
    if (answer === null) return GONE
    const read = decodeAnswer(answer)
    if (!read.ok) return fault('peer-refused', 'The other stage gave no answer that can be read.')
    const { value } = read
    return value.t === 'refused' ? err({ code: value.code, message: value.message, retryMs: value.retryMs }) : ok(value)
  }

  async #fresh(peer: Uint8Array, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array | null> {
    try {
      const stream = await this.#libp2p.dialProtocol(peerIdFromCommunity(peer), VALUE_PROTOCOL, { signal })
      const io = frames(stream, { frameBytesMax: VALUE_MESSAGE_BYTES_MAX, idleMs: IDLE_MS })
      return await this.#over(peer, io, bytes, signal)
    } catch {
      return null
    }
  }

  async #over(peer: Uint8Array, io: Frames, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array | null> {
    try {
      await io.write(bytes, signal)
      const answer = await io.read(signal)
      if (answer === null) throw new StreamError('closed', 'the other stage closed the stream')
      this.#keep(peer, io)
      return answer
    } catch (cause) {
      io.abort(cause instanceof Error ? cause : undefined)
      return null
    }
  }

  #take(peer: Uint8Array): Frames | null {
    const kept = this.#kept.get(asText(peer, 'base16'))?.pop()
    if (kept === undefined) return null
    clearTimeout(kept.timer)
    return kept.io
  }

  #keep(peer: Uint8Array, io: Frames): void {
    const key = asText(peer, 'base16')
    const kept = this.#kept.get(key) ?? []
    if (kept.length >= KEPT_MAX || this.#stopping.aborted) {
      void io.close()
      return
    }
    const timer = setTimeout(() => {
      kept.splice(kept.findIndex(held => held.io === io) >>> 0, 1)
      if (kept.length === 0) this.#kept.delete(key)
      void io.close()
    }, KEPT_MS)
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
