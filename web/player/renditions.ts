import type { TrackInfo } from '#protocols/api/v1/schemas.ts'
import { measure, pickRendition } from './pick.ts'
import { openPlaylist } from './playlists.ts'

type Rendition = TrackInfo['renditions'][number]

export const mimeOf = (rendition: Rendition): string => `audio/mp4; codecs="${rendition.codec}"`

export const canStream = (track: TrackInfo): boolean =>
  'MediaSource' in globalThis &&
  track.renditions.length > 0 &&
  track.renditions.every(rendition => MediaSource.isTypeSupported(mimeOf(rendition)))

// Measured on this page, shared by all tracks.
let throughput: number | null = null

export function measured(bytes: number, ms: number): void {
  throughput = measure(throughput, bytes, ms)
}

/** Index of the rendition to play now. */
export const chooseRendition = ({ renditions }: TrackInfo, saver: boolean): number =>
  pickRendition(renditions, throughput, saver)

/** Asks for what playing begins with, apart from the music itself. */
export function prepareStream(track: TrackInfo, saver: boolean): void {
  const playlist = track.renditions[chooseRendition(track, saver)]?.playlist
  if (playlist !== undefined) openPlaylist(playlist).catch(() => {})
}
