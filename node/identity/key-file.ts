import { randomBytes } from 'node:crypto'
import { type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StageError } from '#node/errors.ts'
import { type Identity, identityFromPem, identityToPem, newIdentity } from './identity.ts'

/** Inside the data folder. Its own folder, so that it can be closed to everybody else whatever the data folder allows. */
const KEY_PATH = ['identity', 'stage-key.pem'] as const

/** A PEM of one Ed25519 key is about 120 bytes: anything much longer is not ours, and is not read into memory. */
const KEY_FILE_BYTES_MAX = 4_096

/** Group and others: neither may read, write or list. */
const OTHERS = 0o077

const hasCode = (cause: unknown, ...codes: string[]): boolean =>
  cause instanceof Error && codes.includes((cause as NodeJS.ErrnoException).code ?? '')

export const keyFile = (dataDir: string): string => join(dataDir, ...KEY_PATH)

/**
 * The stage's identity, created at the first start and never again. Throws `StageError` 'data-folder-unusable' when
 * the file can be read by others, is damaged, or cannot be written.
 */
export async function loadOrCreateIdentity(dataDir: string): Promise<Identity> {
  return (await loadIdentity(dataDir)) ?? (await saveNewIdentity(dataDir, newIdentity())) ?? (await mustLoad(dataDir))
}

/** `null` when there is no key yet. */
export async function loadIdentity(dataDir: string): Promise<Identity | null> {
  const path = keyFile(dataDir)
  const handle = await openKey(path)
  if (handle === null) return null
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw unusable(path, 'is not a file. Move it away and start again')
    if (process.platform !== 'win32' && (stat.mode & OTHERS) !== 0)
      throw unusable(path, `can be read by other people on this machine. Run: chmod 600 ${path}`)
    if (stat.size > KEY_FILE_BYTES_MAX) throw damaged(path)
    return identityFromPem(await handle.readFile('utf8'))
  } catch (cause) {
    if (cause instanceof StageError) throw cause
    throw damaged(path, cause)
  } finally {
    await handle.close()
  }
}

/**
 * Writes a key where there is none: complete and synced under another name first, then linked into place, so that a
 * crash leaves a whole key or none. `null` when a key was there already, also when another process was quicker.
 */
export async function saveNewIdentity(dataDir: string, identity: Identity): Promise<Identity | null> {
  const path = keyFile(dataDir)
  const folder = dirname(path)
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(identityToPem(identity))
      await handle.sync()
    } finally {
      await handle.close()
    }
    const placed = await place(temporary, path)
    await syncFolder(folder)
    return placed ? identity : null
  } catch (cause) {
    throw unusable(path, 'could not be written. Check that the data folder is writable and the disk is not full', cause)
  } finally {
    await rm(temporary, { force: true }).catch(() => {})
  }
}

/** A hard link never replaces what is there; a file system without links gets the rename, which is atomic but may replace. */
async function place(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
    return true
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return false
    if (!hasCode(cause, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP')) throw cause
    await rename(temporary, path)
    return true
  }
}

async function openKey(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return null
    throw unusable(path, 'could not be opened. Check who owns the data folder', cause)
  }
}

async function mustLoad(dataDir: string): Promise<Identity> {
  const identity = await loadIdentity(dataDir)
  if (identity === null) throw unusable(keyFile(dataDir), 'disappeared while the stage was starting. Start again')
  return identity
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const unusable = (path: string, what: string, cause?: unknown): StageError =>
  new StageError('data-folder-unusable', `The stage's key file ${path} ${what}.`, { cause, path })

const damaged = (path: string, cause?: unknown): StageError =>
  unusable(path, 'is damaged. Restore it from a backup or an export: a new key would be another community', cause)
