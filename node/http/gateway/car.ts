import * as dagCbor from '@ipld/dag-cbor'
import * as dagPb from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import { type BlockReader, isIdentity } from './blocks.ts'
import { shardEntries } from './hamt.ts'
import { GATEWAY_LIMITS } from './limits.ts'
import { partNode, partsWithin, type Span, within } from './read.ts'
import type { Resolution } from './resolve.ts'
import { damaged, type FileNode, isRaw } from './unixfs.ts'

export type DagScope = 'block' | 'entity' | 'all'

export interface CarRequest {
  readonly scope: DagScope
  /** Narrows `entity` to a part of a file: given its size, the bytes wanted, or `null` for none. */
  readonly bytes: ((size: number) => Span | null) | null
  readonly duplicates: boolean
}

/**
 * CAR v1 (https://ipld.io/specs/transport/car/carv1/) of a resolved path: the blocks that verify the path, then the entity
 * at its end, depth first. Without duplicates, a part of the DAG is walked once: a small DAG that repeats itself cannot keep
 * the walk busy. The header comes out together with the first block, so that an early failure is not half an archive.
 */
export async function* carStream(
  reader: BlockReader,
  resolution: Resolution,
  request: CarRequest,
): AsyncGenerator<Uint8Array, void, void> {
  const seen = new Set<string>()
  let head: Uint8Array | null = header(resolution.cid)
  for await (const cid of walk(reader, resolution, request)) {
    if (isIdentity(cid)) continue
    if (!request.duplicates) {
      const key = cid.toString()
      if (seen.has(key)) continue
      seen.add(key)
    }
    const bytes = await reader.block(cid)
    const prefix = Buffer.concat([varint(cid.bytes.length + bytes.length), cid.bytes])
    yield head === null ? prefix : Buffer.concat([head, prefix])
    head = null
    yield bytes
  }
  if (head !== null) yield head
}

function header(root: CID): Uint8Array {
  const body = dagCbor.encode({ roots: [root], version: 1 })
  return Buffer.concat([varint(body.length), body])
}

/** Unsigned LEB128. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from([...bytes, rest])
}

async function* walk(reader: BlockReader, { cid, visited }: Resolution, request: CarRequest): AsyncGenerator<CID> {
  yield* visited
  // Only what hangs below the terminal block is left.
  if (request.scope === 'block') return
  if (request.scope === 'all') {
    yield* descendants(reader, cid, request.duplicates ? null : new Set(), 0)
    return
  }
  const node = await reader.node(cid)
  if (node.kind === 'shard') {
    const inner: CID[] = []
    for await (const _entry of shardEntries(reader, node, shard => inner.push(shard))) yield* inner.splice(0)
    yield* inner
  }
  if (node.kind === 'file') {
    const span = request.bytes === null ? { from: 0, to: node.size - 1 } : request.bytes(node.size)
    if (span !== null) yield* fileBlocks(reader, node, span, request.duplicates ? null : new Set(), 0)
  }
}

/** Blocks below a file's root that hold some of `span`. `walked`: parts that were passed in full before. */
async function* fileBlocks(
  reader: BlockReader,
  file: FileNode,
  span: Span,
  walked: Set<string> | null,
  depth: number,
): AsyncGenerator<CID> {
  if (depth > GATEWAY_LIMITS.depthMax) throw damaged(file.cid, 'it is nested too deeply')
  for (const part of partsWithin(file, span)) {
    const inner = within(part, span)
    const full = inner.from === 0 && inner.to === part.size - 1
    if (walked?.has(part.cid.toString()) === true) continue
    if (full) walked?.add(part.cid.toString())
    yield part.cid
    if (!isRaw(part.cid)) yield* fileBlocks(reader, await partNode(reader, file, part), inner, walked, depth + 1)
  }
}

/** Everything below a block, through DAG-PB and DAG-CBOR links. */
async function* descendants(
  reader: BlockReader,
  cid: CID,
  walked: Set<string> | null,
  depth: number,
): AsyncGenerator<CID> {
  if (isRaw(cid)) return
  // Deeper than one file or directory may be: folders hold folders that hold files.
  if (depth > GATEWAY_LIMITS.depthMax * GATEWAY_LIMITS.segmentsMax) throw damaged(cid, 'it is nested too deeply')
  for (const link of linksOf(cid, await reader.block(cid))) {
    if (walked?.has(link.toString()) === true) continue
    walked?.add(link.toString())
    yield link
    yield* descendants(reader, link, walked, depth + 1)
  }
}

function linksOf(cid: CID, bytes: Uint8Array): readonly CID[] {
  try {
    if (cid.code === dagPb.code) return dagPb.decode(bytes).Links.map(link => link.Hash)
    return cid.code === dagCbor.code ? [...documentLinks(dagCbor.decode(bytes))] : []
  } catch {
    throw damaged(cid, 'its bytes cannot be decoded')
  }
}

function* documentLinks(value: unknown): Generator<CID> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  const cid = CID.asCID(value)
  if (cid !== null) yield cid
  else for (const inner of Object.values(value)) yield* documentLinks(inner)
}
