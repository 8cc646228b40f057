import { autoNAT } from '@libp2p/autonat'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { dcutr } from '@libp2p/dcutr'
import type { GossipSub } from '@libp2p/gossipsub'
import { type Identify, type IdentifyPush, identify, identifyPush } from '@libp2p/identify'
import { type KadDHT, kadDHT, passthroughMapper, removePrivateAddressesMapper } from '@libp2p/kad-dht'
import { type Ping, ping } from '@libp2p/ping'
import { uPnPNAT } from '@libp2p/upnp-nat'
import type { ServiceFactoryMap } from 'libp2p'
import type { Settings } from '#node/config/settings.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { createGossipRouter, type GossipState } from '../gossip/router.ts'
import * as limits from './limits.ts'

/** What every host of ours runs. NAT helpers and the table are there only when the settings ask for them. */
export type StageServices = {
  identify: Identify
  identifyPush: IdentifyPush
  ping: Ping
  pubsub: GossipSub
  gossipState: GossipState
  dht?: KadDHT
  autonat?: unknown
  upnp?: unknown
  dcutr?: unknown
  relay?: unknown
}

export type ServiceSettings = Pick<Settings, 'public' | 'reachability' | 'dht'>

const identifyLimits = { maxMessageSize: limits.IDENTIFY_BYTES_MAX, timeout: limits.IDENTIFY_TIMEOUT_MS }

export function stageServices(settings: ServiceSettings, clock: Clock): ServiceFactoryMap<StageServices> {
  const gossip = createGossipRouter({ clock, loopback: !settings.public })
  return {
    identify: identify(identifyLimits),
    identifyPush: identifyPush(identifyLimits),
    ping: ping({ maxInboundStreams: limits.PING_STREAMS_MAX, maxOutboundStreams: limits.PING_STREAMS_MAX }),
    pubsub: gossip.service,
    gossipState: () => gossip.state,
    ...table(settings),
    ...reachability(settings),
  }
}

function table(settings: ServiceSettings): Pick<ServiceFactoryMap<StageServices>, 'dht'> {
  if (settings.dht === 'off') return {}
  return {
    dht: kadDHT({
      protocol: limits.KAD_PROTOCOL,
      kBucketSize: limits.KAD_BUCKET,
      clientMode: settings.dht === 'client',
      maxInboundStreams: limits.KAD_STREAMS_MAX,
      maxOutboundStreams: limits.KAD_STREAMS_MAX,
      // A stage without peers has nobody to ask, and that is no error.
      allowQueryWithZeroPeers: true,
      // On loopback and home networks private addresses are all there is; in the open they lead nowhere.
      peerInfoMapper:
        settings.public && settings.reachability !== 'off' ? removePrivateAddressesMapper : passthroughMapper,
    }),
  }
}

function reachability(settings: ServiceSettings): Partial<ServiceFactoryMap<StageServices>> {
  if (!settings.public || settings.reachability === 'off') return {}
  const relay = circuitRelayServer({
    reservations: {
      maxReservations: limits.RELAY_RESERVATIONS_MAX,
      defaultDurationLimit: limits.RELAY_DURATION_MS,
      defaultDataLimit: limits.RELAY_BYTES_MAX,
    },
    maxInboundHopStreams: limits.RELAY_STREAMS_MAX,
    maxOutboundHopStreams: limits.RELAY_STREAMS_MAX,
    maxOutboundStopStreams: limits.RELAY_STREAMS_MAX,
  })
  return {
    autonat: autoNAT(),
    upnp: uPnPNAT(),
    dcutr: dcutr(),
    ...(settings.reachability === 'relay' ? { relay } : {}),
  }
}
