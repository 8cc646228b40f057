import { bootstrap } from '@libp2p/bootstrap'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { ComponentLogger, Libp2p, PrivateKey } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import type { Settings } from '#node/config/settings.ts'
import type { Clock } from '#src/kernel/ports.ts'
import * as limits from './limits.ts'
import { type StageServices, stageServices } from './services.ts'

export type StageHost = Libp2p<StageServices>

export interface HostOptions {
  readonly privateKey: PrivateKey
  readonly settings: Pick<Settings, 'p2p' | 'public' | 'reachability' | 'mdns' | 'dht' | 'bootstrap'>
  readonly clock: Clock
  /** Name and version told to peers by identify, e.g. `bandstand/0.1.0`. */
  readonly userAgent: string
  /** Keeps the peer store and the table between starts; in memory when absent. */
  readonly datastore?: NonNullable<Libp2pOptions['datastore']>
  readonly logger?: ComponentLogger
}

/**
 * The libp2p host, composed piece by piece: nothing listens, dials or asks a public service unless the settings say
 * so. Not started: protocol handlers go in first, then `start()`.
 */
export function createHost(options: HostOptions): Promise<StageHost> {
  return createLibp2p<StageServices>({ ...hostConfig(options), start: false })
}

/** The same as plain configuration, for a composer that makes the instance itself. */
export function hostConfig(options: HostOptions): Libp2pOptions<StageServices> {
  const { settings, datastore, logger } = options
  const nat = settings.public && settings.reachability !== 'off'
  return {
    privateKey: options.privateKey,
    nodeInfo: { userAgent: options.userAgent },
    addresses: { listen: listenAddresses(settings, nat), announce: [...settings.p2p.announce] },
    transports: [tcp(), webSockets(), ...(nat ? [circuitRelayTransport()] : [])],
    // The dialer's order decides: TLS between stages is half as fast again as Noise, which others may still choose.
    connectionEncrypters: [tls(), noise()],
    streamMuxers: [
      yamux({
        maxInboundStreams: limits.STREAMS_PER_CONNECTION_MAX,
        maxOutboundStreams: limits.STREAMS_PER_CONNECTION_MAX,
        maxEarlyStreams: limits.STREAM_BACKLOG_MAX,
        streamOptions: {
          initialStreamWindowSize: limits.STREAM_WINDOW_INITIAL_BYTES,
          maxStreamWindowSize: limits.STREAM_WINDOW_MAX_BYTES,
        },
      }),
    ],
    peerDiscovery: discovery(settings),
    connectionManager: {
      maxConnections: limits.CONNECTIONS_MAX,
      maxIncomingPendingConnections: limits.PENDING_INBOUND_MAX,
      inboundConnectionThreshold: limits.INBOUND_PER_HOST_PER_SECOND,
      maxParallelDials: limits.DIALS_MAX,
      maxDialQueueLength: limits.DIAL_QUEUE_MAX,
      maxPeerAddrsToDial: limits.DIAL_ADDRESSES_MAX,
      dialTimeout: limits.DIAL_TIMEOUT_MS,
      addressDialTimeout: limits.ADDRESS_DIAL_TIMEOUT_MS,
      inboundUpgradeTimeout: limits.UPGRADE_TIMEOUT_MS,
      connectionCloseTimeout: limits.CLOSE_TIMEOUT_MS,
      // The address book re-dials those that matter.
      reconnectRetries: 0,
    },
    connectionMonitor: {
      pingInterval: limits.PING_INTERVAL_MS,
      pingTimeout: { minTimeout: limits.PING_TIMEOUT_MIN_MS },
    },
    // The default gater refuses private addresses only in browsers; ours are chosen by people or proven by identify.
    services: stageServices(settings, options.clock),
    ...(datastore === undefined ? {} : { datastore }),
    ...(logger === undefined ? {} : { logger }),
  }
}

function listenAddresses(settings: HostOptions['settings'], nat: boolean): string[] {
  const { host, tcpPort, wsPort } = settings.p2p
  const ip = `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}`
  return [`${ip}/tcp/${tcpPort}`, `${ip}/tcp/${wsPort}/ws`, ...(nat ? ['/p2p-circuit'] : [])]
}

function discovery(settings: HostOptions['settings']): NonNullable<Libp2pOptions['peerDiscovery']> {
  return [
    ...(settings.bootstrap.length > 0
      ? [bootstrap({ list: [...settings.bootstrap], timeout: limits.BOOTSTRAP_DELAY_MS })]
      : []),
    ...(settings.mdns ? [mdns({ interval: limits.MDNS_INTERVAL_MS, serviceTag: limits.MDNS_SERVICE_TAG })] : []),
  ]
}
