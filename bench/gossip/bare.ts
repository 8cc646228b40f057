import { randomFillSync } from 'node:crypto'
import { type GossipsubOpts, gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { type Contender, EVENT_BYTES, type StartOptions } from './contender.ts'

const TOPIC = 'bench'

/** gossipsub as it comes, with its own signatures: it verifies every message, and does nothing else with it. */
export async function start(
  { others, delivered }: StartOptions,
  options: Partial<GossipsubOpts> = {},
): Promise<Contender> {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux()],
    // The defaults turn away a tenth peer on one address.
    connectionManager: { inboundConnectionThreshold: 100, maxIncomingPendingConnections: 100 },
    // The default of 5 s drops the connections of a machine that is busy with measuring.
    connectionMonitor: { pingTimeout: { minTimeout: 30_000 } },
    services: {
      identify: identify(),
      pubsub: gossipsub({
        allowPublishToZeroTopicPeers: true,
        scoreParams: { IPColocationFactorWhitelist: new Set(['127.0.0.1']) },
        ...options,
      }),
    },
  })
  const { pubsub } = libp2p.services
  const ready = new Map<number, Uint8Array>()
  pubsub.addEventListener('message', ({ detail: { data } }) => delivered(Buffer.from(data).readUInt32BE(0)))
  pubsub.subscribe(TOPIC)
  for (const address of others) await libp2p.dial(multiaddr(address))
  return {
    addresses: libp2p.getMultiaddrs().map(String),
    prepare: async indices => {
      for (const index of indices) {
        const event = randomFillSync(Buffer.alloc(EVENT_BYTES))
        event.writeUInt32BE(index, 0)
        ready.set(index, event)
      }
    },
    publish: index => {
      const event = ready.get(index)
      ready.delete(index)
      void pubsub.publish(TOPIC, event)
    },
  }
}
