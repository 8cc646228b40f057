import { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'

/** SQLite result codes (https://sqlite.org/rescode.html) that mean the disk, not the program. */
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

/** How long a writer waits for a reader's lock before it gives up. */
const BUSY_TIMEOUT_MS = 5_000

/** One step from schema version N to N + 1: plain SQL. */
export type Migration = string

/**
 * Opens a database file in WAL mode and brings its schema up to date in one transaction. `synchronous` NORMAL
 * survives a killed process; FULL also survives a power cut, at the price of an fsync per commit.
 */
export function openDatabase(
  file: string,
  migrations: readonly Migration[],
  synchronous: 'NORMAL' | 'FULL',
): DatabaseSync {
  return asStageError(file, () => {
    const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON;`)
    migrate(db, file, migrations)
    return db
  })
}

function migrate(db: DatabaseSync, file: string, migrations: readonly Migration[]): void {
  const row = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (row.user_version > migrations.length) {
    db.close()
    throw new StageError(
      'data-folder-unusable',
      `${file} was written by a newer Bandstand. Start that version, or restore a backup made by this one.`,
    )
  }
  if (row.user_version === migrations.length) return
  transaction(db, () => {
    for (const sql of migrations.slice(row.user_version)) db.exec(sql)
    db.exec(`PRAGMA user_version = ${migrations.length}`)
  })
}

/** Runs `work` in one transaction: everything, or nothing. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw cause
  }
}

/** Turns what the disk says into a sentence that an operator can act on. */
export function asStageError<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const code = (cause as { errcode?: number }).errcode
    if (code === undefined) throw cause
    switch (code & 0xff) {
      case SQLITE_FULL:
        throw new StageError('disk-full', `The disk that holds ${file} is full. Free some space; nothing was lost.`, {
          cause,
        })
      case SQLITE_READONLY:
      case SQLITE_CANTOPEN:
        throw new StageError('data-folder-unusable', `${file} cannot be written. Check the folder's permissions.`, {
          cause,
        })
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
      case SQLITE_IOERR:
        throw new StageError('data-folder-unusable', `${file} is damaged or unreadable. Restore it from a backup.`, {
          cause,
        })
      default:
        throw cause
    }
  }
}
