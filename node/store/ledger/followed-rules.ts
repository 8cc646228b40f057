import { equals } from 'uint8arrays/equals'
import type { LedgerFault } from '#node/ports/community-log.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { checkAnnouncement, type ProvenAnnouncement } from '#src/ledger/announcement.ts'
import { checkEntry } from '#src/ledger/entry-rules.ts'
import { leafHash, rootAt } from '#src/ledger/merkle.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import { applyEntry } from '#src/ledger/state.ts'
import { ledgerFault } from './faults.ts'
import type { FollowedTables } from './followed-tables.ts'
import type { Head } from './tables.ts'

export interface FollowedPorts {
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
}

/** One followed log at work: its rows, its key, and what the rules need. */
export interface Followed extends FollowedPorts {
  readonly community: Uint8Array
  readonly tables: FollowedTables
}

const NO_MESSAGE = new Uint8Array(0)

/** Keeps the proof and answers the refusal. */
export function refuseFork(
  log: Followed,
  seen: Head,
  held: string,
  message: Uint8Array = NO_MESSAGE,
): Result<never, LedgerFault> {
  const noticedAt = log.clock.nowMs()
  log.tables.addEvidence({ kind: 'fork', size: seen.size, held, seen: seen.note, message, noticedAt })
  return ledgerFault(
    'conflict',
    'this community signed two different histories of its log; the proof is kept and nothing was added',
  )
}

export function refuseInvalid(log: Followed, seen: Head, entry: Uint8Array, fault: RuleFault) {
  const held = log.tables.headUpTo(log.tables.size())?.note ?? ''
  const noticedAt = log.clock.nowMs()
  log.tables.addEvidence({ kind: 'invalid-entry', size: seen.size, held, seen: seen.note, message: entry, noticedAt })
  return ledgerFault('conflict', `this community signed an entry that breaks the rules: ${fault.message}`)
}

/** Note of a held head that a contradicting one is shown beside. */
export const heldNote = ({ tables }: Followed): string =>
  (tables.headUpTo(tables.size()) ?? tables.lastHead())?.note ?? ''

/** A signed head contradicts what is held: another root at a size that is known. Answers the held note, or `null`. */
export function contradicts(log: Followed, head: Head): string | null {
  const { tables, hasher } = log
  const same = tables.head(head.size)
  if (same !== null) return equals(same.root, head.root) ? null : same.note
  if (head.size > tables.size() || head.size === 0) return null
  return equals(rootAt(hasher, tables.node, head.size), head.root) ? null : heldNote(log)
}

/** The entry's proof fixes another history before it, or another entry in its place, than is held. */
export function proofContradicts({ tables, hasher }: Followed, proven: ProvenAnnouncement): boolean {
  const { index } = proven.announcement
  const size = tables.size()
  if (index < size && !equals(proven.leaf, tables.leaf(index))) return true
  return proven.prefix !== null && index <= size && !equals(proven.prefix, rootAt(hasher, tables.node, index))
}

/** Checks and executes the next entry. The caller has proven that a signed head covers it at this place. */
export function appendNext(log: Followed, entry: Uint8Array): Result<null, RuleFault> {
  const checked = checkEntry(log, log.community, entry)
  if (!checked.ok) return checked
  const effects = applyEntry(log.tables, checked.value)
  if (!effects.ok) return effects
  log.tables.append(log.hasher, entry, leafHash(log.hasher, entry), effects.value)
  return { ok: true, value: null }
}

/** Appends announcements that waited for the entries before them, as far as they now follow on. */
function absorb(log: Followed): void {
  const { tables } = log
  for (;;) {
    const index = tables.size()
    const message = tables.announced(index)
    const proven = message === null ? null : checkAnnouncement(log, log.community, message)
    if (message === null || proven === null) return
    if (proven.ok) {
      const { size, root } = proven.value.checkpoint
      const head: Head = { size, root, note: proven.value.announcement.checkpoint }
      if (proofContradicts(log, proven.value)) {
        refuseFork(log, head, heldNote(log), message)
        // The other history must not stand in the way of the one that is followed.
        tables.dropHead(head.size)
      } else {
        const appended = appendNext(log, proven.value.announcement.entry)
        if (appended.ok) continue
        refuseInvalid(log, head, proven.value.announcement.entry, appended.error)
      }
    }
    tables.dropAnnounced(index)
    return
  }
}

/** After entries were appended: absorbs what waited, then keeps of the heads within reach only the highest that holds. */
export function settle(log: Followed, latest: Head): void {
  const { tables, hasher } = log
  tables.keepHead(latest)
  absorb(log)
  let anchor: Head | null = null
  for (const head of tables.headsUpTo(tables.size())) {
    if (equals(head.root, rootAt(hasher, tables.node, head.size))) anchor = head
    else {
      refuseFork(log, head, latest.note)
      tables.dropHead(head.size)
    }
  }
  if (anchor === null) return
  tables.dropHeadsBelow(anchor.size)
  tables.dropAnnouncedBelow(anchor.size)
}
