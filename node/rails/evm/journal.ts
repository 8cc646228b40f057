import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** A payment as it was decided here, written before anything of it left. */
export interface Sent {
  /** Of the request, lower case hex without `0x`. */
  readonly key: string
  /** SHA-256 of the request, hex. */
  readonly request: string
  readonly nonce: number
  /** Approvals that it stands on, signed, oldest first: a reorganisation can take them out with it. */
  readonly before: readonly `0x${string}`[]
  /** The signed transaction, as it is sent and sent again. */
  readonly raw: `0x${string}`
  readonly hash: `0x${string}`
  /** Block from which on it can be found. */
  readonly from: string
  readonly to: `0x${string}`
  readonly amount: string
  readonly memo: `0x${string}`
  /** What became of it, once that is final: a receipt in hex, or null when it can never be executed. */
  readonly ended: { readonly receipt: string | null } | null
}

export interface Journal {
  get(key: string): Promise<Sent | null>
  /** On the disk, whole, when it returns. */
  put(sent: Sent): Promise<void>
  /** Those that have not ended, oldest nonce first. */
  open(): readonly Sent[]
}

const KEY = /^[0-9a-f]{64}$/

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** One file a payment: a crash leaves the old one or the new one. */
export async function openJournal(folder: string): Promise<Journal> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const fileOf = (key: string): string => {
    if (!KEY.test(key)) throw new RangeError('A payment has a key of 32 bytes.')
    return join(folder, `${key}.json`)
  }
  const get = async (key: string): Promise<Sent | null> => {
    try {
      return JSON.parse(await readFile(fileOf(key), 'utf8')) as Sent
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw cause
    }
  }
  const waiting = new Map<string, Sent>()
  const note = (sent: Sent): void => void (sent.ended === null ? waiting.set(sent.key, sent) : waiting.delete(sent.key))
  for (const name of await readdir(folder)) {
    const sent = name.endsWith('.json') ? await get(name.slice(0, -5)) : null
    if (sent !== null) note(sent)
  }
  return {
    get,
    open: () => [...waiting.values()].sort((a, b) => a.nonce - b.nonce),
    async put(sent) {
      const file = fileOf(sent.key)
      const handle = await open(`${file}.part`, 'w', 0o600)
      try {
        await handle.writeFile(JSON.stringify(sent))
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${file}.part`, file)
      await syncFolder(folder)
      note(sent)
    },
  }
}
