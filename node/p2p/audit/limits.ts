/** Bounds of the audit handler, with their reasons. The bounds of its messages are in `protocols/audit/v1/constants.ts`. */

/** Streams one peer may have open: a submission, a question about a head, and evidence. */
export const STREAMS_PER_PEER_MAX = 4
/** Inbound streams served at once, over all peers. */
export const STREAMS_MAX = 64
/** Submissions that are received or judged at once, over all peers: each holds its entries in memory. */
export const SUBMISSIONS_MAX = 8

/** A stream without a byte in either direction for this long is given up. */
export const IDLE_MS = 30_000
/** Longest stream, also when a byte trickles in now and then: a submission at its largest over a slow link. */
export const STREAM_MS_MAX = 5 * 60 * 1_000
/** Longest wait for a seat's answer: it executes the batch in the meantime. */
export const ANSWER_MS_MAX = 60_000

/** Requests that one peer may spend at once, and how many it earns back a second. A sequencer needs one a second. */
export const REQUESTS_BURST = 32
export const REQUESTS_PER_SECOND = 4
/** Requests over that, answered `busy`, before the stream is reset: from here on it is a flood. */
export const OVER_RATE_MAX = 32
/** Peers whose spending is remembered. */
export const PEERS_MAX = 1_024
