import { equals } from 'uint8arrays/equals'
import type { LedgerFault, LogCopies, LogRecord } from '#node/ports/ledger.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type Announcement, decodeTopicMessage } from '#protocols/ledger/v1/announcement.ts'
import { type Checkpoint, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { verifyLogNote } from '#src/ledger/committee/notes.ts'
import { faultOf, ledgerFault } from '../shared/faults.ts'
import { beginLog } from './begin.ts'
import type { CopiesContext } from './context.ts'
import type { Copy } from './copy.ts'
import { checkHeld, growCopy } from './grow.ts'
import { readsOf } from './reads.ts'

/** Jobs that may wait for one log: more come only from somebody who floods. */
const WAITING_MAX = 16

interface Accepted {
  readonly added: number
  readonly gap: boolean
  readonly size: number
  /** Something is known now that was not before: entries, a head, that a head is final, or evidence. */
  readonly news: boolean
}

const busy = () => ledgerFault('busy', 'Too much of this log waits to be verified. Send it again in a second.')

/** A note that the community signed for one of its logs. */
function readNote(context: CopiesContext, community: Uint8Array, note: string): Result<Checkpoint, LedgerFault> {
  const parsed = parseCheckpoint(note)
  const name = parsed.ok ? parseOrigin(parsed.value.origin) : null
  if (!parsed.ok || name === null || !equals(name.community, community))
    return ledgerFault('bad-request', 'This is no checkpoint of a log of that community.')
  const signed = verifyLogNote(context.store.ports, parsed.value.origin, community, note)
  return signed.ok ? signed : ledgerFault('bad-signature', `${signed.error.message}.`)
}

async function acceptBatch(
  context: CopiesContext,
  copy: Copy,
  checkpoint: Checkpoint,
  { from, entries, checkpoint: note }: Announcement,
): Promise<Result<Accepted, LedgerFault>> {
  const batch = { start: from, entries, checkpoint, note, consistency: [] }
  const held = await checkHeld(context, copy, batch)
  if (!held.ok) return held
  const size = copy.size()
  if (checkpoint.size > size) {
    if (from > size || entries.length === 0) return ok({ added: 0, gap: true, size, news: false })
    if (from + entries.length !== checkpoint.size)
      return ledgerFault('bad-request', 'The entries of a batch end where its checkpoint does.')
  }
  const grown = await growCopy(context, copy, checkpoint.size > size ? batch : { ...batch, start: size, entries: [] })
  return grown.ok ? ok({ ...grown.value, gap: false, size: copy.size() }) : grown
}

/**
 * Verified copies of other communities' logs: every entry executed, every state root compared, every head checked against
 * the committee of its epoch.
 */
export function createLogCopies(context: CopiesContext): LogCopies & ReturnType<typeof readsOf> {
  const { store } = context
  const reads = readsOf(context)
  /** Runs a job in the log's turn; what the disk refuses becomes a fault. */
  const inTurn = async <T>(copy: Copy, job: () => Promise<Result<T, LedgerFault>>): Promise<Result<T, LedgerFault>> => {
    if (copy.turn.waiting >= WAITING_MAX) return busy()
    try {
      return await copy.turn.run(job)
    } catch (cause) {
      return err(faultOf(store.file, cause))
    }
  }
  const accept = async (community: Uint8Array, announcement: Announcement): Promise<Result<Accepted, LedgerFault>> => {
    const checkpoint = readNote(context, community, announcement.checkpoint)
    if (!checkpoint.ok) return checkpoint
    const begun = beginLog(
      context,
      community,
      { origin: checkpoint.value.origin, note: announcement.checkpoint },
      announcement.from,
      announcement.entries,
    )
    if (!begun.ok) return begun
    const copy = begun.value
    if (copy === null) return ok({ added: 0, gap: true, size: reads.contiguous(community), news: false })
    return inTurn(copy, () => acceptBatch(context, copy, checkpoint.value, announcement))
  }

  return {
    ...reads,
    async accept(community, message) {
      const decoded = decodeTopicMessage(message)
      if (!decoded.ok) return ledgerFault('bad-request', `The message cannot be read: ${decoded.error.message}.`)
      if (decoded.value.kind === 'announcement') return accept(community, decoded.value.announcement)
      const taken = await context.evidence.take(decoded.value.evidence)
      if (!taken.ok) return taken
      return ok({ added: 0, gap: false, size: reads.contiguous(community), news: !taken.value.known })
    },
    async extend(community, start, entries, note, consistency): Promise<Result<LogRecord[], LedgerFault>> {
      const checkpoint = readNote(context, community, note)
      if (!checkpoint.ok) return checkpoint
      const begun = beginLog(context, community, { origin: checkpoint.value.origin, note }, start, entries)
      if (!begun.ok) return begun
      const copy = begun.value
      if (copy === null) return ledgerFault('bad-request', 'Fetch the log from its beginning.')
      return inTurn(copy, async () => {
        const before = copy.size()
        if (start > before) return ledgerFault('bad-request', `Entries from ${before} on are missing before these.`)
        const batch = { start, entries, checkpoint: checkpoint.value, note, consistency }
        const grown = await growCopy(context, copy, batch)
        if (!grown.ok) return grown
        const records = Array.from({ length: grown.value.added }, (_, at) => reads.record(community, before + at))
        return ok(records.filter(record => record !== null))
      })
    },
    evidence: community => context.evidence.of(community),
  }
}
