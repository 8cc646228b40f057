import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { EMPTY_RANGE, extendRange, rangeRoot, readRange } from '#src/ledger/compact-range.ts'
import {
  appendedNodes,
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  type NodeReader,
  nodeHash,
  rootAt,
} from '#src/ledger/merkle.ts'
import { prefixRoot, verifyConsistency, verifyInclusion } from '#src/ledger/merkle-verify.ts'

const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('hex'))

/** MTH of RFC 6962 section 2.1, word for word. */
function definition(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (only === undefined) return emptyRoot(hasher)
  if (leaves.length === 1) return only
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(hasher, definition(leaves.slice(0, k)), definition(leaves.slice(k)))
}

const SIZE = 70
const leaves = Array.from({ length: SIZE }, (_, at) => leafHash(hasher, Uint8Array.of(at)))
const nodes = new Map<string, Uint8Array>()
let reads = 0
const read: NodeReader = (level, index) => {
  reads += 1
  const hash = nodes.get(`${level}/${index}`)
  if (hash === undefined) throw new Error(`node ${level}/${index} is not complete`)
  return hash
}
for (const [size, leaf] of leaves.entries())
  for (const node of appendedNodes(hasher, read, size, leaf)) nodes.set(`${node.level}/${node.index}`, node.hash)
const root = (size: number): Uint8Array => rootAt(hasher, read, size)
const sizes = fc.integer({ min: 1, max: SIZE })

describe('the Merkle tree', () => {
  test('has at every size the root that RFC 6962 defines, stored or as a compact range', () => {
    let range = EMPTY_RANGE
    for (let size = 0; size <= SIZE; size++) {
      const expected = hex(definition(leaves.slice(0, size)))
      expect(hex(root(size))).toBe(expected)
      expect(hex(rangeRoot(hasher, range))).toBe(expected)
      expect(hex(rangeRoot(hasher, readRange(read, size)))).toBe(expected)
      range = extendRange(hasher, range, leaves[size] ?? new Uint8Array(32))
    }
  })

  test('proves every leaf in every larger tree, and the proof fixes all history before the leaf', () => {
    for (let size = 1; size <= SIZE; size++) {
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(hasher, read, index, size)
        const leaf = leaves[index] ?? new Uint8Array()
        expect(verifyInclusion(hasher, { index, size, leaf, root: root(size), proof })).toBe(true)
        expect(hex(prefixRoot(hasher, { index, size, proof }))).toBe(index === 0 ? null : hex(root(index)))
      }
    }
  })

  test('proves every smaller tree a beginning of every larger one', () => {
    for (let to = 1; to <= SIZE; to++) {
      for (let from = 1; from <= to; from++) {
        const proof = consistencyProof(hasher, read, from, to)
        expect(verifyConsistency(hasher, { from, to, fromRoot: root(from), toRoot: root(to), proof })).toBe(true)
      }
    }
  })

  test('no proof verifies for another leaf, place, size or root', () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, sizes, (size, a, b, other) => {
        const [index, wrong] = [a % size, b % size]
        const proof = inclusionProof(hasher, read, index, size)
        const leaf = leaves[index] ?? new Uint8Array()
        const claim = { index, size, leaf, root: root(size), proof }
        if (wrong !== index) {
          expect(verifyInclusion(hasher, { ...claim, index: wrong })).toBe(false)
          expect(verifyInclusion(hasher, { ...claim, leaf: leaves[wrong] ?? leaf })).toBe(false)
        }
        if (other !== size) expect(verifyInclusion(hasher, { ...claim, root: root(other) })).toBe(false)
        expect(verifyInclusion(hasher, { ...claim, proof: [...proof, leaf] })).toBe(false)
        if (proof.length > 0) expect(verifyInclusion(hasher, { ...claim, proof: proof.slice(1) })).toBe(false)
      }),
    )
  })

  test('no consistency proof verifies for another pair of trees', () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, (a, b, other) => {
        const [from, to] = a < b ? [a, b] : [b, a]
        const proof = consistencyProof(hasher, read, from, to)
        const claim = { from, to, fromRoot: root(from), toRoot: root(to), proof }
        if (other !== from) expect(verifyConsistency(hasher, { ...claim, fromRoot: root(other) })).toBe(false)
        if (other !== to) expect(verifyConsistency(hasher, { ...claim, toRoot: root(other) })).toBe(false)
        expect(verifyConsistency(hasher, { ...claim, proof: [...proof, root(1)] })).toBe(false)
      }),
    )
  })

  test('random proofs never verify and never throw', () => {
    const hash = fc.uint8Array({ minLength: 0, maxLength: 40 })
    const number = fc.oneof(sizes, fc.double(), fc.constant(2 ** 53), fc.constant(-1))
    fc.assert(
      fc.property(number, number, hash, hash, fc.array(hash, { maxLength: 9 }), (a, b, x, y, proof) => {
        expect(verifyInclusion(hasher, { index: a, size: b, leaf: x, root: y, proof })).toBe(false)
        const consistent = verifyConsistency(hasher, { from: a, to: b, fromRoot: x, toRoot: y, proof })
        expect(consistent).toBe(a === b && a > 0 && Number.isSafeInteger(a) && proof.length === 0 && hex(x) === hex(y))
      }),
    )
  })

  test('answers a proof with reads that grow with the logarithm of the tree', () => {
    // A tree of 2^40 equal leaves, never built: every node of a level is the same.
    const level: Uint8Array[] = [leaves[0] ?? new Uint8Array(32)]
    for (let at = 1; at <= 41; at++)
      level.push(nodeHash(hasher, level[at - 1] ?? hasher.sha256(new Uint8Array()), level[at - 1] ?? new Uint8Array()))
    const huge: NodeReader = height => {
      reads += 1
      return level[height] ?? new Uint8Array(32)
    }
    const [size, index] = [2 ** 40 + 12_345, 2 ** 39 + 7]
    reads = 0
    const proof = inclusionProof(hasher, huge, index, size)
    const consistency = consistencyProof(hasher, huge, index, size)
    const [fromRoot, toRoot] = [rootAt(hasher, huge, index), rootAt(hasher, huge, size)]
    expect(reads).toBeLessThan(4 * 2 * 41)
    const leaf = level[0] ?? new Uint8Array()
    expect(verifyInclusion(hasher, { index, size, leaf, root: toRoot, proof })).toBe(true)
    expect(verifyConsistency(hasher, { from: index, to: size, fromRoot, toRoot, proof: consistency })).toBe(true)
    expect(hex(prefixRoot(hasher, { index, size, proof }))).toBe(hex(fromRoot))
    expect(hex(rangeRoot(hasher, readRange(huge, size)))).toBe(hex(toRoot))
  })
})
