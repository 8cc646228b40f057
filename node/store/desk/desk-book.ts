import type { DatabaseSync } from 'node:sqlite'
import type { DeskBook, DeskRow } from '#node/ports/desk.ts'
import type { DeskDirection, DeskKind } from '#protocols/value/v1/desk-note.ts'

interface Row {
  id: Uint8Array
  direction: DeskDirection
  kind: DeskKind
  other: Uint8Array
  amount: string
  code: string
  scale: number
  memo: Uint8Array
  state: DeskRow['state']
  at: number
  decided_at: number | null
  note: Uint8Array | null
  entry: number | null
  salt: Uint8Array | null
  text: string | null
}

function read(row: Row): DeskRow {
  const { decided_at, salt, text, amount, ...same } = row
  const words = salt === null || text === null ? null : { salt, text }
  return { ...same, amount: BigInt(amount), decidedAt: decided_at, words }
}

const found = (row: unknown): DeskRow | null => (row === undefined ? null : read(row as Row))

/** The desk's notes in `desk.db`. */
export function createDeskBook(db: DatabaseSync): DeskBook {
  const insert = db.prepare('INSERT OR IGNORE INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const select = db.prepare('SELECT * FROM notes WHERE id = ?')
  const memo = db.prepare("SELECT * FROM notes WHERE direction = ? AND memo = ? AND state = 'confirmed'")
  const newest = db.prepare('SELECT * FROM notes ORDER BY at DESC, rowid DESC LIMIT ?')
  const decide = db.prepare(
    "UPDATE notes SET state = ?, decided_at = ?, note = ?, kind = ?, salt = ?, text = ? WHERE id = ? AND state = 'pending'",
  )
  const link = db.prepare('UPDATE notes SET entry = ? WHERE id = ?')
  const erase = db.prepare('UPDATE notes SET salt = NULL, text = NULL WHERE id = ? AND text IS NOT NULL')
  return {
    add(row) {
      const { id, direction, kind, other, amount, code, scale, state, at, decidedAt, note, entry, words } = row
      const fixed = [id, direction, kind, other, String(amount), code, scale, row.memo, state, at] as const
      return insert.run(...fixed, decidedAt, note, entry, words?.salt ?? null, words?.text ?? null).changes > 0
    },
    find: id => found(select.get(id)),
    byMemo: (direction, of) => found(memo.get(direction, of)),
    list: limit => (newest.all(limit) as unknown as Row[]).map(read),
    decide: (id, { state, decidedAt, note, kind, words }) =>
      decide.run(state, decidedAt, note, kind, words?.salt ?? null, words?.text ?? null, id).changes > 0,
    link: (id, entry) => void link.run(entry, id),
    eraseWords: id => erase.run(id).changes > 0,
  }
}
