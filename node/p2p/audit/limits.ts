import type { SpendingLimits } from '../stream/spending.ts'

/** Bounds of the audit handler, with their reasons. The bounds of its messages are in `protocols/audit/v1/constants.ts`. */

/** Streams one peer may have open: a submission, a question about a head, and evidence. */
export const STREAMS_PER_PEER_MAX = 4
/** Inbound streams served at once, over all peers. */
export const STREAMS_MAX = 64
/** Submissions that are received or judged at once, over all peers: each holds its entries in memory. */
export const SUBMISSIONS_MAX = 8

/** A stream without a byte in either direction for this long is given up. */
export const IDLE_MS = 30_000
/** A client closes a stream that it does not use before the other side gives it up, ms. */
export const KEPT_MS = 15_000
/** Unused streams that a client keeps for each seat: one question at a time. */
export const KEPT_MAX = 1
/** Questions that wait for their turn with one seat: submissions come one at a time. */
export const WAITING_MAX = 16
/** Longest stream, also when a byte trickles in now and then: a submission at its largest over a slow link. */
export const STREAM_MS_MAX = 5 * 60 * 1_000
/** Longest wait for a seat's answer: it executes the batch in the meantime. */
export const ANSWER_MS_MAX = 60_000

/**
 * Requests of one peer a second: a sequencer commits once a second, and for payments that somebody waits for up to some fifty
 * times. Over the first rate it is told so, over the second its stream is reset.
 */
export const SPENDING: SpendingLimits = {
  asked: { burst: 128, perSecond: 64 },
  refused: { burst: 32, perSecond: 16 },
  peersMax: 1_024,
}
