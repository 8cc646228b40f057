import type { LogCopies } from '#node/ports/ledger.ts'
import type { Answer } from '#protocols/sync/v1/codec.ts'
import { BATCH_BYTES } from '#protocols/sync/v1/constants.ts'
import type { Channel } from './session.ts'
import { SyncError } from './sync-error.ts'

/** A log that can be handed on: the own one, or a verified copy. */
export interface LogSource {
  /** Newest signed note that the entries reach to. */
  checkpoint(): string
  /** Size under that note. */
  size(): number
  entries(start: number, limit: number): Uint8Array[]
  consistencyProof(from: number, to: number): Uint8Array[]
}

/**
 * Entries in one answer. Each costs the receiver signatures, an execution and rows in one transaction, so a full batch of
 * the protocol would hold its loop for most of a second; this many are some 80 kB, which a slow link hardly notices.
 */
const ENTRIES_MAX = 256

/**
 * A batch of the log from `from`, the current checkpoint, and the proof that the tree of everything up to the end of
 * the batch is a prefix of the tree of the checkpoint.
 */
export function logBatch(log: LogSource, from: number): Answer {
  const size = log.size()
  const entries: Uint8Array[] = []
  let bytes = 0
  for (const entry of log.entries(from, Math.min(ENTRIES_MAX, Math.max(0, size - from)))) {
    if (bytes >= BATCH_BYTES) break
    entries.push(entry)
    bytes += entry.length
  }
  const end = from + entries.length
  const consistency = end > 0 && end < size ? log.consistencyProof(end, size) : []
  return { t: 'entries', entries, checkpoint: log.checkpoint(), consistency, more: end < size }
}

type Entries = Extract<Answer, { t: 'entries' }>

async function ask(channel: Channel, community: Uint8Array, from: number): Promise<Entries> {
  const answer = await channel.ask({ t: 'log', community, from })
  if (answer.t === 'error') throw new SyncError(answer.code, answer.message)
  if (answer.t !== 'entries') throw new SyncError('unexpected-answer', 'The other stage did not answer with entries.')
  return answer
}

const originLine = (note: string | null): string | undefined => note?.split('\n', 1)[0]

/** Fetches what is missing of a community's log. Answers how many entries were new; they were verified and kept. */
export async function fetchLog(channel: Channel, copies: LogCopies, community: Uint8Array): Promise<number> {
  let added = 0
  for (;;) {
    let from = copies.contiguous(community)
    let answer = await ask(channel, community, from)
    const held = originLine(copies.checkpoint(community))
    if (from > 0 && held !== undefined && held !== originLine(answer.checkpoint)) {
      // The log goes on under another name: its successor counts from nought.
      from = 0
      answer = await ask(channel, community, from)
    }
    if (answer.entries.length === 0) return added
    const { entries, checkpoint, consistency } = answer
    const extended = await copies.extend(community, from, entries, checkpoint, consistency)
    if (!extended.ok) throw new SyncError('bad-log', extended.error.message)
    added += extended.value.length
    if (!answer.more) return added
    if (copies.contiguous(community) <= from) throw new SyncError('no-progress', 'The log did not get any longer.')
  }
}
