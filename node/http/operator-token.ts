import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { StageError } from '#node/errors.ts'

export const OPERATOR_TOKEN_FILE = 'operator-token'
/** 256 bits: beyond guessing. */
const TOKEN_BYTES = 32
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/

/**
 * Reads the operator's token from `directory`, or creates it once: base64url of 256 random bits, mode 0600, appearing whole
 * or not at all. Two processes that race agree on one token. Throws `StageError` 'data-folder-unusable'.
 */
export async function loadOrCreateOperatorToken(directory: string): Promise<string> {
  const file = join(directory, OPERATOR_TOKEN_FILE)
  try {
    return (await read(file)) ?? (await create(directory, file))
  } catch (error) {
    if (error instanceof StageError) throw error
    const message = `The operator token ${file} cannot be read or written. Check the folder's permissions and free space.`
    throw new StageError('data-folder-unusable', message, { cause: error, path: file })
  }
}

async function read(file: string): Promise<string | null> {
  let text: string
  try {
    text = (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  if (!TOKEN_FORM.test(text)) {
    const message = `The file ${file} does not hold an operator token. Delete it, and the next start makes a new one.`
    throw new StageError('data-folder-unusable', message, { path: file })
  }
  await chmod(file, 0o600)
  return text
}

async function create(directory: string, file: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${token}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    // A hard link, unlike a rename, never replaces the token another process has just made.
    await link(draft, file)
    return token
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const theirs = await read(file)
    if (theirs === null) throw error
    return theirs
  } finally {
    await unlink(draft)
  }
}
