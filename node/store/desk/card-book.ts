import type { DatabaseSync } from 'node:sqlite'
import { concat } from 'uint8arrays/concat'
import type { CardBatch, CardBook } from '#node/ports/cards.ts'
import { transaction } from '../database.ts'

const HASH_BYTES = 32
const KEY_BYTES = 32

interface Row {
  batch: Uint8Array
  label: string
  leaves: Uint8Array
  amount: string
  code: string
  scale: number
  expiry: number
  at: number
  entry: number | null
}

const read = ({ leaves, amount, ...same }: Row): CardBatch => ({
  ...same,
  amount: BigInt(amount),
  leaves: Array.from({ length: leaves.length / HASH_BYTES }, (_, n) =>
    leaves.slice(n * HASH_BYTES, (n + 1) * HASH_BYTES),
  ),
})

/** The batches of cards in `desk.db`. */
export function createCardBook(db: DatabaseSync): CardBook {
  const insert = db.prepare('INSERT OR IGNORE INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const select = db.prepare('SELECT * FROM batches WHERE batch = ?')
  const range = db.prepare('SELECT * FROM batches WHERE batch >= ? AND batch <= ?')
  const newest = db.prepare('SELECT * FROM batches ORDER BY at DESC, rowid DESC')
  const link = db.prepare('UPDATE batches SET entry = ? WHERE batch = ?')
  const revoke = db.prepare('INSERT OR IGNORE INTO revoked VALUES (?, ?)')
  const revoked = db.prepare('SELECT serial FROM revoked WHERE batch = ? ORDER BY serial')
  const rows = (found: unknown): CardBatch[] => (found as Row[]).map(read)
  return {
    add: ({ batch, label, leaves, amount, code, scale, expiry, at, entry }) =>
      insert.run(batch, label, concat([...leaves]), String(amount), code, scale, expiry, at, entry).changes > 0,
    find: batch => rows(select.all(batch))[0] ?? null,
    startingWith(prefix) {
      const last = new Uint8Array(KEY_BYTES).fill(255)
      last.set(prefix)
      return rows(range.all(prefix, last))
    },
    list: () => rows(newest.all()),
    link: (batch, entry) => void link.run(entry, batch),
    revoke: (batch, serials) =>
      transaction(db, () => {
        for (const serial of serials) revoke.run(batch, serial)
      }),
    revoked: batch => (revoked.all(batch) as { serial: number }[]).map(({ serial }) => serial),
  }
}
