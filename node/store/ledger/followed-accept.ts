import { equals } from 'uint8arrays/equals'
import type { StageErrorCode } from '#node/errors.ts'
import type { LedgerFault } from '#node/ports/community-log.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { decodeAnnouncement } from '#protocols/ledger/v1/codec.ts'
import type { AnnouncementFaultCode, ProvenAnnouncement } from '#src/ledger/announcement.ts'
import { checkEntry } from '#src/ledger/entry-rules.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { ledgerFault } from './faults.ts'
import {
  appendNext,
  contradicts,
  type Followed,
  heldNote,
  proofContradicts,
  refuseFork,
  refuseInvalid,
  settle,
} from './followed-rules.ts'
import { ANNOUNCED_MAX } from './followed-tables.ts'
import type { Head } from './tables.ts'

/** What a relaying peer is told; these are faults of the message, not of the community. */
export const ANNOUNCEMENT_CODES: { readonly [K in AnnouncementFaultCode]: StageErrorCode } = {
  malformed: 'bad-request',
  'bad-checkpoint': 'bad-signature',
  'bad-proof': 'bad-signature',
}

export interface AcceptedAnnouncement {
  readonly added: boolean
  readonly index: number
  readonly gap: boolean
}

/** Keeps an entry that lies beyond a gap on its own proof, until the log fetch brings what is before it. */
function keepBeyondGap(log: Followed, proven: ProvenAnnouncement, head: Head, message: Uint8Array) {
  const { tables, hasher } = log
  const { index, entry } = proven.announcement
  const before = tables.announced(index)
  const decoded = before === null ? null : decodeAnnouncement(before)
  if (decoded?.ok) {
    if (equals(leafHash(hasher, decoded.value.entry), proven.leaf)) return ok({ added: false, index, gap: true })
    return refuseFork(log, head, decoded.value.checkpoint, message)
  }
  const checked = checkEntry(log, log.community, entry)
  if (!checked.ok) return refuseInvalid(log, head, entry, checked.error)
  if (tables.announcedCount() >= ANNOUNCED_MAX)
    return ledgerFault('rate-limited', 'too many receipts wait for the entries before them; fetch the log first')
  tables.putAnnounced(index, message)
  tables.keepHead(head)
  return ok({ added: true, index, gap: true })
}

/** Inside a transaction, on an announcement whose proofs verified. */
export function acceptAnnouncement(
  log: Followed,
  proven: ProvenAnnouncement,
  message: Uint8Array,
): Result<AcceptedAnnouncement, LedgerFault> {
  const { tables } = log
  const { index, entry, checkpoint: note } = proven.announcement
  const head: Head = { size: proven.checkpoint.size, root: proven.checkpoint.root, note }
  const held = contradicts(log, head)
  if (held !== null) return refuseFork(log, head, held, message)
  if (proofContradicts(log, proven)) return refuseFork(log, head, heldNote(log), message)
  if (index > tables.size()) return keepBeyondGap(log, proven, head, message)
  if (index < tables.size()) {
    settle(log, head)
    return ok({ added: false, index, gap: false })
  }
  const appended = appendNext(log, entry)
  if (!appended.ok) return refuseInvalid(log, head, entry, appended.error)
  // The proof is needed for as long as no head reaches exactly to entries that are held.
  tables.putAnnounced(index, message)
  settle(log, head)
  return ok({ added: true, index, gap: false })
}
