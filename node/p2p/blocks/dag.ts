import type { BlockCodec } from 'multiformats'
import * as Block from 'multiformats/block'
import type { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { StageError } from '#node/errors.ts'

/** Finds the decoder of a codec, e.g. `helia.getCodec`. */
export type CodecOf = (code: number) => BlockCodec<number, unknown> | Promise<BlockCodec<number, unknown>>

/** Whether a block has no links whatever its bytes are: its presence can be told without reading it. */
export const isLeaf = (cid: CID): boolean => cid.code === raw.code

/** Links in order of appearance. Throws `StageError` 'bad-request' for a block that does not decode. */
export async function linksOf(cid: CID, bytes: Uint8Array, codecOf: CodecOf): Promise<CID[]> {
  if (isLeaf(cid)) return []
  try {
    const block = Block.createUnsafe({ cid, bytes, codec: await codecOf(cid.code) })
    return [...block.links()].map(([, link]) => link)
  } catch (cause) {
    throw new StageError('bad-request', 'This content has a part that cannot be read, so it was left out.', { cause })
  }
}

/** UnixFS records in each link how large what it points to is; with the node's own bytes that is the whole. */
export async function totalBytes(cid: CID, bytes: Uint8Array, codecOf: CodecOf): Promise<number | null> {
  if (isLeaf(cid)) return bytes.length
  const node = (await codecOf(cid.code)).decode(bytes) as { Links?: { Tsize?: number }[] }
  if (!Array.isArray(node.Links)) return null
  return node.Links.reduce((sum, link) => sum + (link.Tsize ?? 0), bytes.length)
}
