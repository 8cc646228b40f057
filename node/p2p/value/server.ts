import type { Connection, Stream } from '@libp2p/interface'
import type { ValueHandler } from '#node/ports/value.ts'
import { REFUSAL_CHARS_MAX, VALUE_MESSAGE_BYTES_MAX } from '#protocols/value/v1/constants.ts'
import { decodeRequest, encodeAnswer, type ValueAnswer } from '#protocols/value/v1/messages.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { AnsweringStreams } from '../stream/answering.ts'
import { IDLE_MS, SPENDING, STREAMS_MAX, STREAMS_PER_PEER_MAX, WORK_MAX } from './limits.ts'

export interface ValueServerModules {
  readonly handler: ValueHandler
  readonly clock: Clock
  /** Whether this peer (its id as text) is served at all. */
  readonly allow: (peer: string) => boolean
  /** Told of what broke here while a request was answered. */
  readonly warn: (cause: unknown) => void
}

/** A refusal as a peer may read it: one line, and at most as long as the protocol allows. */
export const refused = (code: string, message: string, retryMs: number | null = null): ValueAnswer => ({
  t: 'refused',
  code,
  message: message
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .slice(0, REFUSAL_CHARS_MAX),
  retryMs,
})

const BAD_MESSAGE = refused('bad-message', 'that message cannot be read')
const BUSY = refused('busy', 'this stage has more to do than it can; ask again in a few seconds', 2_000)
const BROKEN = refused('internal', 'something broke here while this was answered; ask again', 2_000)

/** Answers `/bandstand/value/1.0.0` (protocols/value/v1/spec.md) within fixed bounds, whoever asks. */
export class ValueServer {
  readonly #modules: ValueServerModules
  readonly #streams: AnsweringStreams
  #work = 0

  constructor(modules: ValueServerModules) {
    this.#modules = modules
    this.#streams = new AnsweringStreams({
      frames: { frameBytesMax: VALUE_MESSAGE_BYTES_MAX, idleMs: IDLE_MS },
      perPeerMax: STREAMS_PER_PEER_MAX,
      max: STREAMS_MAX,
      spending: SPENDING,
      clock: modules.clock,
      allow: modules.allow,
      answer: async ({ frame, remote, busy }) => {
        const answer = busy || this.#work >= WORK_MAX ? BUSY : await this.#answer(frame, remote)
        return { bytes: encodeAnswer(answer), last: answer === BAD_MESSAGE }
      },
    })
  }

  /** Drops every stream. */
  stop(): void {
    this.#streams.stop()
  }

  /** Serves one stream to its end. Never throws. */
  accept(stream: Stream, connection: Connection): Promise<void> {
    return this.#streams.accept(stream, connection)
  }

  async #answer(frame: Uint8Array, remote: Uint8Array): Promise<ValueAnswer> {
    const request = decodeRequest(frame)
    if (!request.ok) return BAD_MESSAGE
    this.#work++
    try {
      const answer = await this.#modules.handler(remote, request.value)
      return answer.ok ? answer.value : refused(answer.error.code, answer.error.message, answer.error.retryMs ?? null)
    } catch (cause) {
      this.#modules.warn(cause)
      return BROKEN
    } finally {
      this.#work--
    }
  }
}
