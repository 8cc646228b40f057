import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

/** A libp2p node on a loopback port of its own choosing, with the stream windows of a stage and nothing else. */
export function loopbackNode(listen = true): Promise<Libp2p> {
  return createLibp2p({
    addresses: { listen: listen ? ['/ip4/127.0.0.1/tcp/0'] : [] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux({ streamOptions: { initialStreamWindowSize: 262_144, maxStreamWindowSize: 1_048_576 } })],
    services: { identify: identify() },
    connectionManager: { inboundConnectionThreshold: 1_000 },
    connectionMonitor: { pingTimeout: { minTimeout: 30_000 } },
  })
}

export async function connect(from: Libp2p, to: Libp2p): Promise<void> {
  await from.dial(to.getMultiaddrs())
}
