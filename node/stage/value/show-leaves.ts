import type { OwnLog } from '#node/ports/ledger.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { LEAVES_MAX } from '#protocols/value/v1/constants.ts'
import type { KnownHead, Leaves, ProvenLeaf } from '#protocols/value/v1/messages.ts'

/** Bytes of leaves in one message: beside them it holds a note and proofs. */
const LEAF_BYTES_SHOWN_MAX = 192 * 1_024
/** A hash with its length, in a message. */
const HASH_BYTES = 34

/** The newest certified head of the own log. */
export interface OwnHead extends KnownHead {
  readonly note: string
}

/** Null before anything was certified. */
export function ownHead(ledger: Pick<OwnLog, 'certified'>): OwnHead | null {
  const note = ledger.certified()
  const parsed = parseCheckpoint(note)
  const name = parsed.ok ? parseOrigin(parsed.value.origin) : null
  if (!parsed.ok || name === null || parsed.value.size === 0) return null
  return { note, size: parsed.value.size, generation: name.generation }
}

/** A log of which leaves can be shown. */
export type ShownSource = Pick<OwnLog, 'certified' | 'entries' | 'inclusion' | 'consistencyProof'>

/**
 * Leaves of the own log with what proves them to whoever knows `known` of it: the newest certified head, and how it continues.
 * As many of `indexes` as fit one message, in their order. Null when there is nothing certified that can be shown.
 */
export function showLeaves(ledger: ShownSource, known: KnownHead, indexes: readonly number[]): Leaves | null {
  const head = ownHead(ledger)
  if (head === null) return null
  const { size, note, generation } = head
  const from = known.generation === generation ? known.size : 0
  const [commit] = ledger.entries(size - 1, 1)
  if (commit === undefined || from > size || known.generation > generation) return null
  const items: ProvenLeaf[] = []
  let bytes = 0
  for (const index of indexes) {
    const [leaf] = index < size ? ledger.entries(index, 1) : []
    if (leaf === undefined) continue
    const path = ledger.inclusion(index, size)
    bytes += leaf.length + path.length * HASH_BYTES
    if (items.length === LEAVES_MAX || (items.length > 0 && bytes > LEAF_BYTES_SHOWN_MAX)) break
    items.push({ index, leaf, path })
  }
  const consistency = from === 0 || from === size ? [] : ledger.consistencyProof(from, size)
  return { note, commit, commitPath: ledger.inclusion(size - 1, size), consistency, items }
}
