import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { GOSSIP_TOPIC_KINDS, GOSSIP_TOPIC_VERSION } from '#protocols/gossip/v1/constants.ts'
import { type Check, calling, need, within } from '../check.ts'
import { agree } from '../loose-hello.ts'

/** protocols/gossip/v1/spec.md, "Topics" */
export const gossipChecks: readonly Check[] = GOSSIP_TOPIC_KINDS.map(kind => ({
  name: `gossip/${kind}`,
  about: `takes part in its own community's topic of ${kind}`,
  run: bench =>
    calling(bench, async call => {
      await agree(bench, call)
      const peer = peerIdFromPublicKey(publicKeyFromRaw(call.stage)).toString()
      const topic = `/bandstand/${peer}/${kind}/${GOSSIP_TOPIC_VERSION}`
      need(await within(5_000, () => call.follows(topic)), `it did not subscribe to ${topic}`)
    }),
}))
