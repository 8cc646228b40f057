import { equals } from 'uint8arrays/equals'
import type { Result } from '#protocols/codec/result.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { type CompactRange, extendRange, rangeRoot } from '../compact-range.ts'
import { leafHash } from '../merkle.ts'
import { type Consistency, verifyConsistency } from '../merkle-verify.ts'
import type { RuleFault } from '../rule-fault.ts'
import type { Execution } from './execution.ts'
import type { Committee, SeatHead, Submission } from './types.ts'

/** The seat's own copy of the log's tree, as it was at its head. */
export interface SeatTree {
  /** Root of the first `size` leaves of the copy, at most its head's; null when the copy cannot tell. */
  rootAt(size: number): Uint8Array | null
  /** Roots of the copy grown by these entries, at the given sizes, ascending. */
  grown(entries: readonly Uint8Array[], sizes: readonly number[]): readonly Uint8Array[]
  /** Whether the tree under the note begins with the tree at the head. */
  consistent(consistency: Consistency): boolean
}

/** What a seat's decision needs of its surroundings; nothing here writes. */
export interface SeatPorts {
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly tree: SeatTree
  /**
   * Verifies the entries' signatures and applies them to the state at the head, comparing every state root. The caller
   * undoes it unless the answer carries a new head.
   */
  readonly execute: (from: number, entries: readonly Uint8Array[]) => Result<Execution, RuleFault>
  /** The committee of this log in an epoch, without seats that were ejected; null for an epoch not known here. */
  readonly committeeOf: (epoch: number) => Committee | null
}

/** What a seat decides on, and what it knows. */
export interface JudgeInput {
  readonly community: Uint8Array
  /** The judging seat's key. */
  readonly seat: Uint8Array
  /** What this seat persisted for the submission's origin; null when nothing. */
  readonly head: SeatHead | null
  /**
   * What it persisted for the newest of all generations before, not only the last one: a generation that was never shown
   * must not stand between an audited log and its successor. Null when it persisted nothing.
   */
  readonly predecessor: SeatHead | null
  readonly submission: Submission
  readonly nowMs: number
  /** Newest epoch that the registry knows; 0 without a federation. */
  readonly epoch: number
  /** First epoch whose charter names the community (`joinedEpoch`); null when none does. */
  readonly joined: number | null
}

/** A tree that is known by its complete subtrees alone. Earlier roots come from whoever stores them. */
export function seatTree(
  hasher: Hasher,
  range: CompactRange,
  rootAt: (size: number) => Uint8Array | null = () => null,
): SeatTree {
  return {
    rootAt: size => (size === range.size ? rangeRoot(hasher, range) : rootAt(size)),
    grown(entries, sizes) {
      const roots: Uint8Array[] = []
      let grown = range
      const take = (): void => {
        while (sizes[roots.length] === grown.size) roots.push(rangeRoot(hasher, grown))
      }
      take()
      for (const entry of entries) {
        grown = extendRange(hasher, grown, leafHash(hasher, entry))
        take()
      }
      return roots
    },
    consistent: consistency =>
      consistency.from === 0
        ? consistency.proof.length === 0
        : equals(consistency.fromRoot, rangeRoot(hasher, range)) && verifyConsistency(hasher, consistency),
  }
}
