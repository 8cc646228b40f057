import type { DatabaseSync } from 'node:sqlite'
import { concat } from 'uint8arrays/concat'
import type { NettingBook, NettingRow } from '#node/ports/settlements.ts'
import { transaction } from '../database.ts'

const KEY_BYTES = 32

type Row = Omit<NettingRow, 'told'> & { readonly told: Uint8Array }

const read = ({ told, ...row }: Row): NettingRow => ({
  ...row,
  told: Array.from({ length: told.length / KEY_BYTES }, (_, n) => told.slice(n * KEY_BYTES, (n + 1) * KEY_BYTES)),
})

/** Netting documents that this community knows of, in `desk.db`. */
export function createNettingBook(db: DatabaseSync): NettingBook {
  const insert = db.prepare('INSERT OR IGNORE INTO nettings VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const select = db.prepare('SELECT * FROM nettings WHERE id = ?')
  const newest = db.prepare('SELECT * FROM nettings ORDER BY at DESC, rowid DESC LIMIT ?')
  const write = db.prepare('UPDATE nettings SET document = ?, state = ?, said = ?, entry = ?, told = ? WHERE id = ?')
  const rows = (found: unknown): NettingRow[] => (found as Row[]).map(read)
  const find = (id: Uint8Array): NettingRow | null => rows(select.all(id))[0] ?? null
  return {
    add: ({ id, document, expiry, state, said, at, entry, told }) =>
      insert.run(id, document, expiry, state, said, at, entry, concat([...told])).changes > 0,
    find,
    update: (id, change) =>
      transaction(db, () => {
        const row = find(id)
        if (row === null) return
        const { document, state, said, entry, told } = { ...row, ...change }
        write.run(document, state, said, entry, concat([...told]), id)
      }),
    list: limit => rows(newest.all(limit)),
  }
}
