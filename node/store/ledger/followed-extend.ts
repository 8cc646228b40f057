import { equals } from 'uint8arrays/equals'
import type { LedgerFault, ReceiptRecord } from '#node/ports/community-log.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { extendRange, rangeRoot, readRange } from '#src/ledger/compact-range.ts'
import { leafHash, rootAt } from '#src/ledger/merkle.ts'
import { verifyConsistency } from '#src/ledger/merkle-verify.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import { ledgerFault } from './faults.ts'
import { appendNext, contradicts, type Followed, refuseFork, refuseInvalid, settle } from './followed-rules.ts'
import { recordOf } from './records.ts'
import type { Head } from './tables.ts'

/** A batch of a log fetch. */
export interface Batch {
  readonly start: number
  readonly entries: readonly Uint8Array[]
  readonly head: Head
  readonly consistency: readonly Uint8Array[]
}

const mismatch = () =>
  ledgerFault('bad-signature', 'the entries are not those that the checkpoint signs; none was kept, ask another stage')

/** Whether these entries, placed after what is held, are a beginning of the tree that the head signs. */
function belongs({ tables, hasher }: Followed, { start, entries, head, consistency }: Batch): boolean {
  const size = tables.size()
  const end = start + entries.length
  const leaves = entries.map(entry => leafHash(hasher, entry))
  if (leaves.some((leaf, at) => start + at < size && !equals(leaf, tables.leaf(start + at)))) return false
  let range = readRange(tables.node, size)
  for (const leaf of leaves.slice(size - start)) range = extendRange(hasher, range, leaf)
  const root = end < size ? rootAt(hasher, tables.node, end) : rangeRoot(hasher, range)
  if (end === head.size) return equals(root, head.root)
  // Nothing is claimed of an empty beginning, so there is nothing to prove.
  if (end === 0) return consistency.length === 0
  return verifyConsistency(hasher, { from: end, to: head.size, fromRoot: root, toRoot: head.root, proof: consistency })
}

/** Appends all or nothing, so that a batch with an invalid entry leaves only the evidence behind. */
function appendAll(
  log: Followed,
  savepoint: Savepoint,
  entries: readonly Uint8Array[],
): [Uint8Array, RuleFault] | null {
  savepoint.begin()
  for (const entry of entries) {
    const appended = appendNext(log, entry)
    if (!appended.ok) {
      savepoint.rollback()
      return [entry, appended.error]
    }
  }
  savepoint.release()
  return null
}

export interface Savepoint {
  begin(): void
  release(): void
  rollback(): void
}

/** Inside a transaction, with a head whose signature verified. */
export function extendLog(log: Followed, savepoint: Savepoint, batch: Batch): Result<ReceiptRecord[], LedgerFault> {
  const { tables, community } = log
  const { start, entries, head } = batch
  const size = tables.size()
  if (!Number.isSafeInteger(start) || start < 0 || start > size)
    return ledgerFault('bad-request', `entries before number ${start} are missing; fetch from number ${size}`)
  const held = contradicts(log, head)
  if (held !== null) return refuseFork(log, head, held)
  if (start + entries.length > head.size || !belongs(log, batch)) return mismatch()
  const fresh = entries.slice(size - start)
  const shownBefore = new Set(tables.announcedFrom(size, Number.MAX_SAFE_INTEGER).map(row => row.index))
  const refused = appendAll(log, savepoint, fresh)
  if (refused !== null) return refuseInvalid(log, head, ...refused)
  settle(log, head)
  return ok(
    fresh
      .map((entry, at) => recordOf(community, size + at, entry, tables.leaf(size + at)))
      .filter(record => !shownBefore.has(record.index)),
  )
}
