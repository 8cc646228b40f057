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
import { KeptStreams } from '../stream/kept-streams.ts'
import { ANSWER_MS_MAX, IDLE_MS, KEPT_MAX, KEPT_MS, STREAMS_PER_PEER_MAX, WAITING_MAX } from './limits.ts'

const refusedBy = (answer: AuditAnswer): StageError =>
  answer.t === 'refused'
    ? new StageError('peer-refused', `The other stage refused: ${answer.message}.`)
    : new StageError('peer-refused', 'The other stage answered something else than it was asked.')

function* encoded(messages: () => Iterable<AuditRequest>): Generator<Uint8Array> {
  for (const message of messages()) yield encodeRequest(message)
}

/** Asks other stages. A batch that comes twice is answered with the same signature. */
export function createAuditClient(libp2p: Libp2p, stopping: AbortSignal): AuditPeers {
  const streams = new KeptStreams({
    libp2p,
    protocol: AUDIT_PROTOCOL,
    frames: { frameBytesMax: AUDIT_MESSAGE_BYTES_MAX, idleMs: IDLE_MS },
    keptMs: KEPT_MS,
    keptMax: KEPT_MAX,
    openMax: STREAMS_PER_PEER_MAX - 1,
    waitingMax: WAITING_MAX,
    stopping,
  })
  const ask = async (
    peer: Uint8Array,
    messages: () => Iterable<AuditRequest>,
    given: AbortSignal | undefined,
  ): Promise<AuditAnswer> => {
    const ends = [stopping, AbortSignal.timeout(ANSWER_MS_MAX)]
    const signal = AbortSignal.any(given === undefined ? ends : [given, ...ends])
    let frame: Uint8Array
    try {
      frame = await streams.ask(peer, () => encoded(messages), signal)
    } catch (cause) {
      throw new StageError('peer-unreachable', 'The other stage could not be reached, or went away.', { cause })
    }
    const answer = decodeAnswer(frame)
    if (!answer.ok) throw new StageError('peer-refused', 'The other stage gave no answer that can be read.')
    return answer.value
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
      return ask(seat, messages, signal)
    },
    async head(seat, community, origin, signal) {
      const answer = await ask(seat, () => [{ t: 'head', community, origin }], signal)
      if (answer.t !== 'head') throw refusedBy(answer)
      return answer.note
    },
    async offer(peer, evidence, signal) {
      const answer = await ask(peer, () => [{ t: 'evidence', evidence }], signal)
      if (answer.t !== 'taken') throw refusedBy(answer)
      return answer.known
    },
  }
}
