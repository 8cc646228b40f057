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
  readonly epoch: number
  /** The signed note, as it was cosigned. */
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
  | 'closed'
  | 'fork'
  | 'busy'
  | 'disk-refused'

export type SeatAnswer =
  | { readonly kind: 'cosign'; readonly head: SeatHead }
  | { readonly kind: 'behind'; readonly size: number }
  | {
      readonly kind: 'refuse'
      readonly code: SeatRefusal
      readonly message: string
      /** What broke an entry, when one did. */
      readonly fault: RuleFault | null
    }
