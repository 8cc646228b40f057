import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { concat } from 'uint8arrays/concat'
import { toString as asText } from 'uint8arrays/to-string'
import type { CardVault } from '#node/ports/cards.ts'
import { CODE_SECRET_BYTES } from '#protocols/ledger/v1/limits.ts'

const OWNER_ONLY = 0o600
const FOLDER_OWNER_ONLY = 0o700

const isMissing = (cause: unknown): boolean => (cause as NodeJS.ErrnoException).code === 'ENOENT'

async function synced(path: string, write?: Uint8Array): Promise<void> {
  const file = await (write === undefined ? open(path, 'r') : open(path, 'wx', OWNER_ONLY))
  try {
    if (write !== undefined) await file.writeFile(write)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** One file for each batch, mode 0600 in a folder of mode 0700: the secrets one after another, nothing else. */
export function createCardVault(folder: string): CardVault {
  const fileOf = (batch: Uint8Array): string => join(folder, asText(batch, 'hex'))
  const read = async (batch: Uint8Array): Promise<readonly Uint8Array[] | null> => {
    const bytes = await readFile(fileOf(batch)).catch((cause: unknown) => {
      if (isMissing(cause)) return null
      throw cause
    })
    if (bytes === null) return null
    return Array.from(
      { length: Math.floor(bytes.length / CODE_SECRET_BYTES) },
      (_, n) => new Uint8Array(bytes.subarray(n * CODE_SECRET_BYTES, (n + 1) * CODE_SECRET_BYTES)),
    )
  }
  return {
    read,
    async keep(batch, secrets) {
      if ((await read(batch)) !== null) return
      await mkdir(folder, { recursive: true, mode: FOLDER_OWNER_ONLY })
      const draft = `${fileOf(batch)}.new`
      await rm(draft, { force: true })
      await synced(draft, concat([...secrets]))
      await rename(draft, fileOf(batch))
      await synced(folder)
    },
    async forget(batch) {
      const isThere = (await read(batch)) !== null
      await rm(fileOf(batch), { force: true })
      return isThere
    },
  }
}
