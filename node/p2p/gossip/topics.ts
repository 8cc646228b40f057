import type { TopicKind } from '#node/ports/gossip.ts'
import { GOSSIP_TOPIC_KINDS, GOSSIP_TOPIC_VERSION } from '#protocols/gossip/v1/constants.ts'
import { peerIdFromCommunity } from '../host/peer-key.ts'

export const TOPIC_KINDS: readonly TopicKind[] = GOSSIP_TOPIC_KINDS

/** `/bandstand/<peer id>/events/1.0.0`. */
export const topicName = (community: Uint8Array, kind: TopicKind): string =>
  `/bandstand/${peerIdFromCommunity(community).toString()}/${kind}/${GOSSIP_TOPIC_VERSION}`
