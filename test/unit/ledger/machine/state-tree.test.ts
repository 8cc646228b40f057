import fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { describe, expect, it } from 'vitest'
import { EMPTY, StateTree, stateLeaf, verifyMembership } from '#src/ledger/machine/state-tree.ts'
import { nobleHasher as hasher } from '#test/support/ledger-writer.ts'

type Pair = readonly [key: string, value: Uint8Array]

const keyHash = (key: string) => hasher.sha256(fromString(key))
const bit = (key: Uint8Array, depth: number) => ((key[depth >> 3] as number) >> (7 - (depth % 8))) & 1

/** The definition, said a second time: no tree, only sets that are parted by their next bit. */
function plainRoot(leaves: { key: Uint8Array; value: Uint8Array }[], depth = 0): Uint8Array {
  const [only, second] = leaves
  if (only === undefined) return EMPTY
  if (second === undefined) return hasher.sha256(concat([Uint8Array.of(0), only.key, only.value]))
  const [left, right] = [0, 1].map(side => leaves.filter(({ key }) => bit(key, depth) === side))
  return hasher.sha256(concat([Uint8Array.of(1), plainRoot(left ?? [], depth + 1), plainRoot(right ?? [], depth + 1)]))
}
const definedRoot = (pairs: readonly Pair[]) =>
  plainRoot([...new Map(pairs)].map(([key, value]) => ({ key: keyHash(key), value })))

function treeOf(pairs: readonly Pair[]): StateTree {
  const tree = new StateTree(hasher)
  for (const [key, value] of pairs) tree.put(keyHash(key), stateLeaf(hasher, keyHash(key), value))
  return tree
}

const pairs = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.uint8Array({ maxLength: 40 })), { maxLength: 40 })
const distinct = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 6 }), fc.uint8Array({ maxLength: 40 })), {
  maxLength: 40,
  selector: ([key]) => key,
})

describe('the state tree', () => {
  it('has the root that its definition gives, whatever was asked and changed on the way', () => {
    fc.assert(
      fc.property(pairs, fc.nat(40), (set, at) => {
        const tree = treeOf(set.slice(0, at))
        expect(tree.root()).toEqual(definedRoot(set.slice(0, at)))
        for (const [key, value] of set.slice(at)) tree.put(keyHash(key), stateLeaf(hasher, keyHash(key), value))
        expect(tree.root()).toEqual(definedRoot(set))
      }),
    )
  })

  it('has one root for a set, in whatever order its keys came', () => {
    fc.assert(
      fc.property(
        distinct.chain(set => fc.tuple(fc.constant(set), fc.shuffledSubarray(set, { minLength: set.length }))),
        ([set, shuffled]) => {
          expect(treeOf(shuffled).root()).toEqual(treeOf(set).root())
        },
      ),
    )
  })

  it('forgets a removed key as if it had never been there', () => {
    fc.assert(
      fc.property(distinct, distinct, fc.boolean(), (stay, go, ask) => {
        const names = new Set(stay.map(([key]) => key))
        const gone = go.filter(([key]) => !names.has(key))
        const tree = treeOf([...stay, ...gone])
        if (ask) tree.root()
        for (const [key] of gone) tree.remove(keyHash(key))
        expect(tree.root()).toEqual(definedRoot(stay))
        tree.remove(keyHash('was never there'))
        expect(tree.root()).toEqual(definedRoot(stay))
      }),
    )
  })

  it('proves what it holds, and nothing that differs in a byte', () => {
    fc.assert(
      fc.property(
        distinct.filter(set => set.length > 0),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (set, which, where, flip) => {
          const tree = treeOf(set)
          const [key, value] = set[which % set.length] as Pair
          const siblings = tree.siblings(keyHash(key)) ?? []
          const holds = (k: Uint8Array, v: Uint8Array, s: Uint8Array[], root = tree.root()) =>
            verifyMembership(hasher, root, k, v, s)
          const flipped = (bytes: Uint8Array) =>
            bytes.map((byte, i) => (i === where % bytes.length ? byte ^ flip : byte))
          expect(holds(keyHash(key), value, siblings)).toBe(true)
          expect(holds(flipped(keyHash(key)), value, siblings)).toBe(false)
          expect(holds(keyHash(key), value, siblings, flipped(tree.root()))).toBe(false)
          expect(holds(keyHash(key), concat([value, Uint8Array.of(0)]), siblings)).toBe(false)
          if (value.length > 0) expect(holds(keyHash(key), flipped(value), siblings)).toBe(false)
          expect(holds(keyHash(key), value, [...siblings, EMPTY])).toBe(false)
          if (siblings.length === 0) return
          const at = where % siblings.length
          expect(holds(keyHash(key), value, siblings.slice(1))).toBe(false)
          expect(
            holds(
              keyHash(key),
              value,
              siblings.map((hash, i) => (i === at ? flipped(hash) : hash)),
            ),
          ).toBe(false)
        },
      ),
    )
  })

  it('proves nothing about an absent key', () => {
    expect(treeOf([['a', EMPTY]]).siblings(keyHash('b'))).toBeNull()
    expect(new StateTree(hasher).siblings(keyHash('b'))).toBeNull()
    expect(new StateTree(hasher).root()).toEqual(EMPTY)
  })

  it('takes no proof that is longer than a path can be', () => {
    expect(verifyMembership(hasher, EMPTY, keyHash('a'), EMPTY, new Array(257).fill(EMPTY))).toBe(false)
    expect(verifyMembership(hasher, EMPTY, EMPTY.slice(1), EMPTY, [])).toBe(false)
  })
})
