import type { Checkpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { faultOf } from '../shared/faults.ts'
import { readHighWater, writeHighWater } from './high-water.ts'
import { readOwnNote } from './note.ts'
import type { OpenLog } from './open-log.ts'
import { isOwnRoot } from './reads.ts'

/** What a note by this community's own key says against the log on this disk; null when they agree. */
function against(log: OpenLog, { origin, size, root }: Checkpoint): string | null {
  const generation = parseOrigin(origin)?.generation ?? 0
  if (generation < log.row.generation) return null
  if (generation > log.row.generation)
    return `this community signed generation ${generation} of its log, and this disk holds ${log.row.generation}`
  if (size > log.signed.size)
    return `this community signed ${size} entries, and this disk holds a signature for ${log.signed.size} only: it is an older copy`
  return isOwnRoot(log, size, root) ? null : `another history of ${size} entries was signed by this community's key`
}

/** Halts the log when the note contradicts it, and remembers why. Notes by other keys say nothing. */
export function seen(log: OpenLog, note: string): void {
  const read = readOwnNote(log, log.community, note)
  const reason = read === null ? null : against(log, read)
  if (read === null || reason === null) return
  // First in memory: a disk that refuses must not keep the log signing.
  log.halted ??= reason
  try {
    log.db
      .prepare('INSERT INTO contradiction (note, noticed_at) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(note, log.clock.nowMs())
    if (read.size > log.signed.size) writeHighWater(log.paths.highWater, note)
  } catch (cause) {
    log.warn?.(`why the ledger was halted could not be written down: ${faultOf(log.paths.file, cause).message}`)
  }
}

/** At the start: what was noticed before, and what the file beside the database remembers. */
export function checkMemory(log: OpenLog): void {
  for (const row of log.db.prepare('SELECT note FROM contradiction').all()) {
    const read = readOwnNote(log, log.community, (row as { note: string }).note)
    if (read !== null) log.halted ??= against(log, read)
  }
  const highest = readHighWater(log.paths.highWater)
  if (highest !== null) seen(log, highest)
  if (log.halted !== null) return
  // Missing, torn or behind: the database is the truth.
  if (highest !== log.signed.note) writeHighWater(log.paths.highWater, log.signed.note)
}
