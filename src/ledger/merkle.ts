import { concat } from 'uint8arrays/concat'
import type { Hasher } from '#src/kernel/ports.ts'

/**
 * RFC 6962 section 2.1 over a store of complete subtrees. Level 0 holds leaf hashes; node (level, index) covers leaves
 * `index * 2^level` up to the next. A store that keeps every complete node answers any root or proof in O(log n) reads.
 */
export type NodeReader = (level: number, index: number) => Uint8Array

export interface TreeNode {
  readonly level: number
  readonly index: number
  readonly hash: Uint8Array
}

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)
const NOTHING = new Uint8Array(0)

export const leafHash = (hasher: Hasher, entry: Uint8Array): Uint8Array => hasher.sha256(concat([LEAF, entry]))

export const nodeHash = (hasher: Hasher, left: Uint8Array, right: Uint8Array): Uint8Array =>
  hasher.sha256(concat([NODE, left, right]))

/** Root of the tree without leaves. */
export const emptyRoot = (hasher: Hasher): Uint8Array => hasher.sha256(NOTHING)

/** Largest power of two below `n`, for n >= 2. Not bitwise: sizes go to 2^53. */
function splitPoint(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Nodes that become complete when `leaf` is appended to a tree of `size` leaves: the leaf first, then its ancestors. */
export function appendedNodes(hasher: Hasher, read: NodeReader, size: number, leaf: Uint8Array): TreeNode[] {
  const nodes: TreeNode[] = []
  let node: TreeNode = { level: 0, index: size, hash: leaf }
  nodes.push(node)
  while (node.index % 2 === 1) {
    const hash = nodeHash(hasher, read(node.level, node.index - 1), node.hash)
    node = { level: node.level + 1, index: (node.index - 1) / 2, hash }
    nodes.push(node)
  }
  return nodes
}

/** Hash over leaves `start` to `end`, where `start` is aligned as RFC 6962 splits produce it. */
function rangeHash(hasher: Hasher, read: NodeReader, start: number, end: number): Uint8Array {
  const count = end - start
  const level = Math.log2(count)
  if (Number.isInteger(level) && 2 ** level === count) return read(level, start / count)
  const k = splitPoint(count)
  return nodeHash(hasher, read(Math.log2(k), start / k), rangeHash(hasher, read, start + k, end))
}

/** Root of the first `size` leaves. */
export const rootAt = (hasher: Hasher, read: NodeReader, size: number): Uint8Array =>
  size === 0 ? emptyRoot(hasher) : rangeHash(hasher, read, 0, size)

/** Audit path of leaf `index` in the tree of the first `size` leaves, lowest sibling first. */
export function inclusionProof(hasher: Hasher, read: NodeReader, index: number, size: number): Uint8Array[] {
  if (index < 0 || index >= size) throw new RangeError('the leaf is outside the tree')
  const path: Uint8Array[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    if (index < middle) {
      path.push(rangeHash(hasher, read, middle, end))
      end = middle
    } else {
      path.push(rangeHash(hasher, read, start, middle))
      start = middle
    }
  }
  return path.reverse()
}

/** Proof that the tree of `to` leaves begins with the tree of `from` leaves; empty when there is nothing to prove. */
export function consistencyProof(hasher: Hasher, read: NodeReader, from: number, to: number): Uint8Array[] {
  if (from < 0 || from > to) throw new RangeError('a tree only grows')
  if (from === 0 || from === to) return []
  const path: Uint8Array[] = []
  let start = 0
  let end = to
  while (end !== from) {
    const middle = start + splitPoint(end - start)
    if (from <= middle) {
      path.push(rangeHash(hasher, read, middle, end))
      end = middle
    } else {
      path.push(rangeHash(hasher, read, start, middle))
      start = middle
    }
  }
  // The old tree is a left-aligned subtree exactly when the walk never went right: then its root is known already.
  if (start > 0) path.push(rangeHash(hasher, read, start, end))
  return path.reverse()
}
