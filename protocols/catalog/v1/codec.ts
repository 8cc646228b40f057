import type { CID } from 'multiformats/cid'
import {
  bytesUpTo,
  cid,
  int,
  line,
  list,
  matching,
  nullable,
  type Shape,
  struct,
  text,
  uint,
} from '../../codec/shape.ts'
import {
  ISRC_PATTERN,
  ISWC_PATTERN,
  MEDIA_TYPE_PATTERN,
  PARTIES_MAX,
  PATH_PATTERN,
  RELEASE_ID_PATTERN,
  SHARES_TOTAL,
  TITLE_MAX,
  TRACKS_MAX,
  UPC_PATTERN,
  WAVEFORM_BUCKETS,
} from './constants.ts'

/** One file under the release root. */
export interface MediaFile {
  readonly path: string
  readonly mediaType: string
  readonly bytes: number
}

/** One CMAF rendition: a single byte-range file and its own media playlist. */
export interface Rendition {
  readonly path: string
  readonly playlist: string
  /** RFC 6381 codecs string, e.g. `opus`. */
  readonly codec: string
  readonly bitsPerSecond: number
  readonly bytes: number
}

/** EBU R128, in integers: hundredths of LUFS, dBTP and LU. */
export interface Loudness {
  readonly integratedCentiLufs: number
  readonly truePeakCentiDb: number
  readonly rangeCentiLu: number
}

export interface Track {
  readonly title: string
  readonly artist: string
  readonly durationMs: number
  readonly isrc: string | null
  readonly iswc: string | null
  /** The file as the creator gave it. */
  readonly original: MediaFile
  /** One plain file that every browser plays and a person can keep. */
  readonly plain: MediaFile | null
  /** Path of the HLS multivariant playlist, when renditions were made. */
  readonly hls: string | null
  readonly renditions: readonly Rendition[]
  readonly loudness: Loudness | null
  /** Peak per bucket, 0 to 255; empty when the audio could not be decoded. */
  readonly waveform: Uint8Array
}

/** Who gets what: `shares` are hundredths of a percent and total 10,000 over the list. */
export interface Share {
  readonly party: string
  readonly shares: number
}

/** Body of `catalog/release`: what a community publishes. A later manifest with the same id amends it. */
export interface ReleaseManifest {
  readonly id: string
  /** UnixFS directory that holds every file named below. */
  readonly root: CID
  readonly title: string
  readonly artist: string
  readonly license: string
  readonly description: string
  readonly upc: string | null
  readonly cover: MediaFile | null
  readonly tracks: readonly Track[]
  readonly splits: readonly Share[]
  /** Bytes under the root, for budgets and progress. */
  readonly bytes: number
}

/** Body of `catalog/withdraw`: the community takes a release down. */
export interface Withdrawal {
  readonly id: string
  readonly reason: string
}

/** Body of `catalog/community`: how the community introduces itself. The latest sequence wins. */
export interface CommunityProfile {
  readonly name: string
  readonly about: string
}

const path = matching(PATH_PATTERN, 'a relative path without dot segments')
const releaseId = matching(RELEASE_ID_PATTERN, 'a release id of 32 hex digits')

const mediaFile: Shape<MediaFile> = struct({
  path,
  mediaType: matching(MEDIA_TYPE_PATTERN, 'a media type'),
  bytes: uint(),
})

const rendition: Shape<Rendition> = struct({
  path,
  playlist: path,
  codec: line(40),
  bitsPerSecond: uint(),
  bytes: uint(),
})

const loudness: Shape<Loudness> = struct({
  integratedCentiLufs: int(-20_000, 2_000),
  truePeakCentiDb: int(-20_000, 5_000),
  rangeCentiLu: int(0, 20_000),
})

const track: Shape<Track> = struct({
  title: line(TITLE_MAX),
  artist: line(TITLE_MAX),
  durationMs: uint(),
  isrc: nullable(matching(ISRC_PATTERN, 'an ISRC of 12 characters such as QZABC2600001')),
  iswc: nullable(matching(ISWC_PATTERN, 'an ISWC such as T0345246801')),
  original: mediaFile,
  plain: nullable(mediaFile),
  hls: nullable(path),
  renditions: list(rendition, 8),
  loudness: nullable(loudness),
  waveform: bytesUpTo(WAVEFORM_BUCKETS),
})

const share: Shape<Share> = struct({ party: line(80), shares: int(1, SHARES_TOTAL) })

export const releaseManifest: Shape<ReleaseManifest> = struct({
  id: releaseId,
  root: cid,
  title: line(TITLE_MAX),
  artist: line(TITLE_MAX),
  license: line(100, 0),
  description: text(4_000, 0),
  upc: nullable(matching(UPC_PATTERN, 'a UPC or EAN of 12 or 13 digits')),
  cover: nullable(mediaFile),
  tracks: list(track, TRACKS_MAX, 1),
  splits: list(share, PARTIES_MAX, 1),
  bytes: uint(),
})

export const withdrawal: Shape<Withdrawal> = struct({ id: releaseId, reason: line(400, 0) })

export const communityProfile: Shape<CommunityProfile> = struct({ name: line(80), about: text(1_000, 0) })
