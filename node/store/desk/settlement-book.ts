import type { DatabaseSync } from 'node:sqlite'
import type { SettlementBook, SettlementRow } from '#node/ports/settlements.ts'
import { transaction } from '../database.ts'

type Row = Omit<SettlementRow, 'amount'> & { readonly amount: string }

const read = (row: Row): SettlementRow => ({ ...row, amount: BigInt(row.amount) })

/** Debts between this and other communities that a rail pays, in `desk.db`. */
export function createSettlementBook(db: DatabaseSync): SettlementBook {
  const insert = db.prepare('INSERT OR IGNORE INTO settlements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const select = db.prepare('SELECT * FROM settlements WHERE id = ?')
  const newest = db.prepare('SELECT * FROM settlements ORDER BY at DESC, rowid DESC LIMIT ?')
  const open = db.prepare("SELECT * FROM settlements WHERE state NOT IN ('settled', 'failed') ORDER BY at")
  const write = db.prepare('UPDATE settlements SET state = ?, receipt = ?, note = ?, said = ?, entry = ? WHERE id = ?')
  const rows = (found: unknown): SettlementRow[] => (found as Row[]).map(read)
  const find = (id: Uint8Array): SettlementRow | null => rows(select.all(id))[0] ?? null
  return {
    add({ id, debtor, creditor, code, scale, amount, number, rail, payee, state, receipt, note, said, at, entry }) {
      const named = [id, debtor, creditor, code, scale, String(amount), number, rail, payee] as const
      return insert.run(...named, state, receipt, note, said, at, entry).changes > 0
    },
    find,
    update: (id, change) =>
      transaction(db, () => {
        const row = find(id)
        if (row === null) return
        const { state, receipt, note, said, entry } = { ...row, ...change }
        write.run(state, receipt, note, said, entry, id)
      }),
    list: limit => rows(newest.all(limit)),
    open: () => rows(open.all()),
  }
}
