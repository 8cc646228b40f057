import type { DatabaseSync } from 'node:sqlite'
import type { SignOffStore } from '#node/ports/sign-offs.ts'

/** This stage's own: which party was sent a link, and what it signed. */
export const SIGN_OFFS = `
CREATE TABLE sign_offs (
  agreement BLOB NOT NULL, party TEXT NOT NULL, code BLOB NOT NULL, until INTEGER NOT NULL,
  envelope BLOB, account BLOB, at INTEGER, PRIMARY KEY (agreement, party)
) STRICT;
`

interface Row {
  readonly code: Uint8Array
  readonly until: number
  readonly envelope: Uint8Array | null
  readonly account: Uint8Array | null
  readonly at: number | null
}

export function createSignOffStore(db: DatabaseSync): SignOffStore {
  const find = db.prepare('SELECT code, until, envelope, account, at FROM sign_offs WHERE agreement = ? AND party = ?')
  const give = db.prepare(
    `INSERT INTO sign_offs VALUES (?, ?, ?, ?, NULL, NULL, NULL)
     ON CONFLICT DO UPDATE SET code = excluded.code, until = excluded.until`,
  )
  const keep = db.prepare('UPDATE sign_offs SET envelope = ?, account = ?, at = ? WHERE agreement = ? AND party = ?')
  return {
    find(agreement, party) {
      const row = find.get(agreement, party) as Row | undefined
      if (row === undefined) return null
      const { code, until, envelope, account, at } = row
      const said = envelope === null || account === null || at === null ? null : { envelope, account, atMs: at }
      return { code, untilMs: until, said }
    },
    give: (agreement, party, code, untilMs) => void give.run(agreement, party, code, untilMs),
    keep: (agreement, party, { envelope, account, atMs }) => void keep.run(envelope, account, atMs, agreement, party),
  }
}
