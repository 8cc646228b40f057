import type { Result } from '#protocols/codec/result.ts'
import type { RuleFault } from '../rule-fault.ts'
import type { Meta } from './records.ts'
import { asResult } from './refusal.ts'
import type { Run, World } from './world.ts'

/** Leaf of an entry that is only asked about: its bytes do not exist yet. */
export const NO_LEAF: Uint8Array = new Uint8Array(32)

export const newRun = (world: World, index: number, at: number, leaf: Uint8Array): Run => ({
  world,
  index,
  at,
  period: (world.meta.value as Meta | undefined)?.period ?? '',
  leaf,
  postings: [],
  lines: [],
  statements: [],
})

/** Runs to the end, or undoes everything and answers why not. */
export function attempt<T>({ state }: World, work: () => T): Result<T, RuleFault> {
  const start = state.here()
  return asResult(() => {
    try {
      return work()
    } catch (cause) {
      state.undo(start)
      throw cause
    }
  })
}

/** Executes for the answer alone. */
export function tried<T>({ state }: World, work: () => T): Result<T, RuleFault> {
  const start = state.here()
  try {
    return asResult(work)
  } finally {
    state.undo(start)
  }
}
