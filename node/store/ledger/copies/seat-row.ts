import type { DatabaseSync } from 'node:sqlite'
import type { SeatHead } from '#src/ledger/committee/types.ts'

/** What a seat promised for one log. */
export interface SeatRow {
  get(): SeatHead | null
  /** Compare and swap: false, and nothing written, unless `before` is what the row still says. Inside a transaction. */
  swap(before: SeatHead | null, next: SeatHead): boolean
}

type Row = Omit<SeatHead, 'origin' | 'closed' | 'handed'> & { readonly closed: number; readonly handed: number }

export function openSeatRow(db: DatabaseSync, log: number, origin: string): SeatRow {
  const get = db.prepare(
    'SELECT size, root, state_root AS stateRoot, epoch, entered, handed, note, closed FROM seat WHERE log = ?',
  )
  const first = db.prepare(
    `INSERT INTO seat (size, root, state_root, epoch, entered, handed, note, closed, log)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const next = db.prepare(
    `UPDATE seat SET size = ?, root = ?, state_root = ?, epoch = ?, entered = ?, handed = ?, note = ?, closed = ?
     WHERE log = ? AND size = ? AND root = ? AND closed = ?`,
  )
  return {
    get: () => {
      const row = get.get(log) as Row | undefined
      return row === undefined ? null : { ...row, origin, handed: row.handed === 1, closed: row.closed === 1 }
    },
    swap: (before, { size, root, stateRoot, epoch, entered, handed, note, closed }) => {
      const values = [size, root, stateRoot, epoch, entered, handed ? 1 : 0, note, closed ? 1 : 0, log] as const
      const { changes } =
        before === null ? first.run(...values) : next.run(...values, before.size, before.root, before.closed ? 1 : 0)
      return changes === 1
    },
  }
}
