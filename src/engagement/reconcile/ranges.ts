import { BUCKETS, IDS_MAX, LEAF_EVENTS, RANGES_MAX } from '#protocols/sync/v1/constants.ts'
import type { Bound, Range } from '#protocols/sync/v1/ranges.ts'
import { compareIds, hexOf } from './bytes.ts'
import type { Snapshot } from './snapshot.ts'

/** What one pass over a peer's ranges found. */
export interface Reconciled {
  /** The answer; empty when nothing is left to compare. */
  readonly ranges: readonly Range[]
  /** Held here, not there. */
  readonly have: readonly Uint8Array[]
  /** Held there, not here. */
  readonly need: readonly Uint8Array[]
}

/** Room in one message; a split of one range always fits beside the closing range. */
export interface Room {
  readonly rangesMax: number
  readonly idsMax: number
  /** Bounds `have`; `Infinity` for the side that does not put it into a message. */
  readonly haveMax: number
}

export const INITIATOR_ROOM: Room = { rangesMax: RANGES_MAX, idsMax: IDS_MAX, haveMax: Number.POSITIVE_INFINITY }
export const RESPONDER_ROOM: Room = { rangesMax: RANGES_MAX, idsMax: IDS_MAX, haveMax: IDS_MAX }

/** The opening of a reconciliation: everything, as one fingerprint. */
export function wholeRange(snapshot: Snapshot): Range[] {
  return [{ upper: null, mode: 'fingerprint', fingerprint: snapshot.fingerprint(0, snapshot.size) }]
}

class Answer {
  readonly ranges: Range[] = []
  readonly have: Uint8Array[] = []
  readonly need: Uint8Array[] = []
  readonly #snapshot: Snapshot
  readonly #room: Room
  #ids = 0
  /** Where a run of ranges that need no answer ends, until something follows it. */
  #skippedTo: Bound | null | undefined

  constructor(snapshot: Snapshot, room: Room) {
    this.#snapshot = snapshot
    this.#room = room
  }

  skip(upper: Bound | null): void {
    this.#skippedTo = upper
  }

  #push(range: Range): void {
    if (this.#skippedTo !== undefined) this.ranges.push({ upper: this.#skippedTo, mode: 'skip' })
    this.#skippedTo = undefined
    this.ranges.push(range)
  }

  /** Whether the worst answer to one more range still fits: a skip, a split, and the closing fingerprint. */
  fits(): boolean {
    return (
      this.ranges.length + BUCKETS + 2 <= this.#room.rangesMax &&
      this.#ids + LEAF_EVENTS <= this.#room.idsMax &&
      this.have.length < this.#room.haveMax
    )
  }

  /** Leaves everything from here to the end for the next message. */
  close(from: number): void {
    this.#push({ upper: null, mode: 'fingerprint', fingerprint: this.#snapshot.fingerprint(from, this.#snapshot.size) })
  }

  /** Says more about a range that differs: its ids when they are few, else finer fingerprints. */
  split(from: number, to: number, upper: Bound | null): void {
    const size = to - from
    if (size <= LEAF_EVENTS) {
      const ids = Array.from({ length: size }, (_, i) => this.#snapshot.id(from + i))
      this.#ids += size
      this.#push({ upper, mode: 'ids', ids })
      return
    }
    const buckets = Math.min(BUCKETS, Math.ceil(size / LEAF_EVENTS))
    for (let bucket = 0; bucket < buckets; bucket++) {
      const start = from + Math.floor((size * bucket) / buckets)
      const end = from + Math.floor((size * (bucket + 1)) / buckets)
      const fingerprint = this.#snapshot.fingerprint(start, end)
      this.#push({ upper: end === to ? upper : this.#snapshot.boundAt(end), mode: 'fingerprint', fingerprint })
    }
  }

  /** Compares a list with what is held. Answers the index up to which `have` is complete: below `to` when it is full. */
  resolve(from: number, to: number, theirs: readonly Uint8Array[]): number {
    const unmatched = new Map(theirs.map(id => [hexOf(id), id]))
    let reached = to
    for (let index = from; index < to; index++) {
      const id = this.#snapshot.id(index)
      if (unmatched.delete(hexOf(id))) continue
      if (this.have.length < this.#room.haveMax) this.have.push(id)
      else reached = Math.min(reached, index)
    }
    // Whole even when `have` is not: a need below `reached` would not be seen again.
    this.need.push(...unmatched.values())
    return reached
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => compareIds(a, b) === 0

/**
 * One pass of range-based set reconciliation: what to answer to a peer's ranges, and which events turned out to differ.
 * Pure; time is one walk over the snapshot whatever the peer sends, because its bounds rise.
 */
export function reconcile(snapshot: Snapshot, theirs: readonly Range[], room: Room): Reconciled {
  const answer = new Answer(snapshot, room)
  let from = 0
  for (const range of theirs) {
    if (!answer.fits()) {
      answer.close(from)
      return answer
    }
    const to = snapshot.lowerBound(range.upper, from)
    if (range.mode === 'skip') answer.skip(range.upper)
    else if (range.mode === 'fingerprint') {
      if (sameBytes(snapshot.fingerprint(from, to), range.fingerprint)) answer.skip(range.upper)
      else answer.split(from, to, range.upper)
    } else {
      const reached = answer.resolve(from, to, range.ids)
      if (reached < to) {
        answer.skip(snapshot.boundAt(reached))
        answer.close(reached)
        return answer
      }
      answer.skip(range.upper)
    }
    from = to
  }
  return answer
}
