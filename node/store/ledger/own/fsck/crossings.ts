import type { DatabaseSync } from 'node:sqlite'
import type { Hasher } from '#src/kernel/ports.ts'
import { openDatabase } from '../../../database.ts'
import type { LogRow } from '../../shared/schema.ts'
import { type CrossingTable, openCrossings } from '../crossings.ts'
import { OWN_LOG_MIGRATIONS } from '../schema.ts'
import { broken, type Tally } from './report.ts'

/** What is kept beside the entries about transfers, by table. */
const TABLES = ['crossing', 'learned', 'counter'] as const

const rowsOf = (db: DatabaseSync, table: string, log: number): string[] =>
  db
    .prepare(`SELECT * FROM ${table} WHERE log = ?`)
    .all(log)
    .map(row =>
      JSON.stringify(
        Object.values(row).map(value => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)),
      ),
    )
    .sort()

/** What the entries say about transfers, written again in memory and compared with what the file has. */
export class CrossingCheck {
  readonly table: CrossingTable
  readonly #file: DatabaseSync
  readonly #again: DatabaseSync
  readonly #log: number

  constructor(file: DatabaseSync, row: LogRow, hasher: Hasher) {
    this.#file = file
    this.#log = row.id
    this.#again = openDatabase(':memory:', OWN_LOG_MIGRATIONS, 'NORMAL')
    this.table = openCrossings(this.#again, row.id, row.community, hasher)
  }

  finish(tally: Tally): void {
    const has = this.#file.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
    for (const table of TABLES) {
      // A file of a version that knew of no transfers gets its tables at the next start.
      if (has.get(table) === undefined) continue
      const held = rowsOf(this.#file, table, this.#log)
      const due = rowsOf(this.#again, table, this.#log)
      if (held.join('\n') !== due.join('\n'))
        broken('What is kept beside the entries about payments between communities is not what the entries say.')
      tally.crossings += table === 'crossing' ? held.length : 0
    }
    this.#again.close()
  }
}
