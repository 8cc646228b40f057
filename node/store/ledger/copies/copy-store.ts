import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { originOf, parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { openDatabase, transaction } from '../../database.ts'
import { findLog, type LogRow, logRow } from '../shared/schema.ts'
import { type Copy, type CopyPorts, openCopy } from './copy.ts'
import { COPY_MIGRATIONS } from './schema.ts'

export interface CopyStoreOptions extends CopyPorts {
  /** SQLite file, apart from the own log's. */
  readonly file: string
  /** Most logs whose state is in memory at once. */
  readonly openMax?: number
}

/** Each holds the state of one log: channels, accounts, agreements. */
const OPEN_MAX = 64

/** The copied logs of one file. Written with FULL durability: a seat's promise must survive a power cut, and one fsync a batch is little for a followed log. */
export class CopyStore {
  readonly db: DatabaseSync
  readonly file: string
  readonly ports: CopyPorts
  readonly #openMax: number
  readonly #newest: StatementSync
  readonly #open = new Map<string, Copy>()

  constructor({ file, openMax = OPEN_MAX, ...ports }: CopyStoreOptions) {
    this.file = file
    this.ports = ports
    this.#openMax = openMax
    this.db = openDatabase(file, COPY_MIGRATIONS, 'FULL')
    this.#newest = this.db.prepare(
      `SELECT id, community, origin, generation FROM log LEFT JOIN copy ON copy.log = log.id
       WHERE community = ? ORDER BY ifnull(size, 0) > 0 DESC, generation DESC LIMIT 1`,
    )
  }

  /** The newest generation of a community's log of which there are entries, or else the newest; null when none is held. */
  newest(community: Uint8Array): Copy | null {
    const row = this.#newest.get(community) as LogRow | undefined
    return row === undefined ? null : this.#opened(row)
  }

  held(origin: string): Copy | null {
    const row = findLog(this.db, origin)
    return row === null ? null : this.#opened(row)
  }

  /** Opens a log, as an empty one when it is new. Its origin names this community. */
  open(community: Uint8Array, origin: string): Copy {
    const name = parseOrigin(origin)
    if (name === null || !equals(name.community, community)) throw new RangeError('an origin names its community')
    const { generation } = name
    return this.#opened(transaction(this.db, () => logRow(this.db, { community, origin, generation })))
  }

  /** The generation before; null for the first, or when it is not held. */
  predecessor({ community, generation }: LogRow): Copy | null {
    return generation === 1 ? null : this.held(originOf(community, generation - 1))
  }

  #opened(row: LogRow): Copy {
    const known = this.#open.get(row.origin)
    if (known !== undefined) {
      this.#open.delete(row.origin)
      this.#open.set(row.origin, known)
      return known
    }
    const copy = openCopy(this.db, this.ports, row)
    this.#open.set(row.origin, copy)
    if (this.#open.size > this.#openMax) this.#restOne()
    return copy
  }

  /** The log that was used longest ago, and is not at work. */
  #restOne(): void {
    for (const [origin, copy] of this.#open) {
      if (copy.turn.waiting > 0) continue
      this.#open.delete(origin)
      copy.rest()
      return
    }
  }

  async close(): Promise<void> {
    const copies = [...this.#open.values()]
    await Promise.all(copies.map(copy => copy.turn.idle()))
    if (!this.db.isOpen) return
    for (const copy of copies) copy.rest()
    this.db.close()
  }
}
