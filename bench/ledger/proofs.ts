import { concat } from 'uint8arrays/concat'
import { hasher } from '#node/identity/crypto-ports.ts'
import { type Tile, TileEdge } from '#node/store/ledger/shared/tile-edge.ts'
import { TILE_WIDTH } from '#protocols/ledger/v1/tiles.ts'
import { inclusionProof, leafHash, type NodeReader } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import type { Part } from '../ledger.ts'
import { median } from '../support/statistics.ts'
import { tileReader } from './tile-reader.ts'

const LEVELS = [10, 20, 24] as const
const PROOFS = 200
const VERIFY_TIMES = 50

interface Cost {
  readonly bytes: number
  readonly verifyUs: number
}

const counter = new Uint8Array(8)
const view = new DataView(counter.buffer)

function leafAt(index: number): Uint8Array {
  view.setFloat64(0, index)
  return leafHash(hasher, counter)
}

/** A tree of synthetic leaves. Its tiles of leaves are made again when they are read, so that 2^24 of them fit memory. */
function treeOf(size: number): NodeReader {
  const tiles = new Map<string, Tile>()
  const edge = new TileEdge(hasher, tile => {
    if (tile.level > 0) tiles.set(`${tile.level}/${tile.index}`, tile)
  })
  for (let index = 0; index < size; index++) edge.append(leafAt(index))
  return tileReader((level, index) => {
    if (level === 0) return concat(Array.from({ length: TILE_WIDTH }, (_, n) => leafAt(index * TILE_WIDTH + n)))
    const growing = edge.growing(level)
    const tile = growing?.index === index ? growing : tiles.get(`${level}/${index}`)
    if (tile === undefined) throw new Error('the tree lost a tile')
    return tile.hashes
  })
}

function measure(size: number): Cost {
  const node = treeOf(size)
  const root = node(Math.log2(size), 0)
  const times: number[] = []
  let bytes = 0
  for (let n = 0; n < PROOFS; n++) {
    const index = Math.floor((n * size) / PROOFS)
    const proof = inclusionProof(hasher, node, index, size)
    const leaf = node(0, index)
    bytes = Math.max(bytes, proof.length * 32)
    const start = performance.now()
    for (let again = 0; again < VERIFY_TIMES; again++)
      if (!verifyInclusion(hasher, { index, size, leaf, root, proof })) throw new Error('a proof of the bench is false')
    times.push(((performance.now() - start) * 1_000) / VERIFY_TIMES)
  }
  return { bytes, verifyUs: median(times) }
}

/** Inclusion proofs in trees of 2^10, 2^20 and 2^24 leaves: bytes of hashes, and time to verify one. */
export const run: Part = async () => {
  const figures: Record<string, number> = {}
  const costs = LEVELS.map(level => ({ level, ...measure(2 ** level) }))
  for (const { level, bytes, verifyUs } of costs) {
    figures[`proof_bytes_2_${level}`] = bytes
    figures[`proof_verify_us_2_${level}`] = verifyUs
  }
  const bytesAt = (wanted: number): number => costs.find(({ level }) => level === wanted)?.bytes ?? Number.NaN
  // Logarithmic growth is 24 / 10; linear growth would be 16,384.
  return { ratios: { proof_bytes_2_24_vs_2_10: bytesAt(24) / bytesAt(10) }, figures }
}
