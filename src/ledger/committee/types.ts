import type { RuleFault } from '../rule-fault.ts'

/** One auditor of a log: cosigns once, and counts for as many seats as its stake holds. */
export interface Seat {
  /** Key name in notes: `bandstand.<member hex>/seat`. */
  readonly name: string
  readonly key: Uint8Array
  readonly operator: string
  readonly weight: number
}

/** Who certifies one community's log in one epoch. */
export interface Committee {
  readonly epoch: number
  readonly seats: readonly Seat[]
  /** n: 1, 4, 7, 13 or 21. 1 means that the log stands alone: it certifies itself. */
  readonly total: number
  /** floor(2n/3) + 1. */
  readonly quorum: number
}

/** What a seat keeps of one log; it persists this before any cosignature leaves. */
export interface SeatHead {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly stateRoot: Uint8Array
  /** Of the commit leaf that the head ends with. */
  readonly epoch: number
  /** Size at the first commit of that epoch. */
  readonly entered: number
  /** A quorum of the epoch before handed this very chain over to `epoch`. Until then its own committee does not cosign. */
  readonly handed: boolean
  /** The note that the log signed, without lines of others. */
  readonly note: string
  /** No further cosignature on this origin, ever. */
  readonly closed: boolean
}

/** What the sequencer sends for one batch. */
export interface Submission {
  readonly origin: string
  /** Size that the entries follow on. */
  readonly from: number
  readonly entries: readonly Uint8Array[]
  readonly note: string
  /** From size `from` to the note's size. */
  readonly consistency: readonly Uint8Array[]
  /** Notes with votes of old committees, newest epoch last. A log that owes one and shows none is voted for, not cosigned. */
  readonly handovers: readonly string[]
  /** Closing certificate of the predecessor; null for a first generation, or when `from` is above 0. */
  readonly closing: Uint8Array | null
}

export type SeatRefusal =
  | 'unknown-log'
  | 'not-a-seat'
  | 'bad-checkpoint'
  | 'bad-consistency'
  | 'bad-signature'
  | 'invalid-entry'
  | 'wrong-state'
  | 'time-off'
  | 'wrong-epoch'
  | 'not-handed-over'
  | 'not-closed'
  | 'closed'
  | 'fork'
  | 'busy'
  | 'disk-refused'

export type SeatAnswer =
  /** Persist `head`, then sign the note as its auditor (`cosignLine`). */
  | { readonly kind: 'cosign'; readonly head: SeatHead }
  /** Persist `head`, then sign the note as one of the committee that hands over (`voteLine`). */
  | { readonly kind: 'vote'; readonly head: SeatHead }
  /** Answer to a request to close: persist `head`, whose `closed` is set, then sign the close statement. */
  | { readonly kind: 'close'; readonly head: SeatHead }
  | { readonly kind: 'behind'; readonly size: number }
  | {
      readonly kind: 'refuse'
      readonly code: SeatRefusal
      readonly message: string
      /** What broke an entry, when one did. */
      readonly fault: RuleFault | null
    }
