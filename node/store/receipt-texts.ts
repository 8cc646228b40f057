import type { DatabaseSync } from 'node:sqlite'
import type { ReceiptText, ReceiptTexts } from '#node/ports/receipts.ts'

/** What entries of the own log only commit to, in a table of its own that can be erased line by line. */
export function createReceiptTexts(db: DatabaseSync): ReceiptTexts {
  const insert = db.prepare('INSERT OR IGNORE INTO receipt_texts VALUES (?, ?, ?, ?)')
  const select = db.prepare('SELECT salt, text FROM receipt_texts WHERE commitment = ?')
  const remove = db.prepare('DELETE FROM receipt_texts WHERE commitment = ?')
  return {
    keep: (commitment, { salt, text }, atMs) => void insert.run(commitment, salt, text, atMs),
    find: commitment => (select.get(commitment) as ReceiptText | undefined) ?? null,
    erase: commitment => remove.run(commitment).changes > 0,
  }
}
