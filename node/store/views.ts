import type { DatabaseSync } from 'node:sqlite'
import type { CommunityRow, ReleaseRow, Views } from '#node/ports/views.ts'
import type { ReleaseManifest } from '#protocols/catalog/v1/codec.ts'
import { releaseManifest } from '#protocols/catalog/v1/codec.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { createEngagementViews } from './engagement-views.ts'
import { rebuild } from './rebuild.ts'

interface ReleaseRecord {
  readonly community: Uint8Array
  readonly bytes: Uint8Array
  readonly publishedAt: number
  readonly plays: number | null
}

const RELEASES = `
SELECT r.community AS community, e.bytes AS bytes, r.published_at AS publishedAt, p.plays AS plays
FROM releases r JOIN events e ON e.id = r.event
LEFT JOIN plays p ON p.release = r.release AND p.community = r.community
LEFT JOIN withdrawals w ON w.release = r.release AND w.community = r.community AND w.seq > r.seq
WHERE w.release IS NULL`

/** Manifests in the store passed the strict decoder on the way in; failing it again means a damaged file. */
function readManifest(bytes: Uint8Array): ReleaseManifest {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) throw new Error(`a stored manifest cannot be read: ${envelope.error.message}`)
  return releaseManifest(envelope.value.body, 'body')
}

const asRelease = (row: ReleaseRecord): ReleaseRow => ({
  community: row.community,
  manifest: readManifest(row.bytes),
  publishedAt: row.publishedAt,
  plays: row.plays ?? 0,
})

/** Read models over the events, for the front ends. */
export function createViews(db: DatabaseSync): Views {
  const community = db.prepare('SELECT community, name, about FROM communities WHERE community = ?')
  const all = db.prepare(`${RELEASES} ORDER BY r.published_at DESC, r.release`)
  const ofCommunity = db.prepare(`${RELEASES} AND r.community = ? ORDER BY r.published_at DESC, r.release`)
  const one = db.prepare(`${RELEASES} AND r.release = ?`)
  const banned = db.prepare(
    "SELECT 1 FROM moderation WHERE community = ? AND scope = 'author' AND target = ? AND active = 1",
  )
  const record = (id: string) => one.get(id) as unknown as ReleaseRecord | undefined
  return {
    ...createEngagementViews(db),
    community: key => (community.get(key) as unknown as CommunityRow | undefined) ?? null,
    releases: key => ((key === null ? all.all() : ofCommunity.all(key)) as unknown as ReleaseRecord[]).map(asRelease),
    release(id) {
      const row = record(id)
      return row === undefined ? null : asRelease(row)
    },
    releaseEnvelope: id => record(id)?.bytes ?? null,
    isBanned: (key, author) => banned.get(key, author) !== undefined,
    rebuild: () => rebuild(db),
  }
}
