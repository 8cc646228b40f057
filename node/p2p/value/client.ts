import type { Libp2p } from '@libp2p/interface'
import type { ValueFault } from '#node/ports/value.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { VALUE_MESSAGE_BYTES_MAX, VALUE_PROTOCOL } from '#protocols/value/v1/constants.ts'
import { decodeAnswer, encodeRequest, type ValueAnswer, type ValueRequest } from '#protocols/value/v1/messages.ts'
import { KeptStreams } from '../stream/kept-streams.ts'
import { ANSWER_MS_MAX, IDLE_MS, KEPT_MAX, KEPT_MS, STREAMS_PER_PEER_MAX, WAITING_MAX } from './limits.ts'

const fault = (code: string, message: string): Result<never, ValueFault> => err({ code, message })

/** Asks other stages: one request, one answer. A refusal of the other side is a fault with its code. Never throws. */
export function createValueClient(libp2p: Libp2p, stopping: AbortSignal) {
  const streams = new KeptStreams({
    libp2p,
    protocol: VALUE_PROTOCOL,
    frames: { frameBytesMax: VALUE_MESSAGE_BYTES_MAX, idleMs: IDLE_MS },
    keptMs: KEPT_MS,
    keptMax: KEPT_MAX,
    openMax: STREAMS_PER_PEER_MAX - 1,
    waitingMax: WAITING_MAX,
    stopping,
  })
  return async (
    peer: Uint8Array,
    request: ValueRequest,
    given?: AbortSignal,
  ): Promise<Result<ValueAnswer, ValueFault>> => {
    const ends = [stopping, AbortSignal.timeout(ANSWER_MS_MAX)]
    const signal = AbortSignal.any(given === undefined ? ends : [given, ...ends])
    const bytes = encodeRequest(request)
    const answer = await streams.ask(peer, () => [bytes], signal).catch(() => null)
    if (answer === null) return fault('peer-unreachable', 'The other stage could not be reached, or went away.')
    const read = decodeAnswer(answer)
    if (!read.ok) return fault('peer-refused', 'The other stage gave no answer that can be read.')
    const { value } = read
    return value.t === 'refused' ? err({ code: value.code, message: value.message, retryMs: value.retryMs }) : ok(value)
  }
}
