import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import type { LedgerFault } from '#node/ports/ledger.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Predecessor } from '#protocols/ledger/v1/entry.ts'
import { originOf, parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { createSuccessor } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { openDatabase, transaction } from '../../database.ts'
import { faultOf, ledgerFault } from '../shared/faults.ts'
import { openSnapshots, type StatePair } from '../shared/snapshots.ts'
import { syncFolder } from './durable-file.ts'
import { beginLog, genesisOf, machineBefore, rowIn, tablesOf } from './open-log.ts'
import { type LogPaths, type OwnLogOptions, pathsOf } from './options.ts'
import { OWN_LOG_MIGRATIONS } from './schema.ts'

/** What a quorum of the seats closed, and the state of the log there. */
export interface ClosedLog {
  readonly predecessor: Predecessor
  /** Closing certificate, as it travels; verified by the caller. */
  readonly certificate: Uint8Array
  /** State after `predecessor.size` entries: from the own disk (`stateAt`), or from anybody's copy. */
  readonly state: Iterable<StatePair>
}

const SUFFIXES = ['', '-wal', '-shm'] as const

function removeDatabase(file: string): void {
  for (const suffix of SUFFIXES) rmSync(`${file}${suffix}`, { force: true })
}

/** Brings everything into the one file, so that renaming it takes the whole database along. */
function settleFile(file: string): void {
  const db = new DatabaseSync(file)
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}

/**
 * The state of the log on this disk after its first `size` entries, when these are the ones that `root` is over. Refused
 * as 'conflict' when the disk ends before, or holds another history: then the state comes from a copy.
 */
export function stateAt(options: OwnLogOptions, size: number, root: Uint8Array): Result<StatePair[], LedgerFault> {
  const { file } = pathsOf(options.dataDir)
  if (!existsSync(file)) return ledgerFault('not-found', `There is no ledger in ${options.dataDir}.`)
  try {
    const db = openDatabase(file, OWN_LOG_MIGRATIONS, 'FULL')
    try {
      const row = rowIn(db)
      if (row === null) return ledgerFault('not-found', `${file} holds no log.`)
      const tables = tablesOf(db, row, options.hasher)
      const held = tables.entries.size()
      tables.tree.reload(held)
      if (held < size || !equals(tables.tree.root(size), root))
        return ledgerFault('conflict', 'This disk does not hold the log that was closed; take its state from a copy.')
      const machine = machineBefore(options, tables, size)
      for (const entry of tables.entries.rows(machine.size, size - machine.size)) {
        const read = readEntry(options.hasher, row.community, entry.body)
        const applied = read.ok ? machine.apply(read.value) : read
        if (!applied.ok) return ledgerFault('conflict', `Entry ${entry.index} is not valid: ${applied.error.message}.`)
      }
      return ok([...machine.snapshot()])
    } finally {
      db.close()
    }
  } catch (cause) {
    return err(faultOf(file, cause))
  }
}

/** Writes the successor's file: the state that it begins with, its genesis, and the certificate that permits it. */
function writeNext(
  options: OwnLogOptions,
  paths: LogPaths,
  closed: ClosedLog,
  generation: number,
): Result<null, LedgerFault> {
  const { hasher, rules, signer } = options
  const state = [...closed.state]
  const machine = createSuccessor({ hasher, rules, community: signer.publicKey }, state)
  if (!machine.ok) return ledgerFault('conflict', `The closed log's state cannot be read: ${machine.error.message}.`)
  if (!equals(machine.value.stateRoot(), closed.predecessor.stateRoot))
    return ledgerFault('conflict', 'This is not the state that the closed log had at its last head.')
  removeDatabase(paths.next)
  const db = openDatabase(paths.next, OWN_LOG_MIGRATIONS, 'FULL')
  try {
    transaction(db, () => {
      beginLog(options, db, genesisOf(options, { generation, predecessor: closed.predecessor }), machine.value)
      const { id } = rowIn(db) as { id: number }
      openSnapshots(db, id).write(0, state)
      db.prepare('INSERT INTO closing (log, certificate) VALUES (?, ?)').run(id, closed.certificate)
    })
  } finally {
    db.close()
  }
  settleFile(paths.next)
  return ok(null)
}

/**
 * Changes over: tiles first, because they can be made again; then the old file aside; then the new one into its place. A
 * process that dies in between leaves the old log, or a `ledger.next.db` that the next start puts into place.
 */
function changeOver(paths: LogPaths, { dataDir, clock }: OwnLogOptions, generation: number): void {
  const tiles = join(paths.folder, 'tile')
  if (existsSync(tiles)) {
    const kept = join(paths.folder, `generation-${generation}`)
    if (existsSync(kept)) rmSync(tiles, { recursive: true })
    else renameSync(tiles, kept)
  }
  if (existsSync(paths.file)) {
    settleFile(paths.file)
    const kept = paths.archive(generation)
    // An archive of the same generation is kept: whatever is there may be the only whole copy.
    const free = existsSync(kept) ? `${kept}.${clock.nowMs()}` : kept
    for (const suffix of SUFFIXES.toReversed())
      if (existsSync(`${paths.file}${suffix}`)) renameSync(`${paths.file}${suffix}`, `${free}${suffix}`)
    syncFolder(dataDir)
  }
  renameSync(paths.next, paths.file)
  syncFolder(dataDir)
}

/**
 * Begins generation + 1 where a quorum closed the log. The stage must be stopped. The old database is kept beside the new
 * one. 'conflict' when the state is not that of the closed head; then nothing has changed.
 */
export function succeedLog(options: OwnLogOptions, closed: ClosedLog): Result<{ origin: string }, LedgerFault> {
  const paths = pathsOf(options.dataDir)
  const name = parseOrigin(closed.predecessor.origin)
  if (name === null || !equals(name.community, options.signer.publicKey))
    return ledgerFault('conflict', 'The closed log is not one of this community.')
  try {
    const written = writeNext(options, paths, closed, name.generation + 1)
    if (!written.ok) return written
    changeOver(paths, options, name.generation)
    return ok({ origin: originOf(name.community, name.generation + 1) })
  } catch (cause) {
    return err(faultOf(paths.file, cause))
  }
}
