import type { CID } from 'multiformats/cid'
import { walk } from './dag.ts'
import type { Shelf } from './ports.ts'

async function drain(iterable: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of iterable);
}

const named = (error: unknown, name: string): boolean => error instanceof Error && error.name === name

/** Pins a root whose blocks are all here. Pinning what is pinned already changes nothing. */
export async function pinRoot(shelf: Shelf, root: CID, signal?: AbortSignal): Promise<void> {
  try {
    await drain(shelf.pins.add(root, signal === undefined ? {} : { signal }))
  } catch (error) {
    if (!named(error, 'AlreadyPinnedError')) throw error
  }
}

/** Whether the root itself was pinned, not only a block shared with another one. */
export async function isRootPinned(shelf: Shelf, root: CID): Promise<boolean> {
  try {
    await shelf.pins.get(root)
    return true
  } catch (error) {
    if (named(error, 'NotFoundError')) return false
    throw error
  }
}

/** Deletes blocks that no pin holds; children before parents when the list is parents first. */
export async function deleteUnpinned(shelf: Shelf, cids: readonly CID[]): Promise<number> {
  let deleted = 0
  for (const cid of cids.toReversed()) {
    if (await shelf.pins.isPinned(cid)) continue
    if (!(await shelf.blockstore.has(cid))) continue
    await shelf.blockstore.delete(cid)
    deleted++
  }
  return deleted
}

/**
 * Unpins a root and deletes its blocks, except those that another pin shares. May be repeated after a crash at any
 * point: the root block goes last, so while `blockstore.has(root)` there is work left. Helia's own `gc()` is not used,
 * since it would also empty the cache of what is followed.
 */
export async function removeRoot(shelf: Shelf, root: CID): Promise<number> {
  const missing: CID[] = []
  const cids: CID[] = []
  for await (const { cid } of walk(shelf, root, cid => missing.push(cid))) cids.push(cid)
  // A pin that was interrupted halfway has counted some blocks without a record. Completing it makes it removable.
  if (missing.length === 0) await pinRoot(shelf, root)
  if (await isRootPinned(shelf, root)) await drain(shelf.pins.rm(root))
  return deleteUnpinned(shelf, cids)
}
