import type { Hasher } from '#src/kernel/ports.ts'
import { emptyRoot } from '#src/ledger/merkle.ts'

/** Hashes in a full tile (https://c2sp.org/tlog-tiles). */
export const TILE_WIDTH = 256
const HASH_BYTES = 32

/** A tile as it is stored: `hashes` are whole subtrees of 256^level leaves, at most 256 of them. */
export interface Tile {
  readonly level: number
  readonly index: number
  readonly hashes: Uint8Array
}

interface Edge {
  index: number
  count: number
  dirty: boolean
  readonly hashes: Uint8Array
}

/**
 * RFC 6962 root over `count` subtree hashes that lie side by side, the last of which may be smaller than the others.
 * Destroys `hashes`: each level is written over the one below.
 */
function fold(hasher: Hasher, hashes: Uint8Array, count: number): Uint8Array {
  const pair = new Uint8Array(1 + 2 * HASH_BYTES)
  pair[0] = 1
  let width = count
  while (width > 1) {
    const pairs = width >> 1
    for (let at = 0; at < pairs; at++) {
      pair.set(hashes.subarray(2 * at * HASH_BYTES, (2 * at + 2) * HASH_BYTES), 1)
      hashes.set(hasher.sha256(pair), at * HASH_BYTES)
    }
    // An odd one out moves up as it is: it is the right edge of a tree that is not full.
    if (width % 2 === 1) hashes.copyWithin(pairs * HASH_BYTES, (width - 1) * HASH_BYTES, width * HASH_BYTES)
    width = pairs + (width % 2)
  }
  return hashes.slice(0, HASH_BYTES)
}

/** Root over the hashes of one tile, or of a part of one. */
export const subtreeRoot = (hasher: Hasher, hashes: Uint8Array): Uint8Array =>
  fold(hasher, hashes.slice(), hashes.length / HASH_BYTES)

/**
 * The right edge of a tree: one unfinished tile a level, which is all that appending needs. A copy can be grown and
 * thrown away, so that a batch that fails leaves nothing behind.
 */
export class TreeEdge {
  readonly #hasher: Hasher
  readonly #edges: Edge[]
  readonly #full: Tile[] = []
  #size: number

  private constructor(hasher: Hasher, size: number, edges: Edge[]) {
    this.#hasher = hasher
    this.#size = size
    this.#edges = edges
  }

  /** Reads the unfinished tiles of a stored tree. `read` answers the tile's row, whole or not. */
  static load(hasher: Hasher, size: number, read: (level: number, index: number) => Uint8Array): TreeEdge {
    const edges: Edge[] = []
    for (let level = 0, width = size; width > 0; level++, width = Math.floor(width / TILE_WIDTH)) {
      const edge = newEdge(Math.floor(width / TILE_WIDTH), width % TILE_WIDTH)
      if (edge.count > 0) edge.hashes.set(read(level, edge.index).subarray(0, edge.count * HASH_BYTES))
      edges.push(edge)
    }
    return new TreeEdge(hasher, size, edges)
  }

  get size(): number {
    return this.#size
  }

  /** For growing apart from this one. */
  copy(): TreeEdge {
    const edges = this.#edges.map(edge => ({ ...edge, dirty: false, hashes: edge.hashes.slice() }))
    return new TreeEdge(this.#hasher, this.#size, edges)
  }

  append(leaf: Uint8Array): void {
    this.#size += 1
    this.#put(0, leaf)
  }

  #put(level: number, hash: Uint8Array): void {
    let edge = this.#edges[level]
    if (edge === undefined) {
      edge = newEdge(0, 0)
      this.#edges.push(edge)
    }
    edge.hashes.set(hash, edge.count * HASH_BYTES)
    edge.count += 1
    edge.dirty = true
    if (edge.count < TILE_WIDTH) return
    const hashes = edge.hashes.slice()
    this.#full.push({ level, index: edge.index, hashes })
    const root = fold(this.#hasher, edge.hashes, TILE_WIDTH)
    edge.index += 1
    edge.count = 0
    edge.dirty = false
    this.#put(level + 1, root)
  }

  root(): Uint8Array {
    let below: Uint8Array | null = null
    for (const { hashes, count } of this.#edges) {
      if (count === 0) continue
      const row = new Uint8Array((count + 1) * HASH_BYTES)
      row.set(hashes.subarray(0, count * HASH_BYTES))
      if (below !== null) row.set(below, count * HASH_BYTES)
      below = fold(this.#hasher, row, count + (below === null ? 0 : 1))
    }
    return below ?? emptyRoot(this.#hasher)
  }

  /** Tiles that appending filled or changed since this edge was loaded or copied. */
  changed(): Tile[] {
    const partial = this.#edges.flatMap(({ index, count, dirty, hashes }, level) =>
      dirty ? [{ level, index, hashes: hashes.slice(0, count * HASH_BYTES) }] : [],
    )
    return [...this.#full, ...partial]
  }
}

const newEdge = (index: number, count: number): Edge => ({
  index,
  count,
  dirty: false,
  hashes: new Uint8Array(TILE_WIDTH * HASH_BYTES),
})
