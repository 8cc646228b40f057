import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { PushSubscription, PushSubscriptions } from '#node/ports/push.ts'
import type { PushKind } from '#protocols/identity/v1/push.ts'
import { callWord } from '#src/engagement/mention.ts'
import { openDatabase, transaction } from './database.ts'

/** Beside the other stores and in a file of its own: which key listens where is nobody's business, and no projection of anything. */
const PUSH = `
CREATE TABLE subscriptions (
  endpoint TEXT PRIMARY KEY, key BLOB NOT NULL, p256dh BLOB NOT NULL, auth BLOB NOT NULL, kinds TEXT NOT NULL,
  name TEXT NOT NULL, word TEXT NOT NULL, origin TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX subscriptions_by_key ON subscriptions (key, at);
CREATE INDEX subscriptions_by_word ON subscriptions (word);
CREATE TABLE told (
  endpoint TEXT NOT NULL REFERENCES subscriptions ON DELETE CASCADE, notice TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (endpoint, notice)
) STRICT;
`
const MIGRATIONS = [PUSH]
/** A notice lives as long as the stage answers it; of more than so many the oldest are forgotten. */
const TOLD_MAX = 500
const CALLED_MAX = 200

interface Row extends Omit<PushSubscription, 'kinds'> {
  readonly kinds: string
}

const asSubscription = ({ kinds, ...row }: Row): PushSubscription => ({
  ...row,
  kinds: kinds.split(' ').filter(kind => kind !== '') as PushKind[],
})

/** Opens `push.db`. Closed by `cleanup`. Throws `StageError`. */
export function openPushStore(dataDir: string, cleanup: Pick<AsyncDisposableStack, 'defer'>): PushSubscriptions {
  const file = join(dataDir, 'push.db')
  const db = openDatabase(file, MIGRATIONS, 'NORMAL')
  chmodSync(file, 0o600)
  cleanup.defer(() => db.close())
  const fields = 'endpoint, key, p256dh, auth, kinds, name, origin, at'
  const put = db.prepare(
    `INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET key = excluded.key,
     p256dh = excluded.p256dh, auth = excluded.auth, kinds = excluded.kinds, name = excluded.name,
     word = excluded.word, origin = excluded.origin, at = excluded.at`,
  )
  const one = db.prepare(`SELECT ${fields} FROM subscriptions WHERE endpoint = ?`)
  const ofKey = db.prepare(`SELECT ${fields} FROM subscriptions WHERE key = ? ORDER BY at`)
  const keys = db.prepare('SELECT DISTINCT key FROM subscriptions')
  const called = db.prepare(`SELECT DISTINCT key FROM subscriptions WHERE word = ? LIMIT ${CALLED_MAX}`)
  const count = db.prepare('SELECT count(*) AS count FROM subscriptions')
  const remove = db.prepare('DELETE FROM subscriptions WHERE endpoint = ?')
  const was = db.prepare('SELECT 1 FROM told WHERE endpoint = ? AND notice = ?')
  const tell = db.prepare('INSERT OR IGNORE INTO told VALUES (?, ?, ?)')
  const forget = db.prepare(
    `DELETE FROM told WHERE endpoint = ?1 AND notice NOT IN (
     SELECT notice FROM told WHERE endpoint = ?1 ORDER BY at DESC, notice LIMIT ${TOLD_MAX})`,
  )
  const keysOf = (rows: readonly object[]): Uint8Array[] => (rows as { key: Uint8Array }[]).map(({ key }) => key)
  return {
    put: ({ endpoint, key, p256dh, auth, kinds, name, origin, at }) =>
      void put.run(endpoint, key, p256dh, auth, kinds.join(' '), name, callWord(name) ?? '', origin, at),
    find(endpoint) {
      const row = one.get(endpoint) as unknown as Row | undefined
      return row === undefined ? null : asSubscription(row)
    },
    of: key => (ofKey.all(key) as unknown as Row[]).map(asSubscription),
    keys: () => keysOf(keys.all()),
    called: words => words.flatMap(word => keysOf(called.all(word))),
    has: key => ofKey.get(key) !== undefined,
    count: () => (count.get() as { count: number }).count,
    remove: endpoint => void remove.run(endpoint),
    wasTold: (endpoint, notice) => was.get(endpoint, notice) !== undefined,
    told: (endpoint, notices, at) =>
      transaction(db, () => {
        // Removed meanwhile: there is nobody left to remember for.
        if (one.get(endpoint) === undefined) return
        for (const notice of notices) tell.run(endpoint, notice, at)
        forget.run(endpoint)
      }),
  }
}
