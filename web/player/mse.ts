import type { TrackInfo } from '#protocols/api/v1/schemas.ts'
import { ApiError } from '#web/kit/mod.ts'
import { fetchRange, fetchText } from './fetch-range.ts'
import { measure, pickRendition } from './pick.ts'
import { type MediaPlaylist, parseMediaPlaylist, type Segment, segmentAt } from './playlist.ts'

/** Enough to ride out a dead spot, little enough not to spend a fan's data on what they may skip. */
const AHEAD_S = 30
const AHEAD_SAVER_S = 12
/** What was heard stays this long for a jump back, then makes room. */
const BEHIND_S = 60
/** Codec priming leaves small holes between ranges. */
const GAP_S = 0.3
const RETRY_MS = 500
const RETRY_MS_MAX = 8_000

export interface StreamHooks {
  saver(): boolean
  rendition(bitsPerSecond: number): void
  /** A sentence while bytes do not come; null when they come again. */
  trouble(sentence: string | null): void
  /** These renditions cannot be played here: play the plain file. */
  unsupported(): void
}

const mimeOf = (rendition: TrackInfo['renditions'][number]): string => `audio/mp4; codecs="${rendition.codec}"`

export const canStream = (track: TrackInfo): boolean =>
  'MediaSource' in globalThis &&
  track.renditions.length > 0 &&
  track.renditions.every(rendition => MediaSource.isTypeSupported(mimeOf(rendition)))

// Measured on this page, shared by all tracks.
let throughput: number | null = null

/** Feeds one track into an audio element: picks renditions, keeps a bounded buffer ahead, never gives up. */
export class MseStream {
  readonly #audio: HTMLAudioElement
  readonly #track: TrackInfo
  readonly #hooks: StreamHooks
  readonly #source = new MediaSource()
  readonly #closing = new AbortController()
  readonly #playlists = new Map<number, MediaPlaylist>()
  readonly #url: string
  #buffer: SourceBuffer | null = null
  #current = -1
  #last: Segment | null = null
  #fetching = new AbortController()
  #wake = (): void => {}
  #moved = (): void => {}

  constructor(audio: HTMLAudioElement, track: TrackInfo, hooks: StreamHooks) {
    this.#audio = audio
    this.#track = track
    this.#hooks = hooks
    this.#url = URL.createObjectURL(this.#source)
    const { signal } = this.#closing
    audio.addEventListener('timeupdate', () => this.#moved(), { signal })
    audio.addEventListener('seeking', () => this.#seeking(), { signal })
    this.#source.addEventListener('sourceopen', () => void this.#run(), { once: true, signal })
    audio.src = this.#url
  }

  close(): void {
    this.#closing.abort()
    this.#fetching.abort()
    this.#wake()
    URL.revokeObjectURL(this.#url)
  }

  /** A holder came back: do not sit out the pause. */
  retryNow(): void {
    this.#wake()
  }

  #seeking(): void {
    this.#last = null
    if (this.#bufferedUntil() === null) this.#fetching.abort()
    this.#wake()
  }

  async #run(): Promise<void> {
    let retryMs = RETRY_MS
    while (!this.#closing.signal.aborted) {
      this.#fetching = new AbortController()
      try {
        const idle = await this.#step(this.#fetching.signal)
        retryMs = RETRY_MS
        if (idle) await this.#pause(null)
      } catch (cause) {
        if (this.#closing.signal.aborted) return
        if (this.#fetching.signal.aborted) continue
        if (!(cause instanceof ApiError)) {
          console.error(cause)
          return this.#hooks.unsupported()
        }
        this.#hooks.trouble(cause.message)
        await this.#pause(retryMs)
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
      }
    }
  }

  /** Appends one segment. True when there is nothing to do until the position moves. */
  async #step(signal: AbortSignal): Promise<boolean> {
    const choice = pickRendition(this.#track.renditions, throughput, this.#hooks.saver())
    const playlist = await this.#playlist(choice, signal)
    const buffer = this.#prepare(choice, playlist)
    const segment = this.#nextSegment(playlist)
    if (segment === null) {
      this.#finish(playlist)
      return true
    }
    const startedAt = performance.now()
    let first: Promise<Uint8Array<ArrayBuffer>> | null = null
    if (choice !== this.#current && playlist.init !== null) {
      // Both at once: on a slow line each question costs as much as what it brings.
      const init = fetchRange(playlist.init, signal)
      first = fetchRange(segment, signal)
      await this.#append(buffer, (await Promise.all([init, first]))[0])
      this.#current = choice
      this.#hooks.rendition(this.#track.renditions[choice]?.bitsPerSecond ?? 0)
    }
    const bytes = await (first ?? fetchRange(segment, signal))
    throughput = measure(throughput, bytes.length, performance.now() - startedAt)
    await this.#append(buffer, bytes)
    this.#last = segment
    this.#hooks.trouble(null)
    return false
  }

  /** Ends the stream once all up to the end is buffered; a later jump back opens it again. */
  #finish(playlist: MediaPlaylist): void {
    const edge = this.#bufferedUntil() ?? 0
    // Sound may be a little shorter than its playlist says: then the last segment is the end.
    const complete = edge >= playlist.durationS - GAP_S || this.#last === playlist.segments.at(-1)
    if (complete && this.#source.readyState === 'open') this.#source.endOfStream()
  }

  async #playlist(choice: number, signal: AbortSignal): Promise<MediaPlaylist> {
    const known = this.#playlists.get(choice)
    if (known !== undefined) return known
    const url = new URL(this.#track.renditions[choice]?.playlist ?? '', location.href).href
    const playlist = parseMediaPlaylist(await fetchText(url, signal), url)
    if (playlist === null || playlist.init === null) throw new TypeError('not a byte-range playlist')
    this.#playlists.set(choice, playlist)
    return playlist
  }

  #prepare(choice: number, playlist: MediaPlaylist): SourceBuffer {
    if (this.#buffer === null) {
      const rendition = this.#track.renditions[choice]
      if (rendition === undefined) throw new TypeError('no renditions')
      this.#buffer = this.#source.addSourceBuffer(mimeOf(rendition))
      this.#source.duration = playlist.durationS
    }
    return this.#buffer
  }

  #nextSegment(playlist: MediaPlaylist): Segment | null {
    const now = this.#audio.currentTime
    const edge = this.#bufferedUntil() ?? now
    const ahead = this.#hooks.saver() ? AHEAD_SAVER_S : AHEAD_S
    if (edge - now > ahead || edge >= playlist.durationS - GAP_S) return null
    const index = segmentAt(playlist.segments, edge + GAP_S / 3)
    const segment = playlist.segments[index] ?? null
    // A segment that left a hole at its end is not fetched twice.
    const repeated = segment !== null && this.#last !== null && segment.startS === this.#last.startS
    return repeated ? (playlist.segments[index + 1] ?? null) : segment
  }

  /** Where the range around the position ends; null when the position is not buffered. */
  #bufferedUntil(): number | null {
    const { buffered, currentTime } = this.#audio
    for (let i = 0; i < buffered.length; i++)
      if (buffered.start(i) - GAP_S <= currentTime && currentTime < buffered.end(i)) return buffered.end(i)
    return null
  }

  async #append(buffer: SourceBuffer, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const stale = this.#audio.currentTime - BEHIND_S
    const first = buffer.buffered.length > 0 ? buffer.buffered.start(0) : 0
    if (stale > first) {
      buffer.remove(0, stale)
      await settled(buffer)
    }
    buffer.appendBuffer(bytes)
    await settled(buffer)
  }

  #pause(ms: number | null): Promise<void> {
    return new Promise(resolve => {
      const timer = ms === null ? null : setTimeout(resolve, ms)
      this.#wake = () => {
        if (timer !== null) clearTimeout(timer)
        resolve()
      }
      // While waiting to retry, only a seek, a closing or a returned holder ends the pause early.
      this.#moved = timer === null ? this.#wake : () => {}
      if (this.#closing.signal.aborted) resolve()
    })
  }
}

function settled(buffer: SourceBuffer): Promise<void> {
  if (!buffer.updating) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const done = new AbortController()
    const finish = (act: () => void) => () => {
      done.abort()
      act()
    }
    buffer.addEventListener('updateend', finish(resolve), { signal: done.signal })
    buffer.addEventListener(
      'error',
      finish(() => reject(new TypeError('the browser refused the media'))),
      {
        signal: done.signal,
      },
    )
  })
}
