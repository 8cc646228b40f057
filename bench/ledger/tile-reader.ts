import { hasher } from '#node/identity/crypto-ports.ts'
import { subtreeRoot } from '#node/store/ledger/shared/tile-edge.ts'
import { TILE_WIDTH } from '#protocols/ledger/v1/tiles.ts'
import type { NodeReader } from '#src/ledger/merkle.ts'

/** Any complete subtree, from tiles of 256 hashes. The one that lies just above all tiles is made from the highest. */
export function tileReader(tile: (level: number, index: number) => Uint8Array): NodeReader {
  return (level, index) => {
    const count = 2 ** (level % 8)
    const first = index * count
    return subtreeRoot(hasher, tile(Math.floor(level / 8), Math.floor(first / TILE_WIDTH)), first % TILE_WIDTH, count)
  }
}
