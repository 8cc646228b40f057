import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'

/** SQLite's own number for "another connection holds the lock" (https://sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5
/** Somebody who only asks whether a stage runs holds the file for microseconds: wait that out. */
const BUSY_WAIT_MS = 250

const lockPath = (dataDir: string): string => join(dataDir, 'lock.db')
const isBusy = (cause: unknown): boolean => (cause as { errcode?: number }).errcode === SQLITE_BUSY

/** Says in plain words why a folder cannot hold a stage. */
export function unusableFolder(dataDir: string, cause: unknown): StageError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new StageError('disk-full', `The disk that holds ${dataDir} is full. Make room, then start again.`, {
      cause,
    })
  const why: Readonly<Record<string, string>> = {
    EACCES: 'this user may not write there',
    EPERM: 'this user may not write there',
    EROFS: 'it is on a read-only disk',
    ENOTDIR: 'part of the path is a file',
    EEXIST: 'it is a file, not a folder',
    ENOENT: 'it cannot be created there',
  }
  const reason = why[code ?? ''] ?? 'it cannot be written to'
  const message = `The data folder ${dataDir} cannot be used: ${reason}. Choose another with --data DIR.`
  return new StageError('data-folder-unusable', message, { cause, path: dataDir })
}

/**
 * As `mkdir -p`, one level at a time: Node's own recursive form never returns where a parent exists but answers ENOENT,
 * as `/proc` does.
 */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
    const parent = dirname(path)
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isMissing || statSync(parent, { throwIfNoEntry: false }) !== undefined) throw cause
    makeFolder(parent)
    mkdirSync(path, { mode: 0o700 })
  }
}

/**
 * Creates the data folder (0700) and claims it for this process until the returned function is called. The claim is
 * an open exclusive transaction: the kernel drops it when the process dies, however it dies, so none is ever stale.
 * Throws `StageError` 'already-running' | 'data-folder-unusable' | 'disk-full'.
 */
export function lockDataFolder(dataDir: string): () => void {
  try {
    makeFolder(dataDir)
  } catch (cause) {
    throw unusableFolder(dataDir, cause)
  }
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(lockPath(dataDir), { timeout: BUSY_WAIT_MS })
    // Nothing is ever written, so there is nothing to roll back.
    database.exec('PRAGMA journal_mode = OFF')
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    if (!isBusy(cause)) throw unusableFolder(dataDir, cause)
    const message = `A stage is already running on ${dataDir}. Stop it first, or choose another folder with --data DIR.`
    throw new StageError('already-running', message, { cause })
  }
  const held = database
  return () => {
    if (held.isOpen) held.close()
  }
}

/** Whether a living process holds the folder. Never creates anything. */
export function isLocked(dataDir: string): boolean {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(lockPath(dataDir), { readOnly: true, timeout: 0 })
    database.exec('SELECT count(*) FROM sqlite_schema')
    return false
  } catch (cause) {
    return isBusy(cause)
  } finally {
    database?.close()
  }
}
