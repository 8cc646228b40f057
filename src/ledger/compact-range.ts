import type { Hasher } from '#src/kernel/ports.ts'
import { appendedNodes, emptyRoot, type NodeReader, nodeHash } from './merkle.ts'

/** A tree without its inside: only the roots of its complete subtrees, tallest first. Enough to append and to know the root. */
export interface CompactRange {
  readonly size: number
  readonly peaks: readonly { readonly level: number; readonly hash: Uint8Array }[]
}

export const EMPTY_RANGE: CompactRange = { size: 0, peaks: [] }

/** The compact range of the first `size` leaves of a stored tree. */
export function readRange(read: NodeReader, size: number): CompactRange {
  const peaks: { level: number; hash: Uint8Array }[] = []
  let start = 0
  while (start < size) {
    let level = 0
    while (2 ** (level + 1) <= size - start) level += 1
    peaks.push({ level, hash: read(level, start / 2 ** level) })
    start += 2 ** level
  }
  return { size, peaks }
}

export function extendRange(hasher: Hasher, range: CompactRange, leaf: Uint8Array): CompactRange {
  const peakAt = (level: number): Uint8Array => {
    const peak = range.peaks.find(candidate => candidate.level === level)
    if (peak === undefined) throw new Error('a compact range holds a peak for every set bit of its size')
    return peak.hash
  }
  const top = appendedNodes(hasher, peakAt, range.size, leaf).at(-1)
  if (top === undefined) return range
  return {
    size: range.size + 1,
    peaks: [...range.peaks.filter(peak => peak.level > top.level), { level: top.level, hash: top.hash }],
  }
}

export function rangeRoot(hasher: Hasher, range: CompactRange): Uint8Array {
  const [lowest, ...higher] = range.peaks.toReversed()
  if (lowest === undefined) return emptyRoot(hasher)
  return higher.reduce((root, peak) => nodeHash(hasher, peak.hash, root), lowest.hash)
}
