import { equals } from 'uint8arrays/equals'
import type { LedgerFault } from '#node/ports/ledger.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Checkpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { extendRange, rangeRoot, readRange } from '#src/ledger/compact-range.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyConsistency } from '#src/ledger/merkle-verify.ts'
import { ledgerFault } from '../shared/faults.ts'
import type { CopiesContext } from './context.ts'
import type { Copy } from './copy.ts'
import { Draft } from './draft.ts'
import { refuseFork, refuseInvalid } from './found.ts'
import { keepHead } from './heads-kept.ts'
import { readBatch } from './reading.ts'

/** Consecutive entries and a signed head at or above their end. */
export interface Batch {
  readonly start: number
  readonly entries: readonly Uint8Array[]
  /** Read from `note`, whose log signature verified. */
  readonly checkpoint: Checkpoint
  readonly note: string
  /** From the end of the entries to the head's size; empty when they are equal. */
  readonly consistency: readonly Uint8Array[]
}

const mismatch = () =>
  ledgerFault('bad-signature', 'The entries are not those that the checkpoint signs; none was kept. Ask another stage.')

/** Whether `root` of the first `size` leaves is what the head covers. */
function covered(context: CopiesContext, { checkpoint, consistency }: Batch, size: number, root: Uint8Array): boolean {
  if (size === checkpoint.size) return equals(root, checkpoint.root)
  const proof = { from: size, to: checkpoint.size, fromRoot: root, toRoot: checkpoint.root, proof: consistency }
  return verifyConsistency(context.store.ports.hasher, proof)
}

/** Entries that are held already must be the same. What differs and is signed all the same is another history. */
async function sameAsHeld(
  context: CopiesContext,
  copy: Copy,
  batch: Batch,
  held: number,
): Promise<Result<null, LedgerFault>> {
  const { hasher } = context.store.ports
  const { node } = copy.tiles
  const leaves = batch.entries.slice(0, held).map(entry => leafHash(hasher, entry))
  const differs = leaves.findIndex((leaf, at) => !equals(leaf, node(0, batch.start + at)))
  if (differs < 0) return ok(null)
  let range = readRange(node, batch.start)
  for (const entry of batch.entries) range = extendRange(hasher, range, leafHash(hasher, entry))
  return covered(context, batch, range.size, rangeRoot(hasher, range))
    ? refuseFork(context, copy, batch.note, { start: batch.start, entries: batch.entries })
    : mismatch()
}

/** A head of a size that is held has the root that is held, or the log signed two histories. */
export async function checkHeld(context: CopiesContext, copy: Copy, batch: Batch): Promise<Result<null, LedgerFault>> {
  const { size, root } = batch.checkpoint
  if (size > copy.size() || equals(copy.tiles.root(size), root)) return ok(null)
  return refuseFork(context, copy, batch.note, { start: batch.start, entries: batch.entries })
}

export interface Grown {
  readonly added: number
  /** Entries, or a head, or that a head is final. */
  readonly news: boolean
}

const keepHeadAt = (context: CopiesContext, copy: Copy, { checkpoint, note }: Batch): boolean =>
  checkpoint.size <= copy.size() && keepHead(context, copy, checkpoint, note)

/**
 * Verifies, executes and keeps what a batch brings beyond the copy: all of it or nothing. Within the copy's turn. Answers
 * how many entries were new. 'conflict': the log signed another history, or an entry that breaks the rules.
 */
export async function growCopy(context: CopiesContext, copy: Copy, batch: Batch): Promise<Result<Grown, LedgerFault>> {
  const size = copy.size()
  const held = await checkHeld(context, copy, batch)
  if (!held.ok) return held
  const same = await sameAsHeld(context, copy, batch, Math.min(size - batch.start, batch.entries.length))
  if (!same.ok) return same
  const fresh = batch.entries.slice(size - batch.start)
  if (fresh.length === 0) return ok({ added: 0, news: keepHeadAt(context, copy, batch) })
  const bytes = fresh.reduce((sum, entry) => sum + entry.length, 0)
  if (copy.bytes() + bytes > context.logBytesMax)
    return ledgerFault('too-large', `This log is over the ${context.logBytesMax} bytes that are kept of one here.`)
  const reading = readBatch({ ...context.store.ports, checker: context.checker }, copy.row.community, fresh)
  const draft = new Draft(copy, reading, context.keepsLines(copy.row.community))
  if (!covered(context, batch, draft.size, draft.root())) {
    draft.discard()
    return mismatch()
  }
  const executed = draft.execute()
  const broken = executed.ok ? await reading.falseSignature() : executed.error
  if (broken !== null) {
    draft.discard()
    return refuseInvalid(context, copy, batch.note, fresh, broken)
  }
  draft.keep(context.store.db, () => {
    if (draft.size === batch.checkpoint.size) keepHead(context, copy, batch.checkpoint, batch.note)
  })
  context.grew(copy.row.community, size, copy.size())
  return ok({ added: fresh.length, news: true })
}
