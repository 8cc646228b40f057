import { equals } from 'uint8arrays/equals'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { verifyCheckpoint } from './checkpoint.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from './compact-range.ts'
import { checkEntry } from './entry-rules.ts'
import { leafHash } from './merkle.ts'
import { type RuleFault, ruleFault } from './rule-fault.ts'
import { applyEntry, createMemoryState, type LedgerView } from './state.ts'

export interface Replay {
  readonly size: number
  readonly root: Uint8Array
  readonly state: LedgerView
}

/**
 * Audits a whole log from its entries alone: every entry valid, every balance covered, and the signed checkpoint over
 * exactly these entries. The fault names the first entry that is wrong.
 */
export function replayLog(
  ports: { readonly hasher: Hasher; readonly verifier: Verifier },
  community: Uint8Array,
  entries: Iterable<Uint8Array>,
  checkpoint: string,
): Result<Replay, RuleFault> {
  const state = createMemoryState()
  let range = EMPTY_RANGE
  for (const bytes of entries) {
    const checked = checkEntry(ports, community, bytes)
    const effects = checked.ok ? applyEntry(state, checked.value) : checked
    if (!effects.ok) return ruleFault(effects.error.code, `entry ${range.size}: ${effects.error.message}`)
    state.commit(effects.value)
    range = extendRange(ports.hasher, range, leafHash(ports.hasher, bytes))
  }
  const head = verifyCheckpoint(ports, community, checkpoint)
  if (!head.ok) return ruleFault('bad-signature', head.error.message)
  const root = rangeRoot(ports.hasher, range)
  if (head.value.size !== range.size || !equals(head.value.root, root))
    return ruleFault('bad-entry', `the checkpoint is not of these ${range.size} entries`)
  return ok({ size: range.size, root, state })
}
