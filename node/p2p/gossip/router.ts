import { hash } from 'node:crypto'
import {
  type GossipSub,
  type GossipSubComponents,
  type GossipsubOpts,
  gossipsub,
  type Message,
  StrictNoSign,
} from '@libp2p/gossipsub'
import {
  GOSSIP_ID_DATA_BYTES,
  GOSSIP_ID_TOPIC_BYTES,
  GOSSIP_MESSAGE_BYTES_MAX,
} from '#protocols/gossip/v1/constants.ts'
import type { Clock } from '#src/kernel/ports.ts'
import * as limits from '../host/limits.ts'
import { createPenalties, type Penalties } from './penalties.ts'

/** State that the gossip router and the gossip port share: one of each per host. */
export interface GossipState {
  /** Topics this stage joined. Messages on others are dropped before they take any memory. */
  readonly joined: Set<string>
  readonly penalties: Penalties
}

/** Topics whose part of an id is remembered. */
const TOPIC_IDS_MAX = 1_024

/**
 * Ids for deduplication (protocols/gossip/v1/spec.md). The topic is part of the id: otherwise a peer could send an event on a wrong topic first, have
 * it rejected, and thereby make the right delivery look like a duplicate.
 */
export function createMessageId(): (message: Pick<Message, 'topic' | 'data'>) => Uint8Array {
  const topicIds = new Map<string, Uint8Array>()
  const topicId = (topic: string): Uint8Array => {
    const known = topicIds.get(topic)
    if (known !== undefined) return known
    if (topicIds.size >= TOPIC_IDS_MAX) topicIds.clear()
    const id = hash('sha256', topic, 'buffer').subarray(0, GOSSIP_ID_TOPIC_BYTES)
    topicIds.set(topic, id)
    return id
  }
  return ({ topic, data }) => {
    const id = new Uint8Array(GOSSIP_ID_TOPIC_BYTES + GOSSIP_ID_DATA_BYTES)
    id.set(topicId(topic))
    id.set(hash('sha256', data, 'buffer').subarray(0, GOSSIP_ID_DATA_BYTES), GOSSIP_ID_TOPIC_BYTES)
    return id
  }
}

/** Latin-1 keeps one character a byte: cheaper to make and to compare than base64. */
const idText = (id: Uint8Array): string => Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1')

export interface GossipRouter {
  readonly state: GossipState
  readonly service: (components: GossipSubComponents) => GossipSub
}

/** `loopback`: every peer shares this machine's address, so sharing one says nothing about them. */
export function createGossipRouter(options: { clock: Clock; loopback: boolean }): GossipRouter {
  const state: GossipState = { joined: new Set(), penalties: createPenalties(options.clock) }
  const init: Partial<GossipsubOpts> = {
    globalSignaturePolicy: StrictNoSign,
    msgIdFn: createMessageId(),
    msgIdToStrFn: idText,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    emitSelf: false,
    fallbackToFloodsub: false,
    doPX: false,
    batchPublish: true,
    seenTTL: limits.GOSSIP_SEEN_MS,
    maxInboundStreams: limits.GOSSIP_STREAMS_MAX,
    maxOutboundStreams: limits.GOSSIP_STREAMS_MAX,
    maxInboundDataLength: limits.GOSSIP_RPC_BYTES_MAX,
    maxOutboundBufferSize: limits.GOSSIP_OUTBOUND_BYTES_MAX,
    maxTopicBytesPerPeer: limits.GOSSIP_TOPIC_BYTES_PER_PEER_MAX,
    decodeRpcLimits: limits.GOSSIP_RPC_LIMITS,
    // `allowedTopics` would also forget a peer's subscription to a topic that is joined later, and the mesh for it
    // would never form. This hook runs before an id is remembered or a message cached, and refuses the same messages.
    dataTransform: {
      inboundTransform: (topic, data) => {
        if (!state.joined.has(topic)) throw new Error('a topic that this stage has not joined')
        if (data.length > GOSSIP_MESSAGE_BYTES_MAX) throw new Error('a message over the limit')
        return data
      },
      outboundTransform: (_topic, data) => data,
    },
    scoreThresholds: limits.GOSSIP_SCORE_THRESHOLDS,
    scoreParams: {
      appSpecificScore: peer => state.penalties.score(peer),
      appSpecificWeight: 1,
      behaviourPenaltyThreshold: limits.GOSSIP_BROKEN_PROMISES_FREE,
      IPColocationFactorThreshold: limits.GOSSIP_PEERS_PER_ADDRESS,
      IPColocationFactorWhitelist: new Set(options.loopback ? ['127.0.0.1', '::1'] : []),
    },
  }
  return { state, service: gossipsub(init) }
}
