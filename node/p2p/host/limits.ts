/**
 * Every bound of the peer-to-peer host, with its reason. A stage runs on a small machine beside other things, and
 * anybody may connect to it.
 */

/** Connections held at once: a mesh and its followers fit; at about 100 kB each this stays near 30 MB. */
export const CONNECTIONS_MAX = 300

/** Above this many unfinished inbound handshakes, newcomers are turned away: each costs an asymmetric operation. */
export const PENDING_INBOUND_MAX = 32

/**
 * New connections a second from one address. libp2p's 5 turns away stages that share a router or, on loopback, one
 * machine; 64 lets a federation of them restart together and still bounds a flood.
 */
export const INBOUND_PER_HOST_PER_SECOND = 64

/** Dials in flight: a home router's connection tracking suffers above this. */
export const DIALS_MAX = 16
/** Waiting dials: more than this many strangers at once are not worth remembering. */
export const DIAL_QUEUE_MAX = 128
/** Addresses tried for one peer: interfaces, transports and relays of an honest stage fit. */
export const DIAL_ADDRESSES_MAX = 12
/** A dial that takes longer is not going to become a usable link. */
export const DIAL_TIMEOUT_MS = 10_000
/** One silent address must not use up the whole dial. */
export const ADDRESS_DIAL_TIMEOUT_MS = 5_000
/** Encrypting and multiplexing an inbound connection takes a few round trips, also on a phone. */
export const UPGRADE_TIMEOUT_MS = 10_000
/** How long shutdown waits for a peer to acknowledge a close: a stage stops in under three seconds. */
export const CLOSE_TIMEOUT_MS = 500

/** Liveness checks: every 20 s finds a dead link within a minute. */
export const PING_INTERVAL_MS = 20_000
/** A busy slow link answers late; libp2p's 5 s kills a 20 MB transfer at 1 MB/s half way. */
export const PING_TIMEOUT_MIN_MS = 30_000

/** Streams of all protocols that one connection may have open in one direction. */
export const STREAMS_PER_CONNECTION_MAX = 256
/** Opened but not yet accepted: libp2p closes the connection above this. */
export const STREAM_BACKLOG_MAX = 64
/** What a stream starts with: fills 20 Mbit/s at 100 ms. */
export const STREAM_WINDOW_INITIAL_BYTES = 262_144
/** What a stream may grow to. Above libp2p's read buffer (4 MiB) a paused reader would be reset. */
export const STREAM_WINDOW_MAX_BYTES = 1_048_576

/** Identify messages: addresses and protocols of an honest stage take about 1 kB. */
export const IDENTIFY_BYTES_MAX = 8_192
/** An identify that fails leaves a peer without protocols, and so without gossip: a busy small machine gets time for it. */
export const IDENTIFY_TIMEOUT_MS = 15_000
/** Pings answered at once for one peer. */
export const PING_STREAMS_MAX = 2

/** Our own table, never mixed with the wider IPFS one. */
export const KAD_PROTOCOL = '/bandstand/kad/1.0.0'
/** Queries answered at once for one peer: one walk has alpha = 3 in flight. */
export const KAD_STREAMS_MAX = 16
/** A bucket of Kademlia; 20 is the value of the paper and of the wider network. */
export const KAD_BUCKET = 20

/** Relayed connections carry the handshake and hole punching, not media: 1 MiB or two minutes. */
export const RELAY_BYTES_MAX = 1_048_576n
export const RELAY_DURATION_MS = 120_000
/** Peers that may hold a relay slot here. */
export const RELAY_RESERVATIONS_MAX = 32
export const RELAY_STREAMS_MAX = 32

/** Bootstrap waits for the listeners: a stage that is dialled back at once must be there. */
export const BOOTSTRAP_DELAY_MS = 200
/** How often the local network is asked for other stages. */
export const MDNS_INTERVAL_MS = 20_000
/** Apart from other libp2p programs on the same network. */
export const MDNS_SERVICE_TAG = 'bandstand.local'

/** Largest frame, which carries many messages when a peer asks for those it missed: 5,000 events of 350 B and some. */
export const GOSSIP_RPC_BYTES_MAX = 4_194_304
/** Bytes queued for a peer that reads slowly, then its stream is reset: two of the largest frames. */
export const GOSSIP_OUTBOUND_BYTES_MAX = 8_388_608
/** One stream each way is the protocol; a second exists for a moment while one is replaced. */
export const GOSSIP_STREAMS_MAX = 2
/** Remembered subscriptions of one peer: about 250 topics, so 125 communities; a stage follows tens. */
export const GOSSIP_TOPIC_BYTES_PER_PEER_MAX = 262_144
/** Ids seen are remembered this long: longer than any message travels; an author's sequence guards after that. */
export const GOSSIP_SEEN_MS = 120_000
/**
 * Items decoded per frame. Ids are what three heartbeats at 1,000 events a second announce, and some; a frame with
 * more of anything is dropped whole, so each is above what an honest peer sends.
 */
export const GOSSIP_RPC_LIMITS = {
  maxSubscriptions: 512,
  maxMessages: 5_000,
  maxIhaveMessageIDs: 5_000,
  maxIwantMessageIDs: 5_000,
  maxIdontwantMessageIDs: 512,
  maxControlMessages: 512,
  maxPeerInfos: 0,
} as const
/** Messages of one peer that wait for the validator. Above it they are dropped, and sync brings them later. */
export const GOSSIP_PENDING_PER_PEER_MAX = 1_024

/**
 * Scores: each rejected message costs `GOSSIP_INVALID_COST`, and half of what was lost returns every
 * `GOSSIP_INVALID_HALF_LIFE_MS`. Three rejected messages end gossip with a peer, ten make its messages unread.
 */
export const GOSSIP_INVALID_COST = 5
export const GOSSIP_INVALID_HALF_LIFE_MS = 600_000
export const GOSSIP_SCORE_THRESHOLDS = {
  gossipThreshold: -10,
  publishThreshold: -25,
  graylistThreshold: -45,
  acceptPXThreshold: 10,
  opportunisticGraftThreshold: 1,
} as const
/**
 * Broken promises (an announced message that was asked for and not sent in time, a graft too early) that cost nothing:
 * a busy small machine breaks some without malice, and gossipsub's none would end gossip with it.
 */
export const GOSSIP_BROKEN_PROMISES_FREE = 6
/** Peers on one address before they count as one party in disguise: a shared flat or office fits. */
export const GOSSIP_PEERS_PER_ADDRESS = 10
/** Remembered penalties: enough for every peer of a busy day. */
export const GOSSIP_PENALTIES_MAX = 4_096
