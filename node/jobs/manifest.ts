import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { PreparedFile, PreparedTrack } from '#node/ports/media.ts'
import type { MediaFile, ReleaseManifest, Share, Track } from '#protocols/catalog/v1/codec.ts'
import { releaseManifest } from '#protocols/catalog/v1/codec.ts'
import { SHARES_TOTAL } from '#protocols/catalog/v1/constants.ts'
import { attempt, encode } from '#protocols/codec/dag-cbor.ts'
import { ENVELOPE_BYTES_MAX } from '#protocols/envelope/v1/constants.ts'
import { normaliseIsrc } from '#src/catalog/identifiers.ts'
import { PARTY_UNITS_MAX } from '#src/catalog/splits.ts'
import type { CheckedRequest, CheckedTrack } from './request.ts'
import { cleanLine } from './words.ts'

export interface ManifestParts {
  readonly id: string
  readonly root: CID
  readonly bytes: number
  readonly request: CheckedRequest
  readonly tracks: readonly PreparedTrack[]
  /** Upload names, in track order: the last resort for a title. */
  readonly names: readonly string[]
  readonly cover: PreparedFile | null
}

/** Room in an envelope beside the body: keys, author, community, signature. */
const ENVELOPE_OVERHEAD_BYTES = 512
/** Peaks kept per track when a long release would not fit one envelope, tried in this order. */
const WAVEFORM_STEPS = [200, 100, 50, 0] as const

const mediaFile = ({ path, mediaType, bytes }: PreparedFile): MediaFile => ({ path, mediaType, bytes })

/** The file's own ISRC tag, when it is one: a wrong tag is no reason to refuse the file. */
function taggedIsrc(track: PreparedTrack): string | null {
  const normalised = track.isrc === null ? null : normaliseIsrc(track.isrc)
  return normalised?.ok === true ? normalised.value : null
}

const titleFromName = (name: string): string | null =>
  cleanLine((name.split(/[/\\]/).at(-1) ?? '').replace(/\.[^.]{1,16}$/, '').replace(/[_]+/g, ' '))

function releaseArtist(parts: ManifestParts): string {
  if (parts.request.artist !== null) return parts.request.artist
  const tagged = new Set(parts.tracks.map(track => cleanLine(track.artist)).filter(artist => artist !== null))
  const [only] = tagged
  if (only === undefined) return 'Unknown artist'
  return tagged.size === 1 ? only : 'Various artists'
}

function trackOf(
  parts: ManifestParts,
  prepared: PreparedTrack,
  asked: CheckedTrack,
  index: number,
  artist: string,
): Track {
  const title = asked.title ?? cleanLine(prepared.title) ?? titleFromName(parts.names[index] ?? '')
  return {
    title: title ?? `Track ${index + 1}`,
    artist: cleanLine(prepared.artist) ?? artist,
    durationMs: prepared.durationMs,
    isrc: asked.isrc ?? taggedIsrc(prepared),
    iswc: asked.iswc,
    original: mediaFile(prepared.original),
    plain: prepared.plain === null ? null : mediaFile(prepared.plain),
    hls: prepared.hls?.path ?? null,
    renditions: prepared.renditions.map(({ path, playlist, codec, bitsPerSecond, bytes }) => ({
      path,
      playlist: playlist.path,
      codec,
      bitsPerSecond,
      bytes,
    })),
    loudness: prepared.loudness,
    waveform: prepared.waveform,
  }
}

/** Halves the number of peaks per step by keeping the higher of neighbours. */
function coarser(waveform: Uint8Array, buckets: number): Uint8Array {
  if (waveform.length <= buckets) return waveform
  return Uint8Array.from({ length: buckets }, (_, i) => {
    const from = Math.floor((i * waveform.length) / buckets)
    return Math.max(...waveform.subarray(from, Math.floor(((i + 1) * waveform.length) / buckets)))
  })
}

/** Everything that a listener, a fan and an accountant will read. Throws 'too-large' when it cannot fit one envelope. */
export function buildManifest(parts: ManifestParts): ReleaseManifest {
  const { request } = parts
  const artist = releaseArtist(parts)
  const tracks = request.tracks.flatMap((asked, index) => {
    const prepared = parts.tracks[index]
    return prepared === undefined ? [] : [trackOf(parts, prepared, asked, index, artist)]
  })
  const single = tracks.length === 1 ? tracks[0]?.title : undefined
  const party = cleanLine(artist, PARTY_UNITS_MAX) ?? artist
  const everything: readonly Share[] = [{ party, shares: SHARES_TOTAL }]
  const manifest: ReleaseManifest = {
    id: parts.id,
    root: parts.root,
    title: request.title ?? cleanLine(parts.tracks[0]?.album) ?? single ?? 'Untitled',
    artist,
    license: request.license,
    description: request.description,
    upc: request.upc,
    cover: parts.cover === null ? null : mediaFile(parts.cover),
    tracks,
    splits: request.splits ?? everything,
    bytes: parts.bytes,
  }
  return fitting(manifest)
}

function fitting(manifest: ReleaseManifest): ReleaseManifest {
  for (const buckets of WAVEFORM_STEPS) {
    const tracks = manifest.tracks.map(track => ({ ...track, waveform: coarser(track.waveform, buckets) }))
    const candidate = { ...manifest, tracks }
    if (encode(candidate).length > ENVELOPE_BYTES_MAX - ENVELOPE_OVERHEAD_BYTES) continue
    const checked = attempt(() => releaseManifest(candidate, ''))
    if (!checked.ok)
      throw new Error(`the manifest does not fit its own codec: ${checked.error.path} ${checked.error.message}`)
    return checked.value
  }
  throw new StageError('too-large', 'The release has too many tracks for one manifest: publish it in two parts.')
}
