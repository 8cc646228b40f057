import type { Libp2p } from '@libp2p/interface'
import { StageError } from '#node/errors.ts'
import type { AuditPeers } from '#node/ports/audit.ts'
import {
  type AuditAnswer,
  type AuditRequest,
  chunksOf,
  decodeAnswer,
  encodeRequest,
} from '#protocols/audit/v1/codec.ts'
import { AUDIT_MESSAGE_BYTES_MAX, AUDIT_PROTOCOL, CHUNK_BYTES } from '#protocols/audit/v1/constants.ts'
import { peerIdFromCommunity } from '../host/peer-key.ts'
import { frames } from '../stream/frames.ts'
import { ANSWER_MS_MAX, IDLE_MS } from './limits.ts'

const refusedBy = (answer: AuditAnswer): StageError =>
  answer.t === 'refused'
    ? new StageError('peer-refused', `The other stage refused: ${answer.message}.`)
    : new StageError('peer-refused', 'The other stage answered something else than it was asked.')

/** Asks other stages over one stream a request. */
export function createAuditClient(libp2p: Libp2p, stopping: AbortSignal): AuditPeers {
  const ask = async (
    peer: Uint8Array,
    messages: Iterable<AuditRequest>,
    given: AbortSignal | undefined,
  ): Promise<AuditAnswer> => {
    const ends = [stopping, AbortSignal.timeout(ANSWER_MS_MAX)]
    const signal = AbortSignal.any(given === undefined ? ends : [given, ...ends])
    try {
      const stream = await libp2p.dialProtocol(peerIdFromCommunity(peer), AUDIT_PROTOCOL, { signal })
      const io = frames(stream, { frameBytesMax: AUDIT_MESSAGE_BYTES_MAX, idleMs: IDLE_MS })
      try {
        for (const message of messages) await io.write(encodeRequest(message), signal)
        const frame = await io.read(signal)
        const answer = frame === null ? null : decodeAnswer(frame)
        if (!answer?.ok) throw new StageError('peer-refused', 'The other stage gave no answer that can be read.')
        await io.close()
        return answer.value
      } catch (cause) {
        io.abort(cause instanceof Error ? cause : undefined)
        throw cause
      }
    } catch (cause) {
      if (cause instanceof StageError) throw cause
      throw new StageError('peer-unreachable', 'The other stage could not be reached, or went away.', { cause })
    }
  }

  return {
    isConnected: community => libp2p.getConnections(peerIdFromCommunity(community)).length > 0,
    submit(seat, community, submission, intent, signal) {
      const { origin, from, entries, note, consistency, handovers, closing } = submission
      function* messages(): Generator<AuditRequest> {
        const count = entries.length
        yield { t: 'submit', community, origin, intent, from, count, note, consistency, handovers, closing }
        for (const chunk of chunksOf(entries, CHUNK_BYTES)) yield { t: 'entries', entries: chunk }
      }
      return ask(seat, messages(), signal)
    },
    async head(seat, community, origin, signal) {
      const answer = await ask(seat, [{ t: 'head', community, origin }], signal)
      if (answer.t !== 'head') throw refusedBy(answer)
      return answer.note
    },
    async offer(peer, evidence, signal) {
      const answer = await ask(peer, [{ t: 'evidence', evidence }], signal)
      if (answer.t !== 'taken') throw refusedBy(answer)
      return answer.known
    },
  }
}
