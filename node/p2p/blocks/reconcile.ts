import type { BlockFiles } from './block-files.ts'
import { type BlockIndex, keyOf } from './block-index.ts'

/**
 * Brings the index in step with the folder after a crash: rows without a whole file are dropped, files without a row
 * are removed, because their write was never acknowledged. When the index itself was lost, files are kept as staged
 * until `settle` has looked at them, so that own releases can be pinned again.
 */
export async function reconcile(index: BlockIndex, files: BlockFiles): Promise<void> {
  const missing = new Map(index.keys().map(row => [row.key, row]))
  for await (const { cid, bytes } of files.list()) {
    const key = keyOf(cid)
    const row = missing.get(key)
    missing.delete(key)
    if (row?.bytes === bytes) continue
    if (row !== undefined) index.remove(key)
    if (row === undefined && index.fresh) index.put(key, bytes, 'staged')
    else await files.remove(cid)
  }
  for (const key of missing.keys()) index.remove(key)
}
