import { randomBytes } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StageError } from '#node/errors.ts'

const OTHERS = 0o077
const KEY = /^0x[0-9a-f]{64}$/
/** A key in hex, `0x` and a newline are 67 bytes: what is longer is no key and is not read. */
const BYTES_MAX = 256

const unusable = (path: string, what: string): StageError =>
  new StageError('data-folder-unusable', `The key file of the EVM rail, ${path}, ${what}.`, { path })

async function create(path: string): Promise<`0x${string}` | null> {
  const key: `0x${string}` = `0x${randomBytes(32).toString('hex')}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const handle = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') return null
    throw unusable(path, 'could not be written')
  })
  if (handle === null) return null
  try {
    await handle.writeFile(`${key}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return key
}

/** The secp256k1 key that pays, made at the first start. Throws `StageError`; neither it nor any message holds a part of the key. */
export async function loadOrCreateEvmKey(path: string): Promise<`0x${string}`> {
  const made = await create(path)
  if (made !== null) return made
  const handle = await open(path, 'r').catch(() => {
    throw unusable(path, 'could not be opened')
  })
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw unusable(path, 'is not a file')
    if (process.platform !== 'win32' && (stat.mode & OTHERS) !== 0)
      throw unusable(path, `can be read by other people on this machine. Run: chmod 600 ${path}`)
    if (stat.size > BYTES_MAX) throw unusable(path, 'holds no key: 0x and 64 hex digits')
    const text = (await handle.readFile('utf8')).trim().toLowerCase()
    const key = text.startsWith('0x') ? text : `0x${text}`
    if (!KEY.test(key)) throw unusable(path, 'holds no key: 0x and 64 hex digits')
    return key as `0x${string}`
  } finally {
    await handle.close()
  }
}
