import type { Frames } from '#node/p2p/stream/frames.ts'
import { type Answer, decodeAnswer, decodeRequest, encodeMessage, type Request } from '#protocols/sync/v1/codec.ts'
import type { Initiator } from '#src/engagement/reconcile/initiator.ts'
import { INBOUND_BYTES_PER_SESSION_MAX, REQUESTS_PER_SESSION_MAX } from './limits.ts'
import { SyncError } from './sync-error.ts'

/** One stream that carries sync messages, and what has passed over it. */
export class Channel {
  readonly #frames: Frames
  readonly #signal: AbortSignal
  rounds = 0
  bytes = 0
  #read = 0

  constructor(frames: Frames, signal: AbortSignal) {
    this.#frames = frames
    this.#signal = signal
  }

  async write(message: Request | Answer): Promise<void> {
    const frame = encodeMessage(message)
    this.bytes += frame.length
    await this.#frames.write(frame, this.#signal)
  }

  /** `null` when the other side is finished. */
  async readRequest(): Promise<Request | 'bad-message' | null> {
    const frame = await this.#frames.read(this.#signal)
    if (frame === null) return null
    this.#account(frame)
    const request = decodeRequest(frame)
    return request.ok ? request.value : 'bad-message'
  }

  async readAnswer(): Promise<Answer> {
    const frame = await this.#frames.read(this.#signal)
    if (frame === null) throw new SyncError('unexpected-answer', 'The other stage hung up before it answered.')
    this.#account(frame)
    const answer = decodeAnswer(frame)
    if (!answer.ok) throw new SyncError('bad-message', 'The other stage sent an answer that cannot be read.')
    return answer.value
  }

  async ask(request: Request): Promise<Answer> {
    await this.write(request)
    return this.readAnswer()
  }

  #account(frame: Uint8Array): void {
    this.bytes += frame.length
    this.#read += frame.length
    if (++this.rounds > REQUESTS_PER_SESSION_MAX || this.#read > INBOUND_BYTES_PER_SESSION_MAX)
      throw new SyncError('over-budget', 'The other stage sent more than one session may carry.')
  }
}

/**
 * Drives the asking side to its end. A batch is stored while the next one is on its way. Answers how many events were
 * pushed. Throws `SyncError` or `StreamError`.
 */
export async function runInitiator(
  channel: Channel,
  machine: Initiator,
  keep: (events: readonly Uint8Array[]) => Promise<unknown>,
): Promise<number> {
  let sent = 0
  let step = machine.start()
  while (step.end === null) {
    if (step.send !== null) {
      await channel.write(step.send)
      if (step.send.t === 'push') sent += step.send.events.length
    }
    const asked = step.send !== null
    if (step.store !== null) {
      await keep(step.store)
      const next = machine.stored()
      if (!asked) {
        step = next
        continue
      }
    }
    step = machine.receive(await channel.readAnswer())
  }
  if (step.end !== 'done') throw new SyncError(step.end.code, step.end.message)
  return sent
}
