import type { DatabaseSync } from 'node:sqlite'
import type { LogRecord } from '#node/ports/ledger.ts'
import type { Unlocks } from '#node/ports/unlocks.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
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

type Change =
  | { readonly kind: 'unlock'; readonly release: string; readonly account: Uint8Array }
  | { readonly kind: 'undo'; readonly place: number }

/** A path over communities is at most four logs long: so deep lie the payer's words in the last one's entry. */
const HOPS_MAX = 4

function orderIn(bytes: Uint8Array) {
  const envelope = decodeEnvelope(bytes)
  const order = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  return envelope.ok && order.ok ? { author: envelope.value.author, order: order.value } : null
}

/** What an entry does to who may have which originals. */
export function unlockIn(entryBytes: Uint8Array): Change | null {
  let decoded = decodeEntry(entryBytes)
  if (!decoded.ok) return null
  if (decoded.value.kind === 'transfer-in' && decoded.value.outcome !== 'delivered') return null
  for (let hop = 0; hop < HOPS_MAX && decoded.ok && decoded.value.kind === 'transfer-in'; hop++)
    decoded = decodeEntry(decoded.value.leaf)
  if (!decoded.ok || !('order' in decoded.value)) return null
  const read = orderIn(decoded.value.order)
  if (read === null) return null
  const { author, order } = read
  if (order.type === 'value/tip' && order.use === 'purchase')
    return { kind: 'unlock', release: order.release, account: author }
  if (order.type === 'value/gift') return { kind: 'unlock', release: order.release, account: order.account }
  if (order.type === 'value/transfer' && order.use === 'purchase' && order.payee.startsWith('release/'))
    return { kind: 'unlock', release: order.payee.slice('release/'.length), account: author }
  return order.type === 'value/refund' ? { kind: 'undo', place: order.receipt } : null
}

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
