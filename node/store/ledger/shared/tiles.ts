import type { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'
import { TILE_WIDTH } from '#protocols/ledger/v1/tiles.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { leafHash, type NodeReader, rootAt } from '#src/ledger/merkle.ts'
import { HASH_BYTES, subtreeRoot, type Tile, TileEdge, tileWidth } from './tile-edge.ts'

/** Tree levels in one tile. */
const TILE_HEIGHT = 8
/** Full tiles kept in memory, 8 KiB each: what proofs of recent entries read. */
const CACHE_MAX = 64

/** The Merkle tree of one log, in tiles. Leaves are appended in memory; `flush` writes them, within the transaction of their entries. */
export interface TileTree {
  size(): number
  /** Any complete subtree, for `src/ledger/merkle.ts`. */
  readonly node: NodeReader
  append(leaf: Uint8Array): void
  /** Root of the first `size` leaves; of all when it is left out. */
  root(size?: number): Uint8Array
  flush(): void
  /** Forgets what was not written, and goes on from `size` leaves as the file holds them. */
  reload(size: number): void
  /** The first `width` hashes of a tile in a tree of `size` leaves; null when that tree does not have them. */
  tile(size: number, level: number, index: number, width: number): Uint8Array | null
}

/** `bodies`: entries of the same log, from which the growing tile of level 0 is made. */
export function openTiles(
  db: DatabaseSync,
  log: number,
  hasher: Hasher,
  bodies: (start: number, limit: number) => readonly Uint8Array[],
): TileTree {
  const get = db.prepare('SELECT hashes FROM tile WHERE log = ? AND level = ? AND idx = ?')
  const put = db.prepare('INSERT OR REPLACE INTO tile (log, level, idx, hashes) VALUES (?, ?, ?, ?)')
  const cache = new Map<string, Uint8Array>()
  const full = new Map<string, Tile>()
  const keyOf = (level: number, index: number): string => `${level}/${index}`
  const edge = new TileEdge(hasher, tile => full.set(keyOf(tile.level, tile.index), tile))

  const lost = (): never => {
    throw new StageError('data-folder-unusable', 'The ledger lost a part of its tree. Restore it from a backup.')
  }

  function stored(level: number, index: number): Uint8Array {
    const key = keyOf(level, index)
    const held = cache.get(key)
    if (held !== undefined) {
      cache.delete(key)
      cache.set(key, held)
      return held
    }
    const row = get.get(log, level, index) as { hashes: Uint8Array } | undefined
    if (row === undefined) return lost()
    if (row.hashes.length === TILE_WIDTH * HASH_BYTES) remember(key, row.hashes)
    return row.hashes
  }

  function remember(key: string, hashes: Uint8Array): void {
    cache.set(key, hashes)
    if (cache.size <= CACHE_MAX) return
    for (const oldest of cache.keys()) {
      cache.delete(oldest)
      return
    }
  }

  function hashesOf(level: number, index: number): Uint8Array {
    const growing = edge.growing(level)
    if (growing !== null && growing.index === index) return growing.hashes
    return full.get(keyOf(level, index))?.hashes ?? stored(level, index)
  }

  const node: NodeReader = (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT)
    const count = 2 ** (level % TILE_HEIGHT)
    const first = index * count
    const hashes = hashesOf(tileLevel, Math.floor(first / TILE_WIDTH))
    const start = first % TILE_WIDTH
    if (hashes.length < (start + count) * HASH_BYTES) return lost()
    return subtreeRoot(hasher, hashes, start, count)
  }

  return {
    size: () => edge.size,
    node,
    append: leaf => edge.append(leaf),
    root: (size = edge.size) => rootAt(hasher, node, size),
    flush() {
      for (const [key, { level, index, hashes }] of full) {
        put.run(log, level, index, hashes)
        remember(key, hashes)
      }
      // Levels above 0 grow only when a tile below them fills.
      if (full.size > 0) {
        for (let level = 1; level < edge.levels; level++) {
          const tile = edge.growing(level)
          if (tile !== null && tile.hashes.length > 0) put.run(log, level, tile.index, tile.hashes)
        }
      }
      full.clear()
    },
    reload(size) {
      full.clear()
      // A tile that was flushed in a transaction that failed is not in the file.
      cache.clear()
      edge.load(size, (level, index, width) => {
        if (level > 0) return stored(level, index).subarray(0, width * HASH_BYTES)
        const hashes = new Uint8Array(width * HASH_BYTES)
        bodies(index * TILE_WIDTH, width).forEach((body, at) => {
          hashes.set(leafHash(hasher, body), at * HASH_BYTES)
        })
        return hashes
      })
    },
    tile(size, level, index, width) {
      if (width < 1 || width > tileWidth(Math.min(size, edge.size), level, index)) return null
      return hashesOf(level, index).slice(0, width * HASH_BYTES)
    },
  }
}
