import type { DatabaseSync } from 'node:sqlite'
import type { InviteRow, Invites, KeptSettings, Members } from '#node/ports/settings.ts'
import { OPEN_TYPES } from '#src/engagement/joining.ts'
import { transaction } from './database.ts'

/** SQL: what listeners alone do not say. The index is used only by a question in the same words. */
const SPEAKS = OPEN_TYPES.map(type => `type <> '${type}'`).join(' AND ')

/** What the operator decided on the page, whom invites let in, and the invites: this stage's own, told to no other. */
export const SETTINGS = `
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE invites (
  hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, label TEXT NOT NULL, uses INTEGER NOT NULL, used INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked INTEGER NOT NULL
) STRICT;
CREATE TABLE members (key BLOB PRIMARY KEY, invite TEXT, at INTEGER NOT NULL) STRICT;
`

/** A listener may have thousands of plays here, and whether a key ever spoke is asked by anybody. */
export const SPOKEN = `CREATE INDEX events_spoken ON events (community, author) WHERE ${SPEAKS};`

export function createKeptSettings(db: DatabaseSync): KeptSettings {
  const one = db.prepare('SELECT value FROM settings WHERE name = ?')
  const put = db.prepare('INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  const forget = db.prepare('DELETE FROM settings WHERE name = ?')
  return {
    get: name => (one.get(name) as { value: string } | undefined)?.value ?? null,
    set: values =>
      transaction(db, () => {
        for (const [name, value] of Object.entries(values)) value === null ? forget.run(name) : put.run(name, value)
      }),
  }
}

export function createInvites(db: DatabaseSync): Invites {
  const all = db.prepare(
    `SELECT hash, id, label, uses, used, created_at AS createdAt, expires_at AS expiresAt, revoked
     FROM invites ORDER BY created_at DESC, id`,
  )
  const add = db.prepare('INSERT INTO invites VALUES (?, ?, ?, ?, 0, ?, ?, 0)')
  const revoke = db.prepare('UPDATE invites SET revoked = 1 WHERE id = ?')
  const remove = db.prepare('DELETE FROM invites WHERE id = ?')
  return {
    list: () =>
      (all.all() as unknown as (Omit<InviteRow, 'revoked'> & { revoked: number })[]).map(row => ({
        ...row,
        revoked: row.revoked === 1,
      })),
    add: row => void add.run(row.hash, row.id, row.label, row.uses, row.createdAt, row.expiresAt),
    revoke: id => revoke.run(id).changes === 1,
    remove: id => void remove.run(id),
  }
}

export function createMembers(db: DatabaseSync): Members {
  const has = db.prepare('SELECT 1 FROM members WHERE key = ?')
  const admit = db.prepare('INSERT OR IGNORE INTO members VALUES (?, ?, ?)')
  const use = db.prepare('UPDATE invites SET used = used + 1 WHERE id = ? AND used < uses AND revoked = 0')
  const spoke = db.prepare(
    `SELECT 1 FROM events INDEXED BY events_spoken WHERE community = ? AND author = ? AND ${SPEAKS} LIMIT 1`,
  )
  return {
    has: key => has.get(key) !== undefined,
    admit: (key, at) => void admit.run(key, null, at),
    redeem: (key, invite, at) =>
      transaction(db, () => {
        if (use.run(invite).changes !== 1) return false
        admit.run(key, invite, at)
        return true
      }),
    spoke: (community, key) => spoke.get(community, key) !== undefined,
  }
}
