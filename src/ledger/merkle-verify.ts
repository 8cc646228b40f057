import { equals } from 'uint8arrays/equals'
import type { Hasher } from '#src/kernel/ports.ts'
import { nodeHash } from './merkle.ts'

const HASH_BYTES = 32

const half = (n: number): number => Math.floor(n / 2)
const odd = (n: number): boolean => n % 2 === 1

export interface Inclusion {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

export interface Consistency {
  readonly from: number
  readonly to: number
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}

const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

/** RFC 9162 section 2.1.3.2. True only when the proof has exactly the hashes it needs. */
export function verifyInclusion(hasher: Hasher, { index, size, leaf, root, proof }: Inclusion): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || leaf.length !== HASH_BYTES) return false
  let position = index
  let last = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== HASH_BYTES) return false
    if (odd(position) || position === last) {
      hash = nodeHash(hasher, sibling, hash)
      while (!odd(position) && position !== 0) {
        position = half(position)
        last = half(last)
      }
    } else {
      hash = nodeHash(hasher, hash, sibling)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && equals(hash, root)
}

/** RFC 9162 section 2.1.4.2. Growth from the empty tree proves nothing, and equal sizes need equal roots and no proof. */
export function verifyConsistency(hasher: Hasher, { from, to, fromRoot, toRoot, proof }: Consistency): boolean {
  if (!isSize(from) || !isSize(to) || from === 0 || from > to) return false
  if (from === to) return proof.length === 0 && equals(fromRoot, toRoot)
  if (proof.length === 0 || proof.some(hash => hash.length !== HASH_BYTES)) return false
  let position = from - 1
  let last = to - 1
  while (odd(position)) {
    position = half(position)
    last = half(last)
  }
  // A complete old tree is itself the first hash of the walk, so the proof leaves it out.
  const path = position === 0 ? [fromRoot, ...proof] : proof
  let oldHash = path[0] ?? fromRoot
  let newHash = oldHash
  for (const sibling of path.slice(1)) {
    if (last === 0) return false
    if (odd(position) || position === last) {
      oldHash = nodeHash(hasher, sibling, oldHash)
      newHash = nodeHash(hasher, sibling, newHash)
      while (!odd(position) && position !== 0) {
        position = half(position)
        last = half(last)
      }
    } else {
      newHash = nodeHash(hasher, newHash, sibling)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && equals(oldHash, fromRoot) && equals(newHash, toRoot)
}

/**
 * Root of the first `index` leaves, read off an inclusion proof that already verified: its left siblings are exactly
 * the peaks of that smaller tree. So one valid audit path also fixes all history before the leaf. `null` for leaf 0.
 */
export function prefixRoot(hasher: Hasher, { index, size, proof }: Pick<Inclusion, 'index' | 'size' | 'proof'>) {
  let position = index
  let last = size - 1
  let root: Uint8Array | null = null
  for (const sibling of proof) {
    if (odd(position) || position === last) {
      root = root === null ? sibling : nodeHash(hasher, sibling, root)
      while (!odd(position) && position !== 0) {
        position = half(position)
        last = half(last)
      }
    }
    position = half(position)
    last = half(last)
  }
  return root
}
