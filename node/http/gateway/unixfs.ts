import * as dagCbor from '@ipld/dag-cbor'
import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'

const RAW = 0x55
const DAG_PB = 0x70
const DAG_CBOR = 0x71
/** A link's share of memory in a decoded node: CID, name, numbers. */
const LINK_WEIGHT = 200

export interface Link {
  readonly name: string
  readonly cid: CID
  /** Cumulative size claimed by the parent; for display only. */
  readonly size: number
}

/** A child of a file: `size` content bytes from `start` within the parent, after its inline data. */
export interface Part {
  readonly cid: CID
  readonly start: number
  readonly size: number
}

export interface FileNode {
  readonly kind: 'file'
  readonly cid: CID
  readonly size: number
  readonly data: Uint8Array
  readonly parts: readonly Part[]
}

/** One block, understood (UnixFS: https://specs.ipfs.tech/unixfs/). */
export type Node =
  | FileNode
  | { readonly kind: 'directory'; readonly cid: CID; readonly links: readonly Link[] }
  | { readonly kind: 'shard'; readonly cid: CID; readonly links: readonly Link[]; readonly fanout: number }
  | { readonly kind: 'symlink'; readonly cid: CID; readonly target: Uint8Array }
  | { readonly kind: 'document'; readonly cid: CID; readonly value: unknown }
  | { readonly kind: 'opaque'; readonly cid: CID }

export const isRaw = (cid: CID): boolean => cid.code === RAW

export function damaged(cid: CID, why: string): StageError {
  return new StageError('bad-archive', `The content ${cid} is damaged: ${why}. Ask its publisher to publish it again.`)
}

/** Decodes one verified block. Throws `StageError` 'bad-archive' for bytes that are not what the CID's codec promises. */
export function decodeNode(cid: CID, bytes: Uint8Array): Node {
  if (cid.code === RAW) return { kind: 'file', cid, size: bytes.length, data: bytes, parts: [] }
  if (cid.code !== DAG_PB && cid.code !== DAG_CBOR) return { kind: 'opaque', cid }
  try {
    return cid.code === DAG_PB ? decodeUnixFs(cid, bytes) : { kind: 'document', cid, value: dagCbor.decode(bytes) }
  } catch (error) {
    if (error instanceof StageError) throw error
    throw damaged(cid, 'its bytes cannot be decoded')
  }
}

function decodeUnixFs(cid: CID, bytes: Uint8Array): Node {
  const { Data, Links } = dagPb.decode(bytes)
  if (Data === undefined) return { kind: 'directory', cid, links: Links.map(toLink) }
  const entry = UnixFS.unmarshal(Data)
  switch (entry.type) {
    case 'file':
    case 'raw':
      return fileNode(cid, entry, Links)
    case 'directory':
      return { kind: 'directory', cid, links: Links.map(toLink) }
    case 'hamt-sharded-directory':
      return { kind: 'shard', cid, links: Links.map(toLink), fanout: fanoutOf(cid, entry.fanout) }
    case 'symlink':
      return { kind: 'symlink', cid, target: entry.data ?? new Uint8Array() }
    default:
      return { kind: 'opaque', cid }
  }
}

function toLink({ Name, Tsize, Hash }: dagPb.PBLink): Link {
  return { name: Name ?? '', cid: Hash, size: Tsize ?? 0 }
}

/** Powers of two that a shard may have (go-unixfs accepts up to 1024). */
function fanoutOf(cid: CID, fanout: bigint | undefined): number {
  const value = Number(fanout ?? 256n)
  if (value < 8 || value > 1024 || (value & (value - 1)) !== 0) throw damaged(cid, 'its shard width is not valid')
  return value
}

function fileNode(cid: CID, entry: UnixFS, links: readonly dagPb.PBLink[]): FileNode {
  if (entry.blockSizes.length !== links.length) throw damaged(cid, 'its parts and their sizes do not match')
  const data = entry.data ?? new Uint8Array()
  let start = data.length
  const parts = links.map(({ Hash }, index) => {
    const part = { cid: Hash, start, size: Number(entry.blockSizes[index]) }
    start += part.size
    return part
  })
  if (!Number.isSafeInteger(start)) throw damaged(cid, 'it claims an impossible size')
  return { kind: 'file', cid, size: start, data, parts }
}

export function weightOf(node: Node): number {
  switch (node.kind) {
    case 'file':
      return node.data.length + (node.parts.length + 1) * LINK_WEIGHT
    case 'directory':
    case 'shard':
      return (node.links.length + 1) * LINK_WEIGHT
    default:
      return LINK_WEIGHT
  }
}
