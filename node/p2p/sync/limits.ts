/** Bounds of the sync handler, with their reasons. The bounds of its messages are in `protocols/sync/v1/constants.ts`. */

/** Streams one peer may have open: a few communities at once and a log fetch. */
export const STREAMS_PER_PEER_MAX = 8
/** Inbound sessions served at once, over all peers: each holds at most one batch (1 MiB) and a shared snapshot. */
export const SESSIONS_MAX = 32
/** Sessions that this stage runs at once about one community: a slow peer must not keep a quick one waiting. */
export const OUTBOUND_PER_COMMUNITY_MAX = 2

/** A session without a byte in either direction for this long is given up. */
export const IDLE_MS = 30_000

/**
 * Longest session, also when a byte trickles in now and then: a few peers that dawdle must not hold every place. What
 * came is kept, and the next session goes on from there.
 */
export const SESSION_MS_MAX = 10 * 60 * 1000

/** Session opens that one peer may spend at once, and how many it earns back a second: each costs a walk over the keys. */
export const OPENS_BURST = 64
export const OPENS_PER_SECOND = 1

/** Requests of one session: 2,000 batches of 512 kB are a gigabyte of events, and reconciliation adds hundreds. */
export const REQUESTS_PER_SESSION_MAX = 10_000
/** Bytes that a peer may push in one session: a community's whole history, and a bound all the same. */
export const INBOUND_BYTES_PER_SESSION_MAX = 2 * 1024 ** 3

/** Events of a batch that are in the intake at once: enough to share commits, few enough to leave the loop free between. */
export const SUBMIT_CONCURRENCY = 256
/** Events with a false signature or form in one session before the peer is left alone: an honest stage holds none. */
export const FORGED_MAX = 16

/** Keys kept packed for the next session, over all communities: 40 bytes each. */
export const SNAPSHOT_KEYS_MAX = 1_000_000
/** Appended keys remembered for a snapshot before reading everything again is as cheap: some 5 MB. */
export const ADDED_MAX = 65_536

/** Refused events remembered, so that they are not asked for again every minute. */
export const REFUSALS_MAX = 10_000
/** A refusal is believed this long: rules and bans change, and then the event is wanted after all. */
export const REFUSAL_MS = 30 * 60 * 1000

/** Anti-entropy: every community is compared with one random peer this often, give or take a quarter. */
export const INTERVAL_MS = 30_000

/** When both sides ask at once, how long the one that gives way waits for the other's session to arrive. */
export const LEAD_WAIT_MS = 5_000
