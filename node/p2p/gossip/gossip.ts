import { type Message, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import { StageError } from '#node/errors.ts'
import type { Gossip, GossipValidator, TopicKind, Verdict } from '#node/ports/gossip.ts'
import { GOSSIP_MESSAGE_BYTES_MAX } from '#protocols/gossip/v1/constants.ts'
import type { StageHost } from '../host/host.ts'
import { GOSSIP_PENDING_PER_PEER_MAX } from '../host/limits.ts'
import { TOPIC_KINDS, topicName } from './topics.ts'

const RESULTS: { readonly [V in Verdict]: TopicValidatorResult } = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}

/**
 * Gossip over gossipsub. A message goes through `validator` before it spreads; a rejected one lowers the sender's
 * score. `publish` throws 'too-large' for what no peer would take. Messages carry no libp2p signature: the envelope's own is what `validator` checks.
 */
export function createGossip(host: StageHost, validator: GossipValidator): Gossip {
  const { pubsub, gossipState } = host.services
  const pending = new Map<string, number>()

  const validate = async (community: Uint8Array, kind: TopicKind, peer: string, message: Message) => {
    const waiting = pending.get(peer) ?? 0
    if (waiting >= GOSSIP_PENDING_PER_PEER_MAX) return TopicValidatorResult.Ignore
    pending.set(peer, waiting + 1)
    try {
      const verdict = await validator(community, kind, message.data, peer)
      return verdict === 'reject' ? reject(peer) : RESULTS[verdict]
    } finally {
      const left = (pending.get(peer) ?? 1) - 1
      if (left > 0) pending.set(peer, left)
      else pending.delete(peer)
    }
  }

  const reject = (peer: string): TopicValidatorResult => {
    gossipState.penalties.add(peer)
    return TopicValidatorResult.Reject
  }

  return {
    join: community => {
      for (const kind of TOPIC_KINDS) {
        const topic = topicName(community, kind)
        if (gossipState.joined.has(topic)) continue
        gossipState.joined.add(topic)
        pubsub.topicValidators.set(topic, (peer: PeerId, message) =>
          validate(community, kind, peer.toString(), message),
        )
        pubsub.subscribe(topic)
      }
    },
    leave: community => {
      for (const kind of TOPIC_KINDS) {
        const topic = topicName(community, kind)
        if (!gossipState.joined.delete(topic)) continue
        pubsub.unsubscribe(topic)
        pubsub.topicValidators.delete(topic)
      }
    },
    publish: async (community, kind, bytes) => {
      if (bytes.length > GOSSIP_MESSAGE_BYTES_MAX)
        throw new StageError(
          'too-large',
          `A message of ${bytes.length} bytes is over the ${GOSSIP_MESSAGE_BYTES_MAX} that gossip carries.`,
        )
      try {
        await pubsub.publish(topicName(community, kind), bytes)
      } catch {
        // No mesh, a stopping node or a full buffer: whoever misses this message gets it from sync.
      }
    },
  }
}
