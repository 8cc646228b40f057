import type { DatabaseSync } from 'node:sqlite'
import type { PasskeyRow, PasskeyStore } from '#node/ports/passkeys.ts'

/** What this stage keeps for fans: credentials, and seeds that only those can open. Not read from events. */
export const PASSKEYS = `
CREATE TABLE passkeys (
  credential BLOB PRIMARY KEY, author BLOB NOT NULL, rp TEXT NOT NULL, public_key BLOB NOT NULL, counter INTEGER NOT NULL,
  wrapped BLOB NOT NULL, label TEXT NOT NULL, made_at INTEGER NOT NULL, used_at INTEGER
) STRICT;
CREATE INDEX passkeys_by_author ON passkeys (author);
`

const COLUMNS =
  'credential, author, rp, public_key AS publicKey, counter, wrapped, label, made_at AS madeAt, used_at AS usedAt'

export function createPasskeyStore(db: DatabaseSync): PasskeyStore {
  const find = db.prepare(`SELECT ${COLUMNS} FROM passkeys WHERE credential = ?`)
  const of = db.prepare(`SELECT ${COLUMNS} FROM passkeys WHERE author = ? ORDER BY made_at, credential`)
  const count = db.prepare('SELECT count(*) AS count FROM passkeys')
  const add = db.prepare('INSERT OR IGNORE INTO passkeys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const used = db.prepare('UPDATE passkeys SET counter = ?, used_at = ? WHERE credential = ?')
  const remove = db.prepare('DELETE FROM passkeys WHERE credential = ?')
  return {
    find: credential => (find.get(credential) as unknown as PasskeyRow | undefined) ?? null,
    of: author => of.all(author) as unknown as PasskeyRow[],
    count: () => (count.get() as { count: number }).count,
    add: ({ credential, author, rp, publicKey, counter, wrapped, label, madeAt, usedAt }) =>
      add.run(credential, author, rp, publicKey, counter, wrapped, label, madeAt, usedAt).changes > 0,
    used: (credential, counter, atMs) => void used.run(counter, atMs, credential),
    remove: credential => void remove.run(credential),
  }
}
