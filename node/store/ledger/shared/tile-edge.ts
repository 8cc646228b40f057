import { StageError } from '#node/errors.ts'
import { TILE_WIDTH } from '#protocols/ledger/v1/tiles.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { nodeHash } from '#src/ledger/merkle.ts'

export const HASH_BYTES = 32
const TILE_BYTES = TILE_WIDTH * HASH_BYTES

export interface Tile {
  readonly level: number
  readonly index: number
  /** Up to 256 hashes, one after another. */
  readonly hashes: Uint8Array
}

/** How many hashes a tree of `size` leaves has at a tile level. */
export const hashesAt = (size: number, level: number): number => Math.floor(size / TILE_WIDTH ** level)

/** Width of a tile in a tree of `size` leaves: 0 when the tree does not reach it. */
export const tileWidth = (size: number, level: number, index: number): number =>
  Math.max(0, Math.min(TILE_WIDTH, hashesAt(size, level) - index * TILE_WIDTH))

/** Root of the complete subtree over the `count` hashes from `start` in a tile; `count` is a power of two. */
export function subtreeRoot(hasher: Hasher, hashes: Uint8Array, start: number, count: number): Uint8Array {
  if (count === 1) return hashes.subarray(start * HASH_BYTES, (start + 1) * HASH_BYTES)
  const half = count / 2
  const left = subtreeRoot(hasher, hashes, start, half)
  return nodeHash(hasher, left, subtreeRoot(hasher, hashes, start + half, half))
}

interface Growing {
  index: number
  count: number
  hashes: Uint8Array
}

/** The right edge of a tiled tree: the growing tile of each level. Appending costs one hash a leaf on average. */
export class TileEdge {
  readonly #hasher: Hasher
  readonly #onFull: (tile: Tile) => void
  readonly #levels: Growing[] = []
  #size = 0

  constructor(hasher: Hasher, onFull: (tile: Tile) => void) {
    this.#hasher = hasher
    this.#onFull = onFull
  }

  /** Goes on from a tree of `size` leaves; `growing` gives the hashes of the growing tile of each level. */
  load(size: number, growing: (level: number, index: number, width: number) => Uint8Array): void {
    this.#levels.length = 0
    this.#size = size
    for (let level = 0; hashesAt(size, level) > 0; level++) {
      const index = Math.floor(hashesAt(size, level) / TILE_WIDTH)
      const count = hashesAt(size, level) % TILE_WIDTH
      const hashes = new Uint8Array(TILE_BYTES)
      const held = count === 0 ? hashes.subarray(0, 0) : growing(level, index, count)
      if (held.length !== count * HASH_BYTES)
        throw new StageError('data-folder-unusable', 'The ledger lost a part of its tree. Restore it from a backup.')
      hashes.set(held)
      this.#levels.push({ index, count, hashes })
    }
  }

  get size(): number {
    return this.#size
  }

  append(leaf: Uint8Array): void {
    this.#push(0, leaf)
    this.#size++
  }

  #push(level: number, hash: Uint8Array): void {
    let tile = this.#levels[level]
    if (tile === undefined) {
      tile = { index: 0, count: 0, hashes: new Uint8Array(TILE_BYTES) }
      this.#levels[level] = tile
    }
    tile.hashes.set(hash, tile.count * HASH_BYTES)
    if (++tile.count < TILE_WIDTH) return
    const { index, hashes } = tile
    this.#levels[level] = { index: index + 1, count: 0, hashes: new Uint8Array(TILE_BYTES) }
    this.#onFull({ level, index, hashes })
    this.#push(level + 1, subtreeRoot(this.#hasher, hashes, 0, TILE_WIDTH))
  }

  /** The growing tile of a level, as far as it is filled; null when the level does not exist yet. */
  growing(level: number): Tile | null {
    const tile = this.#levels[level]
    if (tile === undefined) return null
    return { level, index: tile.index, hashes: tile.hashes.subarray(0, tile.count * HASH_BYTES) }
  }

  get levels(): number {
    return this.#levels.length
  }
}
