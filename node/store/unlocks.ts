import type { DatabaseSync } from 'node:sqlite'
import type { LogRecord } from '#node/ports/ledger.ts'
import type { Unlocks } from '#node/ports/unlocks.ts'
import { unlockIn } from '#src/value/unlock.ts'
import { transaction } from './database.ts'

export const UNLOCKS = `
CREATE TABLE unlocks_read (origin TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT;
CREATE TABLE unlocks (
  origin TEXT NOT NULL, place INTEGER NOT NULL, release TEXT NOT NULL, account BLOB NOT NULL, PRIMARY KEY (origin, place)
) STRICT;
CREATE INDEX unlocks_by_account ON unlocks (account, release);
CREATE TABLE originals (
  release TEXT NOT NULL, track INTEGER NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, bytes INTEGER NOT NULL,
  file TEXT NOT NULL, PRIMARY KEY (release, track)
) STRICT;
`

/** `own` transfers leave for elsewhere: only what was delivered here unlocks something here. */
const isOutward = ({ kind }: LogRecord): boolean => kind === 'transfer-out' || kind === 'transfer-end'

export function createUnlocks(db: DatabaseSync): Unlocks {
  const cursor = db.prepare('SELECT size FROM unlocks_read WHERE origin = ?')
  const advance = db.prepare('INSERT INTO unlocks_read VALUES (?, ?) ON CONFLICT DO UPDATE SET size = excluded.size')
  const add = db.prepare('INSERT OR IGNORE INTO unlocks VALUES (?, ?, ?, ?)')
  const undo = db.prepare('DELETE FROM unlocks WHERE origin = ? AND place = ?')
  const find = db.prepare('SELECT place FROM unlocks WHERE release = ? AND account = ? ORDER BY place LIMIT 1')
  const list = db.prepare('SELECT release, min(place) AS place FROM unlocks WHERE account = ? GROUP BY release')
  return {
    readOn(origin, size, record) {
      const from = (cursor.get(origin) as { size: number } | undefined)?.size ?? 0
      if (from >= size) return
      transaction(db, () => {
        for (let place = from; place < size; place++) {
          const read = record(place)
          const change = read === null || isOutward(read) ? null : unlockIn(read.entry)
          if (change?.kind === 'unlock') add.run(origin, place, change.release, change.account)
          else if (change?.kind === 'undo') undo.run(origin, change.place)
        }
        advance.run(origin, size)
      })
    },
    find: (release, account) => (find.get(release, account) as { place: number } | undefined)?.place ?? null,
    of: account =>
      (list.all(account) as { release: string; place: number }[]).map(({ release, place }) => ({
        release,
        index: place,
      })),
  }
}
