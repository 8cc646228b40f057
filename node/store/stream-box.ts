import { join } from 'node:path'
import type { HeldStream, StreamBox } from '#node/ports/streams.ts'
import { asStageError, openDatabase } from './database.ts'

const SESSIONS = `
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, seq INTEGER NOT NULL, what TEXT NOT NULL, amount TEXT NOT NULL,
  bytes BLOB NOT NULL, heard_at INTEGER NOT NULL, written INTEGER NOT NULL
) STRICT;
`

interface Row {
  readonly id: string
  readonly kind: HeldStream['kind']
  readonly seq: number
  readonly what: string
  readonly amount: string
  readonly bytes: Uint8Array
  readonly heardAt: number
  readonly written: number
}

const COLUMNS = 'id, kind, seq, what, amount, bytes, heard_at AS heardAt, written'

const held = (row: Row): HeldStream => ({ ...row, amount: BigInt(row.amount), written: row.written === 1 })

/** `streams.db`: apart from the feeds, because what is acknowledged here is money and is synced to the disk first. */
export function openStreamBox(dataDir: string): StreamBox {
  const file = join(dataDir, 'streams.db')
  const db = openDatabase(file, [SESSIONS], 'FULL')
  const keep = db.prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const find = db.prepare(`SELECT ${COLUMNS} FROM sessions WHERE id = ?`)
  const all = db.prepare(`SELECT ${COLUMNS} FROM sessions ORDER BY heard_at`)
  const drop = db.prepare('DELETE FROM sessions WHERE id = ?')
  return {
    keep({ id, kind, seq, what, amount, bytes, heardAt, written }) {
      asStageError(file, () => keep.run(id, kind, seq, what, String(amount), bytes, heardAt, written ? 1 : 0))
    },
    find(id) {
      const row = find.get(id) as unknown as Row | undefined
      return row === undefined ? null : held(row)
    },
    all: () => (all.all() as unknown as Row[]).map(held),
    drop(id) {
      asStageError(file, () => drop.run(id))
    },
    close: () => db.close(),
  }
}
