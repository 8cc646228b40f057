import type { AcceptedEvent } from './intake.ts'

/** One author's part of a community's event set. */
export interface VectorEntry {
  readonly author: Uint8Array
  /** Highest sequence held. */
  readonly seqMax: number
  /** How many events of this author are held; below `seqMax` there is a gap. */
  readonly count: number
}

/** Position of an event in reconciliation order: by time, then id. */
export interface EventKey {
  readonly at: number
  readonly id: Uint8Array
}

/** Append-only set of events per community. Reads used by sync; views over it live beside it in `node/store`. */
export interface EventStore {
  /** One transaction: append and project. For each event in order: true when it was new. Durable when it returns. */
  append(events: readonly AcceptedEvent[]): boolean[]
  has(id: Uint8Array): boolean
  /** Envelope bytes by id; ids that are not held are left out. */
  get(community: Uint8Array, ids: readonly Uint8Array[]): Uint8Array[]
  /** Every author's entry, or `null` when there are more than `authorsMax`. */
  vector(community: Uint8Array, authorsMax: number): VectorEntry[] | null
  /** Envelope bytes of one author with `seq > after`, ascending, at most `limit`. */
  byAuthor(community: Uint8Array, author: Uint8Array, after: number, limit: number): Uint8Array[]
  /** All keys in reconciliation order. */
  keys(community: Uint8Array): Iterable<EventKey>
  count(community: Uint8Array): number
  /** Highest sequence + 1 of an author in a community. */
  nextSeq(community: Uint8Array, author: Uint8Array): number
}
