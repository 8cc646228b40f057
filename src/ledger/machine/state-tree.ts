import { equals } from 'uint8arrays/equals'
import type { Hasher } from '#src/kernel/ports.ts'

/** Hash of a subtree without leaves. */
export const EMPTY: Uint8Array = new Uint8Array(32)
/** First byte of what a leaf hashes. */
export const LEAF: Uint8Array = Uint8Array.of(0x00)
const NODE = 0x01
/** A path has one step for each bit of a SHA-256. */
const DEPTH_MAX = 256

interface TreeNode {
  /** Of a leaf always; of a branch null while something below has changed. */
  hash: Uint8Array | null
  /** Null in a branch. */
  readonly key: Uint8Array | null
  left: TreeNode | null
  right: TreeNode | null
}

const leafNode = (key: Uint8Array, hash: Uint8Array): TreeNode => ({ hash, key, left: null, right: null })
const branchNode = (): TreeNode => ({ hash: null, key: null, left: null, right: null })

/** From the top: the highest bit of the first byte comes first. */
const bit = (key: Uint8Array, depth: number): number => ((key[depth >> 3] as number) >> (7 - (depth & 7))) & 1

/** H(0x00 || key hash || value). */
export function stateLeaf(hasher: Hasher, keyHash: Uint8Array, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(33 + value.length)
  bytes.set(LEAF)
  bytes.set(keyHash, 1)
  bytes.set(value, 33)
  return hasher.sha256(bytes)
}

const scratch = new Uint8Array(65).fill(NODE, 0, 1)
function join(hasher: Hasher, left: Uint8Array, right: Uint8Array): Uint8Array {
  scratch.set(left, 1)
  scratch.set(right, 33)
  return hasher.sha256(scratch)
}

/**
 * A sparse Merkle map over hashed keys: a subtree with one leaf is that leaf's hash, one without is 32 zero bytes, any other
 * H(0x01 || left || right), bit by bit from the top. So its root is of the set alone, whatever order it grew in. Only what
 * changed since the last root is hashed again.
 */
export class StateTree {
  readonly #hasher: Hasher
  #root: TreeNode | null = null

  constructor(hasher: Hasher) {
    this.#hasher = hasher
  }

  put(key: Uint8Array, hash: Uint8Array): void {
    let node = this.#root
    if (node === null) {
      this.#root = leafNode(key, hash)
      return
    }
    let parent: TreeNode | null = null
    let depth = 0
    while (node.key === null) {
      node.hash = null
      parent = node
      const next: TreeNode | null = bit(key, depth) === 0 ? node.left : node.right
      if (next === null) {
        this.#attach(node, bit(key, depth), leafNode(key, hash))
        return
      }
      node = next
      depth++
    }
    if (equals(node.key, key)) node.hash = hash
    else this.#attach(parent, depth === 0 ? 0 : bit(key, depth - 1), this.#split(node, leafNode(key, hash), depth))
  }

  #attach(parent: TreeNode | null, side: number, node: TreeNode | null): void {
    if (parent === null) this.#root = node
    else if (side === 0) parent.left = node
    else parent.right = node
  }

  /** Branches from `depth` to where two leaves part. */
  #split(old: TreeNode, leaf: TreeNode, depth: number): TreeNode {
    const [oldKey, key] = [old.key as Uint8Array, leaf.key as Uint8Array]
    const top = branchNode()
    let branch = top
    for (; bit(oldKey, depth) === bit(key, depth); depth++) {
      const next = branchNode()
      this.#attach(branch, bit(key, depth), next)
      branch = next
    }
    this.#attach(branch, bit(key, depth), leaf)
    this.#attach(branch, bit(oldKey, depth), old)
    return top
  }

  /** Takes a key out, and branches with it that are left with a single leaf. */
  remove(key: Uint8Array): void {
    const path: TreeNode[] = []
    let node = this.#root
    while (node !== null && node.key === null) {
      path.push(node)
      node = bit(key, path.length - 1) === 0 ? node.left : node.right
    }
    if (node === null || node.key === null || !equals(node.key, key)) return
    let rest: TreeNode | null = null
    for (let depth = path.length - 1; depth >= 0; depth--) {
      const branch = path[depth] as TreeNode
      branch.hash = null
      this.#attach(branch, bit(key, depth), rest)
      const only = branch.left === null ? branch.right : branch.right === null ? branch.left : null
      // A branch that keeps one leaf, or nothing, gives its place to it; any other stays as it is.
      rest = only === null ? (branch.left === null ? null : branch) : only.key === null ? branch : only
    }
    this.#root = rest
  }

  root(): Uint8Array {
    return this.#hash(this.#root)
  }

  #hash(node: TreeNode | null): Uint8Array {
    if (node === null) return EMPTY
    if (node.hash === null) {
      const left = this.#hash(node.left)
      node.hash = join(this.#hasher, left, this.#hash(node.right))
    }
    return node.hash
  }

  /** Siblings on the way from the top to a key's leaf; null when the key is not in the map. */
  siblings(key: Uint8Array): Uint8Array[] | null {
    const siblings: Uint8Array[] = []
    let node = this.#root
    while (node !== null && node.key === null) {
      const right = bit(key, siblings.length) === 1
      siblings.push(this.#hash(right ? node.left : node.right))
      node = right ? node.right : node.left
    }
    return node !== null && node.key !== null && equals(node.key, key) ? siblings : null
  }
}

/** Whether `value` stands under the key with this hash in the map with this root. Siblings come from the top. */
export function verifyMembership(
  hasher: Hasher,
  root: Uint8Array,
  keyHash: Uint8Array,
  value: Uint8Array,
  siblings: readonly Uint8Array[],
): boolean {
  if (siblings.length > DEPTH_MAX || keyHash.length !== 32) return false
  let hash = stateLeaf(hasher, keyHash, value)
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] as Uint8Array
    if (sibling.length !== 32) return false
    hash = bit(keyHash, depth) === 0 ? join(hasher, hash, sibling) : join(hasher, sibling, hash)
  }
  return equals(hash, root)
}
