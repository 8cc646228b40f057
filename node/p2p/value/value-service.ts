import type { Libp2p } from '@libp2p/interface'
import type { Network } from '#node/ports/network.ts'
import type { ValueAsk } from '#node/ports/value.ts'
import { VALUE_PROTOCOL } from '#protocols/value/v1/constants.ts'
import { communityFromText } from '../host/peer-key.ts'
import { createValueClient } from './client.ts'
import { STREAMS_PER_PEER_MAX } from './limits.ts'
import { ValueServer, type ValueServerModules } from './server.ts'

export interface ValueServiceOptions extends Omit<ValueServerModules, 'allow' | 'warn'> {
  readonly libp2p: Libp2p
  readonly network: Pick<Network, 'peers' | 'onPeer'>
  /** Whether a peer (its id as text) is served at all; everybody unless said otherwise. */
  readonly allow?: (peer: string) => boolean
  /** Told of what broke here while a request was answered. */
  readonly warn?: (cause: unknown) => void
}

/** Conversations with other stages about value. */
export interface ValueService {
  readonly peers: ValueAsk
  start(): Promise<void>
  /** Ends every conversation. */
  stop(): Promise<void>
}

export function createValueService({ libp2p, network, ...options }: ValueServiceOptions): ValueService {
  const stopping = new AbortController()
  const { allow = () => true, warn = () => {} } = options
  const server = new ValueServer({ ...options, allow, warn })
  const ask = createValueClient(libp2p, stopping.signal)
  /** Those that agreed on a version of the protocol in the handshake. */
  const speakers = () =>
    network.peers().filter(({ refused, protocols }) => refused === null && protocols.value !== undefined)
  return {
    peers: {
      ask,
      connected: () => speakers().map(({ peerId }) => communityFromText(peerId)),
      onConnected: listener => network.onPeer((community, connected) => connected && listener(community)),
    },
    start: () =>
      libp2p.handle(VALUE_PROTOCOL, (stream, connection) => server.accept(stream, connection), {
        maxInboundStreams: STREAMS_PER_PEER_MAX,
        maxOutboundStreams: STREAMS_PER_PEER_MAX,
      }),
    async stop() {
      stopping.abort()
      await libp2p.unhandle(VALUE_PROTOCOL)
      server.stop()
    },
  }
}
