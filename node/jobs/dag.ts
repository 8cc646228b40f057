import * as dagPb from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { StageError } from '#node/errors.ts'
import type { Shelf } from './ports.ts'

export interface Block {
  readonly cid: CID
  readonly bytes: Uint8Array
}

/** A UnixFS tree of 4 levels of files, each at most 4 deep, plus sharded folders. Deeper ones are hostile. */
const DEPTH_MAX = 32

/** CIDs that a UnixFS block names. Throws for a codec that UnixFS does not use. */
export function unixfsLinks(cid: CID, bytes: Uint8Array): CID[] {
  if (cid.code === raw.code) return []
  if (cid.code !== dagPb.code) throw new StageError('bad-archive', `Block ${cid} is not part of a file tree.`)
  return dagPb.decode(bytes).Links.map(link => link.Hash)
}

/** A block of this machine, or `null`: never asks the network. */
export async function localBlock(shelf: Pick<Shelf, 'blockstore'>, cid: CID): Promise<Uint8Array | null> {
  if (!(await shelf.blockstore.has(cid))) return null
  const parts: Uint8Array[] = []
  for await (const part of shelf.blockstore.get(cid, { offline: true })) parts.push(part)
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

/**
 * Blocks under a root, each once, parents first, children in link order: the same root gives the same sequence on
 * every machine. `onMissing` decides about blocks that are not here.
 */
export async function* walk(
  shelf: Pick<Shelf, 'blockstore'>,
  root: CID,
  onMissing: (cid: CID) => void,
  seen: Set<string> = new Set(),
): AsyncGenerator<Block> {
  const pending: { cid: CID; depth: number }[] = [{ cid: root, depth: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { cid, depth } = next
    const key = cid.toString()
    if (seen.has(key)) continue
    seen.add(key)
    const bytes = await localBlock(shelf, cid)
    if (bytes === null) {
      onMissing(cid)
      continue
    }
    yield { cid, bytes }
    if (depth >= DEPTH_MAX) throw new StageError('bad-archive', 'The file tree is nested too deep.')
    for (const child of unixfsLinks(cid, bytes).reverse()) pending.push({ cid: child, depth: depth + 1 })
  }
}
