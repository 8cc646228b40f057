import type { BlockReader } from './blocks.ts'
import { GATEWAY_LIMITS } from './limits.ts'
import { damaged, type FileNode, isRaw, type Part } from './unixfs.ts'

/** Content bytes `from` to `to`, both included, counted from the start of the file. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The parts of a file that hold some of `span`, by binary search: a long file has thousands. */
export function partsWithin({ parts }: FileNode, { from, to }: Span): readonly Part[] {
  let low = 0
  let high = parts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const part = parts[middle]!
    if (part.start + part.size <= from) low = middle + 1
    else high = middle
  }
  let end = low
  while (end < parts.length && parts[end]!.start <= to) end += 1
  return parts.slice(low, end).filter(part => part.size > 0)
}

/** `span` as seen from the start of a part. */
export function within(part: Part, span: Span): Span {
  return { from: Math.max(0, span.from - part.start), to: Math.min(part.size - 1, span.to - part.start) }
}

/**
 * Yields the bytes of `span` in order, as views of whole blocks: nothing is copied. Asks for a few blocks ahead; the caller's
 * pace is the pace of reading. Throws `StageError` 'no-holder' or 'bad-archive' where a block is missing or lies.
 */
export async function* readSpan(
  reader: BlockReader,
  file: FileNode,
  span: Span,
  depth = 0,
): AsyncGenerator<Uint8Array, void, void> {
  if (depth > GATEWAY_LIMITS.depthMax) throw damaged(file.cid, 'it is nested too deeply')
  if (span.from < file.data.length) yield file.data.subarray(span.from, Math.min(file.data.length, span.to + 1))
  const parts = partsWithin(file, span)
  for (const [index, part] of parts.entries()) {
    for (const next of parts.slice(index + 1, index + 1 + GATEWAY_LIMITS.aheadBlocks)) reader.prefetch(next.cid)
    const inner = within(part, span)
    if (isRaw(part.cid)) {
      const bytes = await reader.block(part.cid)
      if (bytes.length !== part.size) throw damaged(file.cid, 'a part has not the size that was promised')
      yield inner.from === 0 && inner.to === part.size - 1 ? bytes : bytes.subarray(inner.from, inner.to + 1)
      continue
    }
    yield* readSpan(reader, await partNode(reader, file, part), inner, depth + 1)
  }
}

export async function partNode(reader: BlockReader, file: FileNode, part: Part): Promise<FileNode> {
  const node = await reader.node(part.cid)
  if (node.kind !== 'file' || node.size !== part.size) throw damaged(file.cid, 'a part is not what was promised')
  return node
}
