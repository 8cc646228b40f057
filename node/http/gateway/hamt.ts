import { murmur364 } from '@multiformats/murmur3'
import type { CID } from 'multiformats/cid'
import type { BlockReader } from './blocks.ts'
import { GATEWAY_LIMITS } from './limits.ts'
import { damaged, type Link, type Node } from './unixfs.ts'

type Shard = Extract<Node, { kind: 'shard' }>

const HASH_BITS = 64

/** Hex digits in front of every link name: enough for the highest slot. */
function prefixLength(shard: Shard): number {
  return (shard.fanout - 1).toString(16).length
}

/**
 * Follows one name through a sharded directory. Each layer takes the next log2(fanout) bits of the name's hash (the first
 * 64 bits of murmur3-x64-128, most significant first) as its slot. `visited` collects the inner shards on the way.
 */
export async function lookupInShard(
  reader: BlockReader,
  root: Shard,
  name: string,
  visited: CID[],
): Promise<CID | null> {
  const digest = await murmur364.encode(new TextEncoder().encode(name))
  const hash = new DataView(digest.buffer, digest.byteOffset, 8).getBigUint64(0)
  let shard = root
  let used = 0
  for (;;) {
    const bits = Math.log2(shard.fanout)
    if (used + bits > HASH_BITS) return null
    used += bits
    const slot = Number((hash >> BigInt(HASH_BITS - used)) & BigInt(shard.fanout - 1))
    const prefix = slot.toString(16).toUpperCase().padStart(prefixLength(shard), '0')
    const entry = shard.links.find(link => link.name === prefix + name)
    if (entry !== undefined) return entry.cid
    const inner = shard.links.find(link => link.name === prefix)
    if (inner === undefined) return null
    visited.push(inner.cid)
    shard = await innerShard(reader, inner.cid)
  }
}

async function innerShard(reader: BlockReader, cid: CID): Promise<Shard> {
  const node = await reader.node(cid)
  if (node.kind !== 'shard') throw damaged(cid, 'a part of its directory is not a directory')
  return node
}

/** Every entry of a sharded directory, depth first, with plain names; `onShard` sees each inner shard before its entries. */
export async function* shardEntries(
  reader: BlockReader,
  shard: Shard,
  onShard?: (cid: CID) => void,
  depth = 0,
): AsyncGenerator<Link, void, void> {
  if (depth > GATEWAY_LIMITS.depthMax) throw damaged(shard.cid, 'its directory is nested too deeply')
  const skip = prefixLength(shard)
  for (const link of shard.links) {
    if (link.name.length > skip) {
      yield { ...link, name: link.name.slice(skip) }
      continue
    }
    onShard?.(link.cid)
    yield* shardEntries(reader, await innerShard(reader, link.cid), onShard, depth + 1)
  }
}
