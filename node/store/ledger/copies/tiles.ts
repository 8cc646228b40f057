import type { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import type { NodeReader } from '#src/ledger/merkle.ts'
import { subtreeRoot, TILE_WIDTH, type Tile } from './tree.ts'

const HASH_BYTES = 32
/** Levels of the tree within a tile. */
const TILE_HEIGHT = 8

/** The stored tiles of one log. */
export interface Tiles {
  /** The row of a tile, whole or not. */
  tile(level: number, index: number): Uint8Array
  /** Any complete subtree: what roots and proofs are made of. */
  readonly node: NodeReader
  /** Inside a transaction. */
  put(tile: Tile): void
}

export function openTiles(db: DatabaseSync, hasher: Hasher, log: number): Tiles {
  const get = db.prepare('SELECT hashes FROM tile WHERE log = ? AND level = ? AND idx = ?')
  const put = db.prepare('INSERT OR REPLACE INTO tile (log, level, idx, hashes) VALUES (?, ?, ?, ?)')
  const tile = (level: number, index: number): Uint8Array => {
    const row = get.get(log, level, index) as { hashes: Uint8Array } | undefined
    if (row === undefined)
      throw new StageError(
        'data-folder-unusable',
        'A copied log lost a part of its tree. Remove it, and it is fetched anew.',
      )
    return row.hashes
  }
  return {
    tile,
    node: (level, index) => {
      const within = 2 ** (level % TILE_HEIGHT)
      const first = index * within
      const hashes = tile(Math.floor(level / TILE_HEIGHT), Math.floor(first / TILE_WIDTH))
      const from = (first % TILE_WIDTH) * HASH_BYTES
      return subtreeRoot(hasher, hashes.subarray(from, from + within * HASH_BYTES))
    },
    put: ({ level, index, hashes }) => void put.run(log, level, index, hashes),
  }
}
