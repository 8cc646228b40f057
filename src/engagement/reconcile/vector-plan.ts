import type { AuthorCursor, VectorRow } from '#protocols/sync/v1/codec.ts'
import { hexOf } from './bytes.ts'
import type { EventSet } from './event-set.ts'

export interface VectorPlan {
  /** Authors of whom the other side holds later events. */
  readonly wanted: readonly AuthorCursor[]
  /** Authors of whom this side holds later events. */
  readonly offered: readonly AuthorCursor[]
}

const NOTHING: VectorPlan = { wanted: [], offered: [] }

/**
 * Compares highest sequences. Finds the tails that a stage missed while it was away, which is nearly always all;
 * gaps below the highest sequence and equal sequences are left to range reconciliation.
 */
export function planByVector(set: EventSet, theirs: readonly VectorRow[] | null, authorsMax: number): VectorPlan {
  const mine = theirs === null ? null : set.vector(authorsMax)
  if (theirs === null || mine === null) return NOTHING
  const held = new Map(mine.map(row => [hexOf(row.author), row.seqMax]))
  const wanted: AuthorCursor[] = []
  const seen = new Map<string, number>()
  for (const [author, seqMax] of theirs) {
    seen.set(hexOf(author), seqMax)
    const after = Math.max(held.get(hexOf(author)) ?? 0, set.refusedUpTo(author))
    if (seqMax > after) wanted.push([author, after])
  }
  const offered: AuthorCursor[] = []
  for (const { author, seqMax } of mine) {
    const after = seen.get(hexOf(author)) ?? 0
    if (seqMax > after) offered.push([author, after])
  }
  return { wanted, offered }
}
