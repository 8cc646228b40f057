import fc from 'fast-check'
import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { openDatabase } from '#node/store/database.ts'
import { COPY_MIGRATIONS } from '#node/store/ledger/copies/schema.ts'
import { openSegments } from '#node/store/ledger/copies/segments.ts'
import { openTiles } from '#node/store/ledger/copies/tiles.ts'
import { TreeEdge } from '#node/store/ledger/copies/tree.ts'
import { inclusionProof, leafHash, nodeHash, rootAt } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'

const hex = (bytes: Uint8Array): string => toText(bytes, 'base16')
const LOG = 1
function emptyLog() {
  const db = openDatabase(':memory:', COPY_MIGRATIONS, 'NORMAL')
  db.exec("INSERT INTO log (id, origin, community, generation) VALUES (1, 'a', x'00', 1)")
  return { db, tiles: openTiles(db, hasher, LOG), segments: openSegments(db, LOG) }
}
const leaf = (index: number): Uint8Array => leafHash(hasher, Uint8Array.of(index >> 16, index >> 8, index))

/** RFC 6962 section 2.1, word by word. */
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(hasher, mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}

describe('the edge of a tree in tiles', () => {
  it('has the root of RFC 6962 at every size up to and beyond a tile', () => {
    const edge = TreeEdge.load(hasher, 0, () => new Uint8Array(0))
    const leaves: Uint8Array[] = []
    for (let size = 1; size <= 600; size++) {
      leaves.push(leaf(size - 1))
      edge.append(leaf(size - 1))
      expect(hex(edge.root())).toBe(hex(mth(leaves)))
    }
  })

  it('is the same whether it grew in one go or was stored and loaded between batches', () => {
    const batches = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(batches, sizes => {
        const { tiles } = emptyLog()
        const whole = TreeEdge.load(hasher, 0, tiles.tile)
        let size = 0
        for (const more of sizes) {
          const edge = TreeEdge.load(hasher, size, tiles.tile)
          for (let n = 0; n < more; n++) {
            edge.append(leaf(size))
            whole.append(leaf(size))
            size++
          }
          for (const tile of edge.changed()) tiles.put(tile)
          expect(edge.root()).toEqual(whole.root())
        }
        expect(hex(rootAt(hasher, tiles.node, size))).toBe(hex(whole.root()))
      }),
      { numRuns: 20 },
    )
  })

  it('answers every proof from its tiles, three levels high', () => {
    const { tiles } = emptyLog()
    const size = 256 * 256 + 300
    const edge = TreeEdge.load(hasher, 0, tiles.tile)
    for (let index = 0; index < size; index++) edge.append(leaf(index))
    for (const tile of edge.changed()) tiles.put(tile)
    const root = edge.root()
    for (const index of [0, 255, 256, 65_535, 65_536, size - 1]) {
      const proof = inclusionProof(hasher, tiles.node, index, size)
      expect(verifyInclusion(hasher, { index, size, leaf: leaf(index), root, proof })).toBe(true)
    }
  })

  it('leaves nothing behind of a copy that is thrown away', () => {
    const edge = TreeEdge.load(hasher, 0, () => new Uint8Array(0))
    for (let index = 0; index < 300; index++) edge.append(leaf(index))
    const before = edge.root()
    const draft = edge.copy()
    for (let index = 0; index < 900; index++) draft.append(leaf(index))
    expect(edge.root()).toEqual(before)
    expect(edge.size).toBe(300)
  })
})

describe('segments of entries', () => {
  it('give back every entry, alone and in runs, however they were appended', () => {
    const batches = fc.array(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 60 }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(batches, sizes => {
        const { segments } = emptyLog()
        const all: Uint8Array[] = []
        for (const batch of sizes) {
          const entries = batch.map((length, at) => new Uint8Array(length).fill(all.length + at))
          segments.append(all.length, entries)
          all.push(...entries)
        }
        expect(segments.entries(0, all.length + 5)).toEqual(all)
        for (const index of [0, all.length >> 1, all.length - 1]) {
          expect(segments.entry(index)).toEqual(all[index])
          expect(segments.entries(index, 3)).toEqual(all.slice(index, index + 3))
        }
        expect(segments.entry(all.length)).toBeNull()
      }),
      { numRuns: 30 },
    )
  })

  it('keep the largest entries there are', () => {
    const { segments } = emptyLog()
    const large = Array.from({ length: 12 }, (_, n) => new Uint8Array(65_535).fill(n))
    segments.append(0, large)
    expect(segments.entries(0, 12)).toEqual(large)
    expect(segments.entries(0, 12, 65_535)).toHaveLength(1)
  })
})
