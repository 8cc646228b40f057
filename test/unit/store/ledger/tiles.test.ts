import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { openEntries } from '#node/store/ledger/shared/entries.ts'
import { LOG_TABLES } from '#node/store/ledger/shared/schema.ts'
import { openTiles } from '#node/store/ledger/shared/tiles.ts'
import { leafHash, nodeHash } from '#src/ledger/merkle.ts'

const body = (index: number): Uint8Array => Buffer.from(`entry ${index}`)
const leaves = Array.from({ length: 2_000 }, (_, index) => leafHash(hasher, body(index)))
const equalTo = (hash: Uint8Array) => (other: Uint8Array) => Buffer.compare(hash, other) === 0

/** RFC 6962 root by its definition. */
function rootOf(from: number, to: number): Uint8Array {
  if (to - from === 0) return hasher.sha256(new Uint8Array(0))
  if (to - from === 1) return leaves[from] as Uint8Array
  let split = 1
  while (split * 2 < to - from) split *= 2
  return nodeHash(hasher, rootOf(from, from + split), rootOf(from + split, to))
}

function openTree() {
  const db = new DatabaseSync(':memory:')
  db.exec(LOG_TABLES)
  const entries = openEntries(db, 1)
  const tree = openTiles(db, 1, hasher, entries.bodies)
  tree.reload(0)
  const append = (count: number): void => {
    for (let left = count; left > 0; left--) {
      const index = tree.size()
      entries.put({ index, body: body(index), lines: null })
      tree.append(leaves[index] as Uint8Array)
    }
  }
  return { db, entries, tree, append }
}

describe('the tree in tiles', () => {
  it('has the root of RFC 6962 at every size it ever had, however it grew', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 6 }), fc.nat(1_800), (steps, asked) => {
        const { tree, append } = openTree()
        for (const step of steps) {
          append(step)
          tree.flush()
        }
        const size = asked % (tree.size() + 1)
        expect(tree.root(size)).toSatisfy(equalTo(rootOf(0, size)))
        expect(tree.root()).toSatisfy(equalTo(rootOf(0, tree.size())))
      }),
      { numRuns: 60 },
    )
  })

  it('is the same after it was opened again, and after a write that was taken back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 600 }), (kept, lost) => {
        const { db, tree, append, entries } = openTree()
        append(kept)
        tree.flush()
        db.exec('BEGIN')
        append(lost)
        tree.flush()
        expect(tree.root()).toSatisfy(equalTo(rootOf(0, kept + lost)))
        db.exec('ROLLBACK')
        tree.reload(kept)
        expect(tree.root()).toSatisfy(equalTo(rootOf(0, kept)))
        append(3)
        tree.flush()
        const again = openTiles(db, 1, hasher, entries.bodies)
        again.reload(kept + 3)
        expect(again.root()).toSatisfy(equalTo(rootOf(0, kept + 3)))
      }),
      { numRuns: 40 },
    )
  })

  it('shows tiles exactly as far as the tree that is asked about reaches', () => {
    const { tree, append } = openTree()
    append(600)
    tree.flush()
    expect(tree.tile(600, 0, 2, 88)).toHaveLength(88 * 32)
    expect(tree.tile(600, 0, 2, 89)).toBeNull()
    expect(tree.tile(599, 0, 2, 88)).toBeNull()
    expect(tree.tile(600, 0, 1, 256)).toSatisfy(equalTo(Buffer.concat(leaves.slice(256, 512))))
    expect(tree.tile(600, 1, 0, 2)).toSatisfy(equalTo(Buffer.concat([rootOf(0, 256), rootOf(256, 512)])))
    for (const [level, index, width] of [
      [1, 0, 3],
      [2, 0, 1],
      [0, 0, 0],
      [0, 3, 1],
    ] as const)
      expect(tree.tile(600, level, index, width)).toBeNull()
  })

  it('says so when a tile is lost', () => {
    const { db, tree, append, entries } = openTree()
    append(600)
    tree.flush()
    db.exec('DELETE FROM tile WHERE level = 0 AND idx = 0')
    const again = openTiles(db, 1, hasher, entries.bodies)
    again.reload(600)
    expect(() => again.node(0, 5)).toThrow(expect.objectContaining({ code: 'data-folder-unusable' }))
  })
})
