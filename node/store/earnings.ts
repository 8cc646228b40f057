import type { DatabaseSync } from 'node:sqlite'
import type { LogRecord } from '#node/ports/ledger.ts'
import type { Earnings } from '#node/ports/receipts.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { decodeLines, type SplitLine } from '#protocols/ledger/v1/split.ts'
import { transaction } from './database.ts'

/** Entries counted in one transaction: a few milliseconds of the loop. */
const BATCH = 256
const FINE_SCALE = 9

type Read = (index: number) => LogRecord | null

/** Lines of the purchase that a refund reverses. */
function linesTakenBack({ entry }: LogRecord): readonly SplitLine[] {
  const decoded = decodeEntry(entry)
  const lines = decoded.ok && decoded.value.kind === 'refund' ? decodeLines(decoded.value.lines) : null
  return lines?.ok ? lines.value : []
}

/** Sums of what was paid for releases, kept beside the events: the log itself stays what can be proven. */
export function createEarnings(db: DatabaseSync): Earnings {
  const cursor = db.prepare('SELECT size FROM earnings_read WHERE community = ? AND origin = ?')
  const advance = db.prepare(
    'INSERT INTO earnings_read VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET size = excluded.size',
  )
  const units = db.prepare('SELECT units FROM earnings WHERE community = ? AND release = ? AND party = ?')
  const put = db.prepare('INSERT INTO earnings VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET units = excluded.units')
  const forget = ['earnings_read', 'earnings'].map(table => db.prepare(`DELETE FROM ${table} WHERE community = ?`))
  const all = db.prepare('SELECT party, units FROM earnings WHERE community = ? AND release = ?')

  const sizeOf = (community: Uint8Array, origin: string): number =>
    (cursor.get(community, origin) as { size: number } | undefined)?.size ?? 0

  const add = (community: Uint8Array, release: string, party: string, amount: bigint): void => {
    // Text, because 64 bits do not hold what a busy community counts in fine units.
    const before = (units.get(community, release, party) as { units: string } | undefined)?.units ?? '0'
    put.run(community, release, party, String(BigInt(before) + amount))
  }

  const count = (community: Uint8Array, record: LogRecord): void => {
    const { release, amount, asset } = record
    const isRefund = record.kind === 'refund'
    const lines = isRefund ? linesTakenBack(record) : record.lines
    if (release === null || asset === null || lines.length === 0) return
    const sign = isRefund ? -1n : 1n
    add(community, release, '', sign * amount * 10n ** BigInt(FINE_SCALE - asset.scale))
    for (const { party, amount: part } of lines) if (party !== '') add(community, release, party, sign * part)
  }

  const readBatch = (community: Uint8Array, origin: string, size: number, record: Read): boolean =>
    transaction(db, () => {
      // A log that was started anew under the same name is counted from its beginning.
      if (sizeOf(community, origin) > size) for (const statement of forget) statement.run(community)
      const from = sizeOf(community, origin)
      const to = Math.min(size, from + BATCH)
      for (let index = from; index < to; index++) {
        const read = record(index)
        if (read !== null) count(community, read)
      }
      if (to > from) advance.run(community, origin, to)
      return to < size
    })

  return {
    async readOn(community, origin, size, record) {
      while (readBatch(community, origin, size, record)) await new Promise(resolve => setImmediate(resolve))
    },
    of: (community, release) =>
      new Map(
        (all.all(community, release) as { party: string; units: string }[]).map(row => [row.party, BigInt(row.units)]),
      ),
  }
}
