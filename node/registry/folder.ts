import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { LedgerFault } from '#node/ports/ledger.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Charter } from '#protocols/ledger/v1/charter.ts'
import type { BookKeeping, BookState } from './book.ts'

const charterFile = (epoch: number): string => (epoch === 1 ? 'charter' : `charter.${epoch}`)

async function readOrNull(file: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(file))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}

/** Whole or not at all, and on the disk when it returns. */
async function writeDurably(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  const handle = await open(`${file}.part`, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.part`, file)
  const directory = await open(folder, 'r')
  await directory.sync().finally(() => directory.close())
}

/** Epochs as they were kept: `charter` (epoch 1), `charter.2` and so on. Throws `StageError` for one that does not verify. */
export async function readCharters(
  folder: string,
  verify: (proof: Uint8Array, previous: Charter | null) => Result<Charter, LedgerFault>,
): Promise<BookState['epochs']> {
  const epochs: { proof: Uint8Array; charter: Charter }[] = []
  for (;;) {
    const file = join(folder, charterFile(epochs.length + 1))
    const proof = await readOrNull(file)
    if (proof === null) return epochs
    const charter = verify(proof, epochs.at(-1)?.charter ?? null)
    if (!charter.ok)
      throw new StageError(
        'data-folder-unusable',
        `${file} cannot be used. ${charter.error.message} Restore it, or remove it.`,
      )
    epochs.push({ proof, charter: charter.value })
  }
}

/** Seats that count for nothing, by the names of the files in `ejected/`. */
export async function readEjected(folder: string): Promise<Uint8Array[]> {
  const names = await readdir(join(folder, 'ejected')).catch(() => [])
  return names.filter(name => /^[0-9a-f]{64}$/.test(name)).map(name => fromString(name, 'base16'))
}

export const keepInFolder = (folder: string): Pick<BookKeeping, 'keepEpoch' | 'keepEjection'> => ({
  keepEpoch: (epoch, proof) => writeDurably(folder, charterFile(epoch), proof),
  keepEjection: (seat, evidence) => writeDurably(join(folder, 'ejected'), toText(seat, 'base16'), evidence),
})
