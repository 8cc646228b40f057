import { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { BlockReader } from './blocks.ts'
import { lookupInShard } from './hamt.ts'
import type { Node } from './unixfs.ts'

export interface Resolution {
  /** What the whole path names. Its own block has not necessarily been read. */
  readonly cid: CID
  /** One CID for the root and for each link the path's segments followed (`X-Ipfs-Roots`). */
  readonly roots: readonly CID[]
  /** Every block on the way, in order, ending with `cid`: what a reader needs to verify the path. */
  readonly visited: readonly CID[]
  /** Segments left inside a document, past its last link. */
  readonly rest: readonly string[]
}

/** Follows `segments` from `root`. Throws `StageError` 'not-found', 'no-holder' or 'bad-archive'. */
export async function resolvePath(reader: BlockReader, root: CID, segments: readonly string[]): Promise<Resolution> {
  const visited: CID[] = [root]
  const roots: CID[] = [root]
  let cid = root
  let rest = segments
  while (rest.length > 0) {
    const node = await reader.node(cid)
    const step = await follow(reader, node, rest, visited)
    if (step === null) throw notFound(rest[0]!)
    rest = step.rest
    if (step.cid === null) return { cid, roots, visited, rest: step.rest.length > 0 ? step.rest : segments.slice(-1) }
    cid = step.cid
    visited.push(cid)
    roots.push(cid)
  }
  return { cid, roots, visited, rest }
}

function notFound(segment: string): StageError {
  return new StageError('not-found', `There is no "${segment.slice(0, 100)}" at this path. Check the link.`)
}

interface Step {
  /** The link that was followed; `null` when the path ends inside a document. */
  readonly cid: CID | null
  readonly rest: readonly string[]
}

async function follow(
  reader: BlockReader,
  node: Node,
  segments: readonly string[],
  visited: CID[],
): Promise<Step | null> {
  const name = segments[0]!
  if (node.kind === 'directory') {
    const link = node.links.find(candidate => candidate.name === name)
    return link === undefined ? null : { cid: link.cid, rest: segments.slice(1) }
  }
  if (node.kind === 'shard') {
    const cid = await lookupInShard(reader, node, name, visited)
    return cid === null ? null : { cid, rest: segments.slice(1) }
  }
  return node.kind === 'document' ? followDocument(node.value, segments) : null
}

/** IPLD pathing: map keys and list indexes until a link. */
function followDocument(document: unknown, segments: readonly string[]): Step | null {
  let value = document
  for (const [index, segment] of segments.entries()) {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return null
    if (!Object.hasOwn(value, segment)) return null
    value = (value as Record<string, unknown>)[segment]
    const cid = CID.asCID(value)
    if (cid !== null) return { cid, rest: segments.slice(index + 1) }
  }
  return { cid: null, rest: segments }
}
