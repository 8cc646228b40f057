import type { DatabaseSync } from 'node:sqlite'
import type { PartyAccounts } from '#node/ports/receipts.ts'

/** Names that people go by in splits, and the accounts that belong to them. */
export function createPartyAccounts(db: DatabaseSync): PartyAccounts {
  const upsert = db.prepare(
    'INSERT INTO party_accounts VALUES (?, ?) ON CONFLICT DO UPDATE SET account = excluded.account',
  )
  const select = db.prepare('SELECT account FROM party_accounts WHERE name = ?')
  return {
    keep: (name, account) => void upsert.run(name, account),
    of: names =>
      new Map(
        names.flatMap(name => {
          const row = select.get(name) as { account: Uint8Array } | undefined
          return row === undefined ? [] : [[name, row.account] as const]
        }),
      ),
  }
}
