const MIB = 1024 * 1024

/** Streams one peer may hold open to us: one for its prefetch, one for what it plays, and two being replaced. */
export const STREAMS_PER_PEER_MAX = 4

/** Blocks of one peer read or being sent at once: enough to hide the disk. A slow peer holds no more than these. */
export const READS_PER_PEER_MAX = 4

/** Blocks of all peers read or being sent at once: 64 MiB of 1 MiB blocks, 128 MiB at worst, however many peers ask. */
export const READS_MAX = 64

/** Requests waiting for a read slot, over all peers, beyond which the answer is "busy". */
export const WAITING_MAX = 512

/** A served stream without traffic is closed after this. Longer than a client keeps an unused stream. */
export const SERVER_IDLE_MS = 60_000

/** A client closes a stream it has not used for this long: the next play of the same album finds it open. */
export const CLIENT_IDLE_MS = 20_000

/** Without a single byte for this long a holder counts as stalled. Progress, not completion: slow links are fine. */
export const STALL_MS = 10_000

/** Requests in flight to one holder: at least two, so that a link never waits for us; */
export const DEPTH_MIN = 2
/** before its speed is known; */
export const DEPTH_START = 4
/** and at most, which is 16 MiB of 1 MiB blocks. */
export const DEPTH_MAX = 16

/** How much of a holder's measured speed is kept in flight: what a seek waits behind on a slow link. */
export const DEPTH_TARGET_MS = 400

/** A holder that said not-found is asked for that block again after this: it may be fetching it itself. */
export const NOT_FOUND_MS = 5_000
/** A busy holder is asked again after this. */
export const BUSY_MS = 500
/** A holder whose stream failed is asked again after this, doubled for each failure in a row, */
export const BACKOFF_MS = 250
/** up to this. */
export const BACKOFF_MS_MAX = 10_000

/** How long a want may be without any holder left to ask before it fails with 'no-holder'. */
export const NO_HOLDER_MS = 3_000

/** A block is asked of a second, idle holder once the first has had it this many times longer than the second needs. */
export const HEDGE_FACTOR = 3
/** and never before this. */
export const HEDGE_MS_MIN = 500

/** How often wants are looked over for expired refusals, hedging and missing holders. */
export const TICK_MS = 200

/** Unread bytes above which a holder is paused: with its window, the most that piles up behind a busy event loop. */
export const CLIENT_HIGH_WATER_BYTES = 2 * MIB
