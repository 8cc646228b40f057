import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { encodeEntryBundle, TILE_WIDTH, tilePath } from '#protocols/ledger/v1/tiles.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { type Tile, TileEdge } from '../../shared/tile-edge.ts'
import { broken, type Tally } from './report.ts'

interface TileCheckOptions {
  readonly db: DatabaseSync
  readonly log: number
  readonly hasher: Hasher
  /** Folder of the files. */
  readonly folder: string
  /** Full resources below this size are expected as files. */
  readonly signedSize: number
  readonly tally: Tally
}

const fileAt = (path: string): Uint8Array | null => {
  try {
    return readFileSync(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    return broken(`The file ${path} cannot be read (${(cause as Error).message}).`)
  }
}

/** Makes every tile again from the entries, and compares it with the database and the files. */
export class TileCheck {
  readonly #options: TileCheckOptions
  readonly #edge: TileEdge
  readonly #get
  #bodies: Uint8Array[] = []
  #bundle = 0
  /** Full resources without a file: the next start writes them. */
  missing = 0

  constructor(options: TileCheckOptions) {
    this.#options = options
    this.#get = options.db.prepare('SELECT hashes FROM tile WHERE log = ? AND level = ? AND idx = ?')
    this.#edge = new TileEdge(options.hasher, tile => this.#full(tile))
  }

  append(leaf: Uint8Array, body: Uint8Array): void {
    this.#bodies.push(body)
    this.#edge.append(leaf)
    if (this.#bodies.length < TILE_WIDTH) return
    this.#compareFile('entries', this.#bundle++, encodeEntryBundle(this.#bodies))
    this.#bodies = []
  }

  /** After the last entry: what still grows, and that there is no tile beside these. */
  finish(): void {
    const { db, log, tally } = this.#options
    for (let level = 1; level < this.#edge.levels; level++) {
      const tile = this.#edge.growing(level)
      if (tile !== null && tile.hashes.length > 0) this.#compareRow(tile)
    }
    const { n } = db.prepare('SELECT count(*) AS n FROM tile WHERE log = ?').get(log) as { n: number }
    if (n !== tally.tiles) broken(`The database holds ${n} tiles, and these entries have ${tally.tiles}.`)
  }

  #full(tile: Tile): void {
    this.#compareRow(tile)
    this.#compareFile(tile.level, tile.index, tile.hashes)
  }

  #compareRow({ level, index, hashes }: Tile): void {
    const row = this.#get.get(this.#options.log, level, index) as { hashes: Uint8Array } | undefined
    if (row === undefined) broken(`Tile ${index} of level ${level} is missing in the database.`)
    else if (!equals(row.hashes, hashes))
      broken(`Tile ${index} of level ${level} in the database does not have the hashes of the entries.`)
    this.#options.tally.tiles++
  }

  #compareFile(level: number | 'entries', index: number, bytes: Uint8Array): void {
    const { folder, signedSize, tally } = this.#options
    const path = join(folder, tilePath({ level, index, width: TILE_WIDTH }))
    const held = fileAt(path)
    const covers = (index + 1) * TILE_WIDTH ** (level === 'entries' ? 1 : level + 1)
    if (held === null) {
      if (covers <= signedSize) this.missing++
      return
    }
    if (!equals(held, bytes))
      broken(`The file ${path} is not what the entries give. Delete it: the next start writes it.`)
    tally.files++
  }
}
