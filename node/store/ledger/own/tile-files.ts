import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEntryBundle, TILE_WIDTH, type Tile, tilePath } from '#protocols/ledger/v1/tiles.ts'
import { hashesAt } from '../shared/tile-edge.ts'
import { writeFileDurably } from './durable-file.ts'
import type { OpenLog } from './open-log.ts'

/** Files written before the loop is given back to others, while many are missing. */
const SWEEP_CHUNK = 32

/** Every full resource that a tree of `to` leaves has and one of `from` leaves has not. */
export function* fullTiles(from: number, to: number): IterableIterator<Tile> {
  for (let level = 0; hashesAt(to, level) >= TILE_WIDTH; level++) {
    const last = Math.floor(hashesAt(to, level) / TILE_WIDTH)
    for (let index = Math.floor(hashesAt(from, level) / TILE_WIDTH); index < last; index++) {
      if (level === 0) yield { level: 'entries', index, width: TILE_WIDTH }
      yield { level, index, width: TILE_WIDTH }
    }
  }
}

function bytesOf({ tree, entries, signed }: OpenLog, { level, index }: Tile): Uint8Array | null {
  if (level === 'entries') return encodeEntryBundle(entries.bodies(index * TILE_WIDTH, TILE_WIDTH))
  return tree.tile(signed.size, level, index, TILE_WIDTH)
}

/**
 * Writes full tiles and full bundles under `log/`, in the layout of C2SP tlog-tiles, so that any static server can serve
 * them. They follow the database and can be made again: a file that fails is told of, and written at the next start.
 */
export class TileFiles {
  readonly #log: OpenLog
  #to: number
  #work: Promise<void> = Promise.resolve()
  #closed = false

  constructor(log: OpenLog) {
    this.#log = log
    this.#to = 0
  }

  /** Writes what became full since the last call; at the first, whatever is missing. */
  follow(): void {
    const from = this.#to
    const to = this.#log.signed.size
    if (hashesAt(from, 1) === hashesAt(to, 1)) return
    this.#to = to
    this.#work = this.#work.then(() => this.#write(from, to))
  }

  async #write(from: number, to: number): Promise<void> {
    let seen = 0
    for (const tile of fullTiles(from, to)) {
      if (++seen % SWEEP_CHUNK === 0) {
        await new Promise(setImmediate)
        // A stop does not wait for all that was missing.
        if (this.#closed) return
      }
      const path = join(this.#log.paths.folder, tilePath(tile))
      if (from === 0 && existsSync(path)) continue
      try {
        const bytes = bytesOf(this.#log, tile)
        if (bytes !== null) await writeFileDurably(path, bytes, 0o644)
      } catch (cause) {
        this.#log.warn?.(`${path} was not written (${(cause as Error).message}); the next start writes it`)
        return
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#work
  }
}
