import type { DatabaseSync } from 'node:sqlite'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { Offers } from '#node/ports/offers.ts'
import type { Membership, Offer } from '#protocols/catalog/v1/offer.ts'

/** What communities ask for their releases and for a month of membership. Amounts are text: they may exceed what SQLite counts. */
export const OFFERS = `
CREATE TABLE offers (
  release TEXT NOT NULL, community BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, code TEXT NOT NULL,
  scale INTEGER NOT NULL, stream TEXT NOT NULL, download TEXT, PRIMARY KEY (release, community)
) STRICT;
CREATE TABLE memberships (
  community BLOB PRIMARY KEY, seq INTEGER NOT NULL, id BLOB NOT NULL, code TEXT NOT NULL, scale INTEGER NOT NULL,
  month TEXT NOT NULL
) STRICT;
`
export const OFFER_TABLES = ['offers', 'memberships'] as const

/** The later sequence wins; at one sequence the lower id. */
const LATER = (table: string) =>
  `WHERE excluded.seq > ${table}.seq OR (excluded.seq = ${table}.seq AND excluded.id < ${table}.id)`

export function createOfferWriter(db: DatabaseSync) {
  const offer = db.prepare(
    `INSERT INTO offers VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, id = excluded.id,
     code = excluded.code, scale = excluded.scale, stream = excluded.stream, download = excluded.download ${LATER('offers')}`,
  )
  const membership = db.prepare(
    `INSERT INTO memberships VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, id = excluded.id,
     code = excluded.code, scale = excluded.scale, month = excluded.month ${LATER('memberships')}`,
  )
  return {
    'catalog/offer': ({ id, envelope: e }: AcceptedEvent, b: Offer): void => {
      const download = b.download === null ? null : String(b.download)
      offer.run(b.release, e.community, e.seq, id, b.code, b.scale, String(b.stream), download)
    },
    'catalog/membership': ({ id, envelope: e }: AcceptedEvent, b: Membership): void => {
      membership.run(e.community, e.seq, id, b.code, b.scale, String(b.month))
    },
  }
}

export function createOffers(db: DatabaseSync): Offers {
  const offer = db.prepare('SELECT code, scale, stream, download FROM offers WHERE release = ? AND community = ?')
  const membership = db.prepare('SELECT code, scale, month FROM memberships WHERE community = ?')
  const anything = db.prepare(
    'SELECT 1 FROM offers WHERE community = ? UNION SELECT 1 FROM memberships WHERE community = ? LIMIT 1',
  )
  return {
    asksAnything: community => anything.get(community, community) !== undefined,
    offer(release, community) {
      const row = offer.get(release, community) as
        | { code: string; scale: number; stream: string; download: string | null }
        | undefined
      if (row === undefined) return null
      const { code, scale, stream, download } = row
      return { code, scale, stream: BigInt(stream), download: download === null ? null : BigInt(download) }
    },
    membership(community) {
      const row = membership.get(community) as { code: string; scale: number; month: string } | undefined
      return row === undefined ? null : { code: row.code, scale: row.scale, month: BigInt(row.month) }
    },
  }
}
