import type { DatabaseSync } from 'node:sqlite'
import { CID } from 'multiformats/cid'
import type { CommunityRow, ReleaseRow, Views } from '#node/ports/views.ts'
import type { ReleaseManifest } from '#protocols/catalog/v1/codec.ts'
import { releaseManifest } from '#protocols/catalog/v1/codec.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { createBallotViews } from './ballots.ts'
import { createEngagementViews } from './engagement-views.ts'
import { hex } from './projector.ts'
import { rebuild } from './rebuild.ts'
import { createSearch } from './search.ts'

interface ReleaseRecord {
  readonly community: Uint8Array
  /** Id of the event that carries the manifest. */
  readonly event: Uint8Array
  readonly root: string
  readonly publishedAt: number
  readonly plays: number | null
}

const RELEASES = `
SELECT r.community AS community, r.event AS event, r.root AS root, r.published_at AS publishedAt, p.plays AS plays
FROM releases r
LEFT JOIN plays p ON p.release = r.release AND p.community = r.community
LEFT JOIN withdrawals w ON w.release = r.release AND w.community = r.community AND w.seq > r.seq
WHERE w.release IS NULL`

/** Manifests in the store passed the strict decoder on the way in; failing it again means a damaged file. */
function readManifest(bytes: Uint8Array): ReleaseManifest {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) throw new Error(`a stored manifest cannot be read: ${envelope.error.message}`)
  return releaseManifest(envelope.value.body, 'body')
}

/** Manifests kept decoded, the last ones used: more than most feeds list, and some 20 MB when each has ten tracks. */
const MANIFESTS_MAX = 1_024

/** Reads manifests by the event that carries them. An event never changes, so what was decoded once stays right. */
function manifestReader(db: DatabaseSync) {
  const bytesOf = db.prepare('SELECT bytes FROM events WHERE id = ?')
  const decoded = new Map<string, ReleaseManifest>()
  const bytes = (event: Uint8Array): Uint8Array => {
    const row = bytesOf.get(event) as { bytes: Uint8Array } | undefined
    if (row === undefined) throw new Error('the event of a manifest is missing')
    return row.bytes
  }
  const manifest = (event: Uint8Array): ReleaseManifest => {
    const key = hex(event)
    const known = decoded.get(key)
    const value = known ?? readManifest(bytes(event))
    if (known !== undefined) decoded.delete(key)
    decoded.set(key, value)
    const oldest = decoded.size > MANIFESTS_MAX ? decoded.keys().next().value : undefined
    if (oldest !== undefined) decoded.delete(oldest)
    return value
  }
  return { bytes, manifest }
}

/** Read models over the events, for the front ends. */
export function createViews(db: DatabaseSync): Views {
  const community = db.prepare('SELECT community, name, about FROM communities WHERE community = ?')
  const all = db.prepare(`${RELEASES} ORDER BY r.published_at DESC, r.release`)
  const ofCommunity = db.prepare(`${RELEASES} AND r.community = ? ORDER BY r.published_at DESC, r.release`)
  const one = db.prepare(`${RELEASES} AND r.release = ?`)
  const ofRoot = db.prepare(`${RELEASES} AND r.root = ?`)
  const withdrawn = db.prepare(
    `SELECT r.root AS root FROM releases r
     JOIN withdrawals w ON w.release = r.release AND w.community = r.community AND w.seq > r.seq WHERE r.release = ?`,
  )
  const banned = db.prepare(
    "SELECT 1 FROM standing WHERE community = ? AND scope = 'author' AND target = ? AND active = 1",
  )
  const { bytes, manifest } = manifestReader(db)
  const records = (key: Uint8Array | null) =>
    (key === null ? all.all() : ofCommunity.all(key)) as unknown as ReleaseRecord[]
  const record = (id: string) => one.get(id) as unknown as ReleaseRecord | undefined
  const asRelease = ({ community, event, publishedAt, plays }: ReleaseRecord): ReleaseRow => ({
    community,
    manifest: manifest(event),
    publishedAt,
    plays: plays ?? 0,
  })
  const { rebuilt, ...engagement } = createEngagementViews(db)
  return {
    ...engagement,
    ...createBallotViews(db),
    community: key => (community.get(key) as unknown as CommunityRow | undefined) ?? null,
    releases: key => records(key).map(asRelease),
    roots: key => records(key).map(({ root }) => CID.parse(root)),
    release(id) {
      const row = record(id)
      return row === undefined ? null : asRelease(row)
    },
    publishersOf: root => (ofRoot.all(root.toString()) as unknown as ReleaseRecord[]).map(row => row.community),
    withdrawnRoot(id) {
      const row = withdrawn.get(id) as { root: string } | undefined
      return row === undefined ? null : CID.parse(row.root)
    },
    releaseEnvelope(id) {
      const row = record(id)
      return row === undefined ? null : bytes(row.event)
    },
    search: createSearch(db),
    isBanned: (key, author) => banned.get(key, author) !== undefined,
    rebuild() {
      rebuild(db)
      rebuilt()
    },
  }
}
