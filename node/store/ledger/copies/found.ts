import { equals } from 'uint8arrays/equals'
import type { LedgerFault } from '#node/ports/ledger.ts'
import type { Result } from '#protocols/codec/result.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { EVIDENCE_ENTRIES_MAX, STATE_ENTRIES_MAX } from '#protocols/ledger/v1/limits.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { divergenceOf, doubleCosignEvidence, forkEvidence, type History } from '#src/ledger/committee/evidence-build.ts'
import { readRange } from '#src/ledger/compact-range.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { appendedNodes, inclusionProof, leafHash, type NodeReader, rootAt } from '#src/ledger/merkle.ts'
import { ledgerFault } from '../shared/faults.ts'
import type { CopiesContext } from './context.ts'
import type { Copy } from './copy.ts'
import type { Broken } from './draft.ts'

const historyOf = (hasher: Hasher, node: NodeReader, size: number): History => ({
  size,
  rootAt: at => rootAt(hasher, node, at),
  leafAt: index => node(0, index),
  prove: (index, under) => inclusionProof(hasher, node, index, under),
})

/** A tree that shares its first `start` leaves with the copy and goes on with other entries. */
function otherNodes(hasher: Hasher, copy: Copy, start: number, entries: readonly Uint8Array[]): NodeReader {
  const own = new Map<string, Uint8Array>()
  const read: NodeReader = (level, index) => own.get(`${level}/${index}`) ?? copy.tiles.node(level, index)
  entries.forEach((entry, offset) => {
    for (const { level, index, hash } of appendedNodes(hasher, read, start + offset, leafHash(hasher, entry)))
      own.set(`${level}/${index}`, hash)
  })
  return read
}

/** What was shown beside the copy: entries that follow on its first `start`. */
export interface Shown {
  readonly start: number
  readonly entries: readonly Uint8Array[]
}

/** Proof of two histories, from what the copy has and what was shown; null when that does not suffice. */
function twoHistories({ store }: CopiesContext, copy: Copy, seen: string, { start, entries }: Shown) {
  const { hasher } = store.ports
  const second = parseCheckpoint(seen)
  if (!second.ok) return null
  const { size, root } = second.value
  const { community } = copy.row
  const same = copy.heads.get(size)
  if (same !== null && !equals(same.root, root)) return { community, first: same.note, second: seen, divergence: null }
  const last = copy.heads.last()
  if (last === null || last.size > copy.size() || start > copy.size() || start + entries.length !== size) return null
  const theirs = historyOf(hasher, otherNodes(hasher, copy, start, entries), size)
  if (!equals(theirs.rootAt(size), root)) return null
  const divergence = divergenceOf(historyOf(hasher, copy.tiles.node, last.size), theirs)
  return divergence === null ? null : { community, first: last.note, second: seen, divergence }
}

const FORK = 'this community signed two different histories of its log; nothing was added'

/** Keeps the proof, against the log and against every seat that signed both, and answers the refusal. */
export async function keepFork(context: CopiesContext, copy: Copy, seen: string, shown: Shown): Promise<boolean> {
  const notes = twoHistories(context, copy, seen, shown)
  if (notes === null) return false
  await context.evidence.keep(forkEvidence(notes))
  for (const evidence of doubleCosignEvidence(context.store.ports, notes)) await context.evidence.keep(evidence)
  return true
}

export async function refuseFork(
  context: CopiesContext,
  copy: Copy,
  seen: string,
  shown: Shown,
): Promise<Result<never, LedgerFault>> {
  const proven = await keepFork(context, copy, seen, shown)
  return ledgerFault('conflict', proven ? `${FORK}, and the proof is kept.` : `${FORK}.`)
}

/** Undoes what is executed beyond the last commit, reads the state there, and executes it again. */
function stateAtCommit({ store }: CopiesContext, copy: Copy): { size: number; pairs: [string, Uint8Array][] } {
  const machine = copy.machine()
  machine.rollback(copy.commitMark())
  const { size } = machine
  const pairs: [string, Uint8Array][] = []
  // Before a genesis there is no state to show.
  for (const [key, value] of size === 0 ? [] : machine.snapshot()) {
    if (pairs.length >= STATE_ENTRIES_MAX) break
    pairs.push([key, value])
  }
  for (const { body } of copy.entries.each(size)) {
    const read = readEntry(store.ports.hasher, copy.row.community, body)
    if (read.ok) machine.apply(read.value)
  }
  return { size, pairs }
}

/**
 * Keeps the proof that a signed head covers a batch that the rules refuse. `entries` follow on the copy up to the head.
 * Left out when the head lies further on, or the state is too large for one file: the refusal stands all the same.
 */
export async function keepInvalid(
  context: CopiesContext,
  copy: Copy,
  note: string,
  entries: readonly Uint8Array[],
): Promise<void> {
  const head = parseCheckpoint(note)
  if (!head.ok || head.value.size !== copy.size() + entries.length || copy.row.generation > 1) return
  const { size, pairs } = stateAtCommit(context, copy)
  const from = Math.max(0, size - 1)
  const all = [...copy.entries.bodies(from, copy.size() - from), ...entries]
  if (pairs.length >= STATE_ENTRIES_MAX || all.length > EVIDENCE_ENTRIES_MAX) return
  const peaks = readRange(copy.tiles.node, from).peaks.map(peak => peak.hash)
  const { community } = copy.row
  await context.evidence.keep({
    kind: 'invalid-transition',
    community,
    note,
    from,
    peaks,
    entries: all,
    snapshot: pairs,
  })
}

export async function refuseInvalid(
  context: CopiesContext,
  copy: Copy,
  note: string,
  entries: readonly Uint8Array[],
  { offset, fault }: Broken,
): Promise<Result<never, LedgerFault>> {
  await keepInvalid(context, copy, note, entries)
  return ledgerFault(
    'conflict',
    `this community signed entry ${copy.size() + offset}, which breaks the rules: ${fault.message}`,
  )
}
