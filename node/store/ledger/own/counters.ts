import type { DatabaseSync } from 'node:sqlite'

/** Sums that follow from the entries and are written with them. Fine units, by name and asset. */
export interface Counters {
  read(name: string, asset: string): bigint
  add(name: string, asset: string, amount: bigint): void
}

export function openCounters(db: DatabaseSync, log: number): Counters {
  const total = db.prepare('SELECT total FROM counter WHERE log = ? AND name = ? AND asset = ?')
  const put = db.prepare('INSERT OR REPLACE INTO counter (log, name, asset, total) VALUES (?, ?, ?, ?)')
  const read = (name: string, asset: string): bigint =>
    BigInt((total.get(log, name, asset) as { total: string } | undefined)?.total ?? 0)
  return {
    read,
    add: (name, asset, amount) => void put.run(log, name, asset, String(read(name, asset) + amount)),
  }
}
