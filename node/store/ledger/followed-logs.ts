import { toString as toText } from 'uint8arrays/to-string'
import type { FollowedLogs, ProvenReceipt, ReceiptRecord } from '#node/ports/community-log.ts'
import { decodeAnnouncement } from '#protocols/ledger/v1/codec.ts'
import { checkAnnouncement } from '#src/ledger/announcement.ts'
import { verifyCheckpoint } from '#src/ledger/checkpoint.ts'
import { inclusionProof, leafHash } from '#src/ledger/merkle.ts'
import { openDatabase, transaction } from '../database.ts'
import { testAsset } from './community-log.ts'
import { ledgerFault, withDisk } from './faults.ts'
import { ANNOUNCEMENT_CODES, acceptAnnouncement } from './followed-accept.ts'
import { extendLog, type Savepoint } from './followed-extend.ts'
import type { Followed, FollowedPorts } from './followed-rules.ts'
import { type Evidence, openFollowedTables } from './followed-tables.ts'
import { recordOf } from './records.ts'
import { LEDGER_MIGRATIONS } from './schema.ts'

export interface FollowedLogsOptions extends FollowedPorts {
  /** SQLite file, apart from the own log's. */
  readonly file: string
}

/** An announcement that was verified when it was kept. */
function announcedProof({ community, tables, hasher }: Followed, index: number): ProvenReceipt | null {
  const message = tables.announced(index)
  const decoded = message === null ? null : decodeAnnouncement(message)
  if (!decoded?.ok) return null
  const { entry, checkpoint, inclusion } = decoded.value
  return { ...recordOf(community, index, entry, leafHash(hasher, entry)), checkpoint, proof: inclusion }
}

function receiptOf(log: Followed, index: number): ReceiptRecord | null {
  const bytes = log.tables.entry(index)
  if (bytes !== null) return recordOf(log.community, index, bytes, log.tables.leaf(index))
  const proven = announcedProof(log, index)
  if (proven === null) return null
  const { checkpoint: _, proof: __, ...record } = proven
  return record
}

function proofOf(log: Followed, index: number): ProvenReceipt | null {
  const { tables, hasher } = log
  const anchor = tables.headUpTo(tables.size())
  const record = anchor !== null && index < anchor.size ? receiptOf(log, index) : null
  if (anchor === null || record === null) return announcedProof(log, index)
  return { ...record, checkpoint: anchor.note, proof: inclusionProof(hasher, tables.node, index, anchor.size) }
}

function recentOf(log: Followed, limit: number): ReceiptRecord[] {
  const size = log.tables.size()
  const beyond = log.tables.announcedFrom(size, limit).map(row => row.index)
  const within = Array.from({ length: Math.min(size, limit - beyond.length) }, (_, at) => size - 1 - at)
  return [...beyond, ...within].flatMap(index => receiptOf(log, index) ?? [])
}

/** Verified copies of the logs of followed communities, re-executed entry by entry. */
export function createFollowedLogs(
  options: FollowedLogsOptions,
): FollowedLogs & { evidence(community: Uint8Array): Evidence[]; close(): void } {
  const { file, hasher, verifier, clock } = options
  // A power cut may take the newest rows; their community still has them, and the next log fetch brings them back.
  const db = openDatabase(file, LEDGER_MIGRATIONS, 'NORMAL')
  const logs = new Map<string, Followed>()
  const savepoint: Savepoint = {
    begin: () => db.exec('SAVEPOINT batch'),
    release: () => db.exec('RELEASE batch'),
    rollback: () => db.exec('ROLLBACK TO batch; RELEASE batch'),
  }
  // Outside of any transaction: a rollback must not take back the row that a remembered id points to.
  const logOf = (community: Uint8Array): Followed => {
    const key = toText(community, 'base16')
    const known = logs.get(key)
    if (known !== undefined) return known
    const opened = { hasher, verifier, clock, community, tables: openFollowedTables(db, community) }
    logs.set(key, opened)
    return opened
  }
  const held = db.prepare('SELECT 1 FROM log WHERE community = ?')
  // Anybody may ask about any key: only what is kept opens a log.
  const read = <T>(community: Uint8Array, nothing: T, use: (log: Followed) => T): T =>
    held.get(community) === undefined ? nothing : use(logOf(community))

  return {
    accept(community, message) {
      const proven = checkAnnouncement(options, community, message)
      if (!proven.ok) return ledgerFault(ANNOUNCEMENT_CODES[proven.error.code], proven.error.message)
      return withDisk(file, () => {
        const log = logOf(community)
        return transaction(db, () => acceptAnnouncement(log, proven.value, message))
      })
    },
    contiguous: community => read(community, 0, log => log.tables.size()),
    extend(community, start, entries, checkpoint, consistency) {
      const signed = verifyCheckpoint(options, community, checkpoint)
      if (!signed.ok)
        return ledgerFault(signed.error.code === 'malformed' ? 'bad-request' : 'bad-signature', signed.error.message)
      const { size, root } = signed.value
      const batch = { start, entries, head: { size, root, note: checkpoint }, consistency }
      return withDisk(file, () => {
        const log = logOf(community)
        return transaction(db, () => extendLog(log, savepoint, batch))
      })
    },
    receipt: (community, index) => read(community, null, log => receiptOf(log, index)),
    earned: (community, release, party) =>
      read(community, 0n, log => log.tables.earned(release, party, testAsset(community))),
    recent: (community, limit) => read<ReceiptRecord[]>(community, [], log => recentOf(log, limit)),
    prove: (community, index) => read(community, null, log => proofOf(log, index)),
    evidence: community => read<Evidence[]>(community, [], log => log.tables.evidence()),
    close() {
      if (db.isOpen) db.close()
    },
  }
}
