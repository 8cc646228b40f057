import type { Snapshot } from './snapshot.ts'

/** One author's part of a community's events. */
export interface AuthorRow {
  readonly author: Uint8Array
  readonly seqMax: number
  readonly count: number
}

/** What a sync session may ask of one community's events. Reads only; events are opaque bytes here. */
export interface EventSet {
  /** The keys held at this moment. */
  snapshot(): Snapshot
  /** Every author's row, or `null` when there are more than `authorsMax`. */
  vector(authorsMax: number): readonly AuthorRow[] | null
  /** One author's events with `seq > after`, ascending, at most `limit`. */
  byAuthor(author: Uint8Array, after: number, limit: number): readonly Uint8Array[]
  /** By id; ids that are not held are left out. */
  get(ids: readonly Uint8Array[]): readonly Uint8Array[]
  /** Of these ids, those worth asking for: not held, and not refused before. */
  missing(ids: readonly Uint8Array[]): Uint8Array[]
  /** The sequence up to which this author's events were refused before; 0 when none were. */
  refusedUpTo(author: Uint8Array): number
  /** The sequence inside an event that `byAuthor` returned. */
  seqOf(event: Uint8Array): number
}
