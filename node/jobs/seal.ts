import { StageError } from '#node/errors.ts'
import type { PreparedTrack } from '#node/ports/media.ts'
import type { SealedFile } from '#node/ports/unlocks.ts'
import type { CheckedRequest } from './request.ts'

export interface Divided {
  /** What everybody can have: the listening copy stands where the original would. */
  readonly open: readonly PreparedTrack[]
  /** What only buyers are handed. */
  readonly kept: readonly SealedFile[]
}

/**
 * Of a release whose download is sold, the originals stay out of the public tree. Throws 'bad-request' when there is
 * nothing better to sell than what everybody hears.
 */
export function keepBack(request: CheckedRequest, tracks: readonly PreparedTrack[], names: readonly string[]): Divided {
  if (request.price === null || request.price.download === null) return { open: tracks, kept: [] }
  const kept: SealedFile[] = []
  const open = tracks.map((track, index) => {
    const { original, plain } = track
    if (plain === null || plain.path === original.path) return track
    kept.push({ track: index, name: names[index] ?? `track-${index + 1}`, ...original })
    return { ...track, original: plain }
  })
  if (kept.length > 0) return { open, kept }
  throw new StageError(
    'bad-request',
    'There is nothing to sell as a download: these files are what everybody hears anyway. Upload lossless ones such as FLAC or WAV, or leave the download price empty.',
    { path: 'price.download' },
  )
}
