import { createReadStream } from 'node:fs'
import { type AddOptions, unixfs } from '@helia/unixfs'
import type { CID } from 'multiformats/cid'
import type { PreparedFile } from '#node/ports/media.ts'
import type { Shelf } from '#node/ports/shelf.ts'
import type { BlockJournal } from './journal.ts'

/**
 * How files become blocks: 1 MiB chunks, 1024 links, raw leaves, CIDv1 (IPIP-499, `unixfs-v1-2025`). Fixed, so that
 * the same files have the same root on every stage and in every version.
 */
const IMPORT_OPTIONS = { profile: 'unixfs-v1-2025', wrapWithDirectory: true } as const satisfies AddOptions
/** Files read at once: bounds open descriptors and chunks in memory; a disk is no faster with more. */
const FILES_AT_ONCE = 2
const READ_BYTES = 1024 * 1024

async function* contentOf(
  file: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES, signal })) {
    onBytes((chunk as Buffer).length)
    yield chunk as Buffer
  }
}

/** Adds files below one folder and returns its CID. What is added is written to the journal first. */
export async function importFiles(
  shelf: Shelf,
  journal: BlockJournal,
  files: readonly PreparedFile[],
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<CID> {
  const fs = unixfs({
    blockstore: {
      has: async cid => shelf.has(cid),
      put: async (cid, block) => {
        await journal.put(cid, block as Uint8Array)
        return cid
      },
      get: async function* (cid) {
        const bytes = await shelf.read(cid)
        if (bytes !== null) yield bytes
      },
    },
  })
  const candidates = files.map(({ path, file }) => ({ path, content: contentOf(file, signal, onBytes) }))
  let root: CID | undefined
  for await (const entry of fs.addAll(candidates, { ...IMPORT_OPTIONS, fileImportConcurrency: FILES_AT_ONCE, signal }))
    root = entry.cid
  signal.throwIfAborted()
  if (root === undefined) throw new Error('nothing was imported')
  return root
}
