import type { Loudness } from '#protocols/catalog/v1/codec.ts'

/** A file made by the media pipeline: where it is now, and its path inside the release root. */
export interface PreparedFile {
  readonly file: string
  readonly path: string
  readonly mediaType: string
  readonly bytes: number
}

export interface PreparedRendition extends PreparedFile {
  /** Its HLS media playlist. */
  readonly playlist: PreparedFile
  readonly codec: string
  readonly bitsPerSecond: number
}

/** Everything learned and made from one source file. Paths are relative to the release root, prefixed `NN/`. */
export interface PreparedTrack {
  /** From tags; `null` where the file says nothing. */
  readonly title: string | null
  readonly artist: string | null
  readonly album: string | null
  readonly isrc: string | null
  readonly durationMs: number
  readonly original: PreparedFile
  readonly plain: PreparedFile | null
  /** HLS multivariant playlist. */
  readonly hls: PreparedFile | null
  readonly renditions: readonly PreparedRendition[]
  readonly loudness: Loudness | null
  /** At most WAVEFORM_BUCKETS peaks, 0 to 255. */
  readonly waveform: Uint8Array
  /** Embedded picture, when the tags carry one. */
  readonly picture: Uint8Array | null
  /** Plain sentences: what was left out and why. */
  readonly notes: readonly string[]
}

export interface MediaProgress {
  readonly step: string
  /** 0 to 1 within this file. */
  readonly share: number
}

export interface MediaTools {
  /** What this machine can do, detected once at start. */
  readonly capabilities: { readonly renditions: boolean; readonly note: string }
  /** Refuses what is no recording, before any work and without reading it whole. Throws as `prepare` does, or 'too-large'. */
  check(source: { file: string; name: string }): Promise<void>
  /**
   * Reads one audio (or video) file and writes what is derived into `workDir`. Throws `StageError`
   * 'media-unreadable' or 'media-empty'; the caller removes `workDir` in every case.
   */
  prepare(
    source: { file: string; name: string; index: number },
    workDir: string,
    signal: AbortSignal,
    onProgress: (p: MediaProgress) => void,
  ): Promise<PreparedTrack>
  /** Scales a cover to at most 1200 px as JPEG (or WebP), stripped of metadata. */
  cover(image: Uint8Array, workDir: string): Promise<PreparedFile>
}
