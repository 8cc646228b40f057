import type { CommunityLog, FollowedLogs, ReceiptRecord } from '#node/ports/community-log.ts'
import type { Answer } from '#protocols/sync/v1/codec.ts'
import { BATCH_BYTES } from '#protocols/sync/v1/constants.ts'
import type { Channel } from './session.ts'
import { SyncError } from './sync-error.ts'

/**
 * Entries in one answer. Each costs the receiver two signatures and a dozen rows in one transaction, so a full batch of
 * the protocol would hold its loop for most of a second; this many are some 80 kB, which a slow link hardly notices.
 */
const ENTRIES_MAX = 256

/**
 * A batch of the log from `from`, the current checkpoint, and the proof that the tree of everything up to the end of
 * the batch is a prefix of the tree of the checkpoint.
 */
export function logBatch(log: CommunityLog, from: number): Answer {
  const size = log.size()
  const entries: Uint8Array[] = []
  let bytes = 0
  for (const entry of log.entries(from, ENTRIES_MAX)) {
    if (bytes >= BATCH_BYTES) break
    entries.push(entry)
    bytes += entry.length
  }
  const end = from + entries.length
  const consistency = end > 0 && end < size ? log.consistencyProof(end, size) : []
  return { t: 'entries', entries, checkpoint: log.checkpoint(), consistency, more: end < size }
}

/** Fetches what is missing of a followed community's log. Answers the new receipts, verified and kept. */
export async function fetchLog(
  channel: Channel,
  logs: FollowedLogs,
  community: Uint8Array,
  kept: (receipts: readonly ReceiptRecord[]) => void,
): Promise<number> {
  let added = 0
  for (;;) {
    const from = logs.contiguous(community)
    const answer = await channel.ask({ t: 'log', community, from })
    if (answer.t === 'error') throw new SyncError(answer.code, answer.message)
    if (answer.t !== 'entries') throw new SyncError('unexpected-answer', 'The other stage did not answer with entries.')
    if (answer.entries.length === 0) return added
    const extended = logs.extend(community, from, answer.entries, answer.checkpoint, answer.consistency)
    if (!extended.ok) throw new SyncError('bad-log', extended.error.message)
    added += extended.value.length
    kept(extended.value)
    if (!answer.more) return added
    if (logs.contiguous(community) <= from) throw new SyncError('no-progress', 'The log did not get any longer.')
  }
}
