import type { CID } from 'multiformats/cid'
import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { CaptionsView } from '#node/ports/captions.ts'
import type { CreditsView } from '#node/ports/credits.ts'
import type { Holdings } from '#node/ports/holdings.ts'
import type { Offers } from '#node/ports/offers.ts'
import type { Earnings } from '#node/ports/receipts.ts'
import type { FollowRow, Follows, ReleaseRow, Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import type { MediaFile, Track } from '#protocols/catalog/v1/codec.ts'
import { askedOnce, hex, optionalKey32 } from './keys.ts'

export interface CatalogInit {
  readonly own: Uint8Array
  readonly peerIdOf: (community: Uint8Array) => string
  readonly views: Views
  readonly follows: Follows
  readonly holdings: Holdings
  readonly earnings: Earnings
  readonly offers: Offers
  readonly credits: CreditsView
  readonly captions: CaptionsView
  /** Ids that an agreement gives to the names in a split. */
  readonly partyIds: (community: Uint8Array, release: string) => ReadonlyMap<string, string>
  readonly asset: api.AssetInfo
  readonly isConnected: (community: Uint8Array) => boolean
  /** How a connected stage introduced itself; null for others. */
  readonly heardName: (community: Uint8Array) => string | null
  /** Whether any other stage is connected that may hold media. */
  readonly peersConnected: () => boolean
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

export const mediaUrl = (root: CID, path: string): string => `/ipfs/${root.toString()}/${encodePath(path)}`

/** Releases and communities as the page shows them. */
export function createCatalog(init: CatalogInit) {
  const { own, views, follows, holdings } = init

  const isHeld = (community: Uint8Array): boolean => equals(community, own) || follows.has(community)

  const nameOf = (community: Uint8Array): string =>
    views.community(community)?.name ??
    (equals(community, own) ? 'This stage' : (init.heardName(community) ?? shortName(init.peerIdOf(community))))

  const priceOf = (release: string, community: Uint8Array): api.PriceInfo | null => {
    const offer = init.offers.offer(release, community)
    if (offer === null || (offer.stream === 0n && offer.download === null)) return null
    const { code, scale, stream, download } = offer
    const asset = { code, scale, issuer: hex(community) }
    return { asset, stream: String(stream), download: download === null ? null : String(download) }
  }

  const membershipOf = (community: Uint8Array): api.MembershipInfo | null => {
    const offered = init.offers.membership(community)
    if (offered === null || offered.month === 0n) return null
    const { code, scale, month } = offered
    return { asset: { code, scale, issuer: hex(community) }, month: String(month) }
  }

  const communityInfo = (community: Uint8Array, follow: FollowRow | null): api.CommunityInfo => ({
    community: hex(community),
    peerId: init.peerIdOf(community),
    name: nameOf(community),
    about: views.community(community)?.about ?? '',
    own: follow === null,
    online: follow === null || init.isConnected(community),
    lastSyncAt: follow?.lastSyncAt ?? null,
    membership: membershipOf(community),
  })

  const summary = async (row: ReleaseRow, name = nameOf): Promise<api.ReleaseSummary> => {
    const { community, manifest, publishedAt, plays } = row
    const held = await holdings.held(manifest.root)
    // Folder nodes are on the machine too, but not in the manifest's count.
    const heldBytes = held.complete ? manifest.bytes : Math.max(0, Math.min(manifest.bytes - 1, held.bytes))
    return {
      id: manifest.id,
      community: hex(community),
      communityName: name(community),
      own: equals(community, own),
      title: manifest.title,
      artist: manifest.artist,
      cover: manifest.cover === null ? null : mediaUrl(manifest.root, manifest.cover.path),
      trackCount: manifest.tracks.length,
      durationMs: manifest.tracks.reduce((sum, track) => sum + track.durationMs, 0),
      publishedAt,
      plays,
      bytes: manifest.bytes,
      heldBytes,
      available: held.complete || init.peersConnected(),
      price: priceOf(manifest.id, community),
    }
  }

  const find = (id: string): ReleaseRow => {
    const row = views.release(id)
    if (row === null)
      throw new StageError('not-found', 'That release is not here: it was taken down, or never arrived.')
    return row
  }

  const detail = async (row: ReleaseRow): Promise<api.ReleaseDetail> => {
    const { manifest } = row
    const earned = init.earnings.of(row.community, manifest.id)
    const ids = init.partyIds(row.community, manifest.id)
    const words = init.captions.languages(manifest.id, row.community)
    const earnedBy = (party: string): bigint => earned.get(ids.get(party) ?? party) ?? 0n
    return {
      ...(await summary(row)),
      root: manifest.root.toString(),
      license: manifest.license,
      description: manifest.description,
      upc: manifest.upc,
      tracks: manifest.tracks.map((track, index) => trackInfo(manifest.root, track, words.get(index) ?? [])),
      credits: init.credits.of(manifest.id, row.community).map(names => [...names]),
      splits: manifest.splits.map(share => ({ ...share, earned: String(earnedBy(share.party)) })),
      tipped: String(earned.get('') ?? 0n),
      asset: { ...init.asset, issuer: hex(row.community) },
    }
  }

  return {
    nameOf,
    priceOf,
    find,
    isOwn: (community: Uint8Array): boolean => equals(community, own),
    summary: (row: ReleaseRow): Promise<api.ReleaseSummary> => summary(row),
    communities: (): api.CommunityInfo[] => [
      communityInfo(own, null),
      ...follows.list().map(follow => communityInfo(follow.community, follow)),
    ],
    community(key: Uint8Array): api.CommunityInfo {
      const follow = follows.list().find(row => equals(row.community, key)) ?? null
      return communityInfo(key, follow)
    },
    /** Of one community, or of the own and all followed ones: what is left of an unfollowed one is not shown. */
    releases: async (community: string | undefined): Promise<api.ReleaseSummary[]> => {
      const rows = views.releases(optionalKey32(community, 'A community'))
      const [held, name] = [askedOnce(isHeld), askedOnce(nameOf)]
      return Promise.all(rows.filter(row => held(row.community)).map(row => summary(row, name)))
    },
    isHeld,
    release: async (id: string): Promise<api.ReleaseDetail> => detail(find(id)),
    ownReleases: (): string[] => views.releases(own).map(row => row.manifest.id),
  }
}

export type Catalog = ReturnType<typeof createCatalog>

const shortName = (peerId: string): string => `Community ${peerId.slice(-6)}`

function trackInfo(root: CID, track: Track, captions: readonly string[]): api.TrackInfo {
  const ref = (file: MediaFile) => ({ url: mediaUrl(root, file.path), mediaType: file.mediaType, bytes: file.bytes })
  return {
    title: track.title,
    artist: track.artist,
    durationMs: track.durationMs,
    isrc: track.isrc,
    iswc: track.iswc,
    original: ref(track.original),
    plain: track.plain === null ? null : ref(track.plain),
    hls: track.hls === null ? null : mediaUrl(root, track.hls),
    renditions: track.renditions.map(({ path, playlist, codec, bitsPerSecond, bytes }) => ({
      url: mediaUrl(root, path),
      playlist: mediaUrl(root, playlist),
      codec,
      bitsPerSecond,
      bytes,
    })),
    loudnessLufs: track.loudness === null ? null : track.loudness.integratedCentiLufs / 100,
    waveform: [...track.waveform],
    captions: [...captions],
  }
}
