import type { SpendingLimits } from '../stream/spending.ts'

/** Bounds of the value handler, with their reasons. The bounds of its messages are in `protocols/value/v1/constants.ts`. */

/** Streams one peer may have open: one that is kept for payments, and some for what is asked beside them. */
export const STREAMS_PER_PEER_MAX = 6
/** Inbound streams served at once, over all peers. */
export const STREAMS_MAX = 128
/** Requests that are worked on at once, over all peers: each holds its message in memory. */
export const WORK_MAX = 32

/** A stream without a byte in either direction for this long is given up. */
export const IDLE_MS = 60_000
/** A client closes a stream that it does not use before the other side gives it up. */
export const KEPT_MS = 30_000
/** Unused streams that a client keeps for each peer: opening one costs a round trip more. */
export const KEPT_MAX = 4
/** Questions that wait for their turn with one peer: a hall of fans who ask for quotes at once. */
export const WAITING_MAX = 512
/** Longest wait for an answer: a quote over several hops asks each of them. */
export const ANSWER_MS_MAX = 30_000

/** Requests of one peer a second: a quote for each payment, and a batch and a result for each certificate. Each takes a fraction of a millisecond. */
export const SPENDING: SpendingLimits = {
  asked: { burst: 1_024, perSecond: 512 },
  refused: { burst: 256, perSecond: 64 },
  peersMax: 1_024,
}
