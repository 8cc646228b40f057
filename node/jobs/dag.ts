import * as dagPb from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { Shelf } from '#node/ports/shelf.ts'
import { isArchiveCid } from '#protocols/archive/v1/codec.ts'
import { ARCHIVE_DEPTH_MAX, RAW_CODE } from '#protocols/archive/v1/constants.ts'

export interface Block {
  readonly cid: CID
  readonly bytes: Uint8Array
}

/** CIDs that a UnixFS block names, in link order. Throws 'bad-archive' for what is not part of a file tree. */
function unixfsLinks(cid: CID, bytes: Uint8Array): CID[] {
  if (cid.code === RAW_CODE) return []
  try {
    if (cid.code === dagPb.code) return dagPb.decode(bytes).Links.map(link => link.Hash)
  } catch (cause) {
    throw new StageError('bad-archive', 'A folder of the release is damaged: export or publish it again.', { cause })
  }
  throw new StageError('bad-archive', 'A block of the release is not part of a file tree: export it again.')
}

/**
 * CIDs under a root, each once, parents first, children in link order: the same root gives the same sequence on every
 * machine. `open` gives a block's bytes where it has links, and is called in that sequence.
 */
export async function* walk(
  root: CID,
  seen: Set<string>,
  open: (cid: CID) => Promise<Uint8Array>,
): AsyncGenerator<Block> {
  const pending: { cid: CID; depth: number }[] = [{ cid: root, depth: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { cid, depth } = next
    const key = cid.toString()
    if (seen.has(key)) continue
    seen.add(key)
    if (!isArchiveCid(cid)) throw new StageError('bad-archive', `Block ${key} has a form that archives do not carry.`)
    const bytes = await open(cid)
    if (depth > ARCHIVE_DEPTH_MAX) throw new StageError('bad-archive', 'The file tree is nested too deep.')
    const children = unixfsLinks(cid, bytes)
    yield { cid, bytes }
    for (const child of children.reverse()) pending.push({ cid: child, depth: depth + 1 })
  }
}

const notHere = (): StageError =>
  new StageError(
    'no-holder',
    'Part of this release is not on this machine: connect to a stage that holds it, play it through once, and try again.',
  )

/** A block of this machine. Throws 'no-holder'. */
export async function localBlock(shelf: Shelf, cid: CID): Promise<Uint8Array> {
  const bytes = await shelf.read(cid)
  if (bytes === null) throw notHere()
  return bytes
}

/** Throws 'no-holder' unless every block under the root is here; reads only those with links. */
export async function requireWhole(shelf: Shelf, root: CID, seen: Set<string>): Promise<void> {
  const leaf = new Uint8Array(0)
  const open = async (cid: CID): Promise<Uint8Array> => {
    if (cid.code !== RAW_CODE) return localBlock(shelf, cid)
    if (!(await shelf.has(cid))) throw notHere()
    return leaf
  }
  for await (const _ of walk(root, seen, open));
}
