/** Keys of communities as 64 hex digits: what plans are made with, so that they can be compared and sorted. */
export type CommunityHex = string

/** A transfer that left this log toward `next` and has no end here: one `out/` record of the state. */
export interface PendingOut {
  readonly next: CommunityHex
  /** This log's sequence toward `next`. */
  readonly sequence: number
  /** Leaf that asks `next`: the `transfer-out`, or the `transfer-in` that forwards. Null: in a generation that was closed, and not at hand. */
  readonly index: number | null
  /** When the payer's order ends, ms. */
  readonly expiry: number
  /** The community gave it up; only a late proof is still waited for. */
  readonly written: boolean
  /** `<code>/<scale>`: what a line is granted for. */
  readonly asset: string
  /** What `next` is owed when it delivers, fine units. */
  readonly net: bigint
}

/** One whose leaf can be shown. */
export type Shown = PendingOut & { readonly index: number }

/** How much this community may still give up on by itself, of what is on its way to a neighbour (`roomToGiveUp`). */
export interface Trust {
  readonly community: CommunityHex
  /** `<code>/<scale>`. */
  readonly asset: string
  /** Fine units. Nothing is given up for a neighbour and asset that is not named. */
  readonly room: bigint
}

/** Something that was decided here for a neighbour, and that the neighbour may not know yet. */
export interface Decided {
  readonly source: CommunityHex
  /** The source's sequence toward this log. */
  readonly sequence: number
  /** Leaf that shows it: a delivered or refused `transfer-in`, a `transfer-end`, or a `write-off`. */
  readonly index: number
}

/** A leaf of a neighbour that arrived and verified under a head that may be entered here, and waits for its turn. */
export interface Waiting {
  readonly from: CommunityHex
  /** `ask`: a transfer of theirs; `result`: their answer to one of ours. */
  readonly what: 'ask' | 'result'
  /** Theirs for an `ask`, ours for a `result`. */
  readonly sequence: number
}

/** What is known of one neighbour besides the log: memory of this process, empty after a start. */
export interface Neighbour {
  readonly community: CommunityHex
  readonly connected: boolean
  /** Not before this time (ms) is it spoken to again; 0 when at once. */
  readonly retryAt: number
  /** Highest of our sequences that it said it has taken; 0 when it has not said, or says now that it knows less. */
  readonly took: number
  /** When it was last asked about results, ms; 0 when it was not. */
  readonly askedAt: number
  /** From the state: the last sequence of theirs that entered here, 0 before the first. */
  readonly received: number
}

/** All that the relay decides from. Durable parts come from the log, the rest may be lost at any time. */
export interface RelayView {
  /** Entries under the newest head of this log that is certified: only those are shown to anybody. */
  readonly certified: number
  readonly pending: readonly PendingOut[]
  /** Decided here and not shown to the source in this process. */
  readonly decided: readonly Decided[]
  readonly waiting: readonly Waiting[]
  readonly neighbours: readonly Neighbour[]
  readonly trust: readonly Trust[]
}

/** What to do next. Each is idempotent: doing it twice, or after a crash again, changes nothing. */
export type RelayAct =
  /** Show the neighbour our leaves of these sequences, with the newest certified head. */
  | { readonly act: 'send'; readonly to: CommunityHex; readonly items: readonly Shown[] }
  /** Show the source what was decided. */
  | { readonly act: 'return'; readonly to: CommunityHex; readonly items: readonly Decided[] }
  /** Ask the neighbour what it decided about these of our sequences. */
  | { readonly act: 'ask'; readonly from: CommunityHex; readonly sequences: readonly number[] }
  /** Append a `transfer-in` for the neighbour's leaf: the machine says with what outcome. */
  | { readonly act: 'take'; readonly source: CommunityHex; readonly sequence: number }
  /** Append a `transfer-end` for our transfer with the proof that waits. */
  | { readonly act: 'end'; readonly next: CommunityHex; readonly sequence: number }
  /** Sign and append a `value/write-off`. */
  | { readonly act: 'write-off'; readonly next: CommunityHex; readonly sequence: number }
