import { DatabaseSync } from 'node:sqlite'
import { asStageError } from '../../../database.ts'

/** SQLite's number for a file that this connection may not write (https://sqlite.org/rescode.html#readonly). */
const SQLITE_READONLY = 8

const canRead = (db: DatabaseSync): boolean => {
  try {
    db.exec('SELECT count(*) FROM sqlite_schema')
    return true
  } catch (cause) {
    if ((((cause as { errcode?: number }).errcode ?? 0) & 0xff) === SQLITE_READONLY) return false
    throw cause
  }
}

/**
 * Opens a database without changing it. Only one whose process was killed while it made the file is first brought to the
 * state before by SQLite itself, which needs to write. Throws `StageError`.
 */
export function openToRead(file: string): DatabaseSync {
  return asStageError(file, () => {
    const db = new DatabaseSync(file, { readOnly: true })
    if (canRead(db)) return db
    db.close()
    return new DatabaseSync(file)
  })
}
