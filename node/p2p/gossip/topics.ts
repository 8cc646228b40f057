import type { TopicKind } from '#node/ports/gossip.ts'
import { peerIdFromCommunity } from '../host/peer-key.ts'

/** Version of what travels on a topic; another version is another topic, and both are served side by side. */
const VERSION = '1.0.0'

export const TOPIC_KINDS: readonly TopicKind[] = ['events', 'receipts']

/** `/bandstand/<peer id>/events/1.0.0`. */
export const topicName = (community: Uint8Array, kind: TopicKind): string =>
  `/bandstand/${peerIdFromCommunity(community).toString()}/${kind}/${VERSION}`
