import { isKept } from '#web/kept/kept.ts'
import type { Fan, PlayerClock, PlayerState, QueueTrack, Store } from '#web/kit/mod.ts'
import { t } from '#web/kit/words.ts'
import { whyNot } from './fetch-range.ts'
import { announce } from './media-session.ts'
import { MseStream } from './mse.ts'
import { canStream, prepareStream } from './renditions.ts'

// Loaded together, at the first play.
export { onMediaKeys, tellPosition } from './media-session.ts'

/** A play is told to the stage once per track, after this much listening. */
const PLAY_COUNTS_MS = 10_000
const RETRY_MS = 3_000

interface Stores {
  readonly state: Store<PlayerState>
  readonly clock: Store<PlayerClock>
  readonly saver: Store<boolean>
  readonly volume: Store<number>
}

/** Where the listener is in the recording, ms, and what they did there. */
export type Heard = (what: 'play' | 'tick' | 'pause' | 'seek', positionMs: number) => void

/** Who decides what plays. */
interface Listener {
  readonly ended: () => void
  readonly heard: Heard
  /** What may follow a track without a pause; null: nothing. */
  readonly next: (after: QueueTrack) => QueueTrack | null
  /** It has followed. */
  readonly advanced: (track: QueueTrack) => void
}

/** One audio element for the whole page and whatever feeds it. */
export class Engine {
  readonly #audio = new Audio()
  readonly #stores: Stores
  readonly #fan: Fan
  readonly #listener: Listener
  #stream: MseStream | null = null
  #track: QueueTrack | null = null
  #plainTried = false
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #resumeAtMs = 0
  #listenedMs = 0
  #lastTickMs = 0
  #told = false

  constructor(stores: Stores, fan: Fan, listener: Listener) {
    this.#listener = listener
    this.#stores = stores
    this.#fan = fan
    this.#audio.preload = 'auto'
    this.#audio.volume = stores.volume.get()
    stores.volume.subscribe(volume => {
      this.#audio.volume = volume
    })
    this.#listen()
  }

  load(track: QueueTrack, fromMs: number): void {
    this.#reset()
    this.#track = track
    announce(track)
    this.#resumeAtMs = fromMs
    this.#patch({ status: 'loading', sentence: null, bitsPerSecond: null })
    this.#stores.clock.set({ positionMs: fromMs, durationMs: track.info.durationMs, buffered: [] })
    if (canStream(track.info) && !isKept(track.release)) this.#startStream(track)
    else this.#startFile()
    this.#play()
  }

  toggle(): void {
    if (this.#audio.paused) this.#play()
    else this.#audio.pause()
  }

  pause(): void {
    this.#audio.pause()
  }

  seek(ms: number): void {
    this.#audio.currentTime = this.#startS + Math.max(0, ms / 1000)
    this.#tick()
  }

  /** Something that can be played is shown. */
  prepare(track: QueueTrack): void {
    if (canStream(track.info) && !isKept(track.release)) prepareStream(track.info, this.#stores.saver.get())
  }

  /** What follows has changed, or may have. */
  requeue(): void {
    this.#stream?.retryNow()
  }

  /** Where the track begins on the element's time line, which it shares with those before it. */
  get #startS(): number {
    return this.#stream?.heard.startS ?? 0
  }

  get #positionMs(): number {
    return Math.max(0, this.#audio.currentTime - this.#startS) * 1000
  }

  /** A holder came back or the stage answers again. */
  retryNow(): void {
    if (this.#stream !== null) this.#stream.retryNow()
    else if (this.#stores.state.get().sentence !== null) {
      this.#startFile()
      this.#play()
    }
  }

  #startStream(track: QueueTrack): void {
    this.#stream = new MseStream(this.#audio, track, {
      saver: () => this.#stores.saver.get(),
      rendition: bitsPerSecond => this.#patch({ bitsPerSecond }),
      trouble: sentence => this.#patch({ sentence }),
      next: after => {
        const next = this.#listener.next(after)
        return next !== null && canStream(next.info) && !isKept(next.release) ? next : null
      },
      advanced: next => this.#advanced(next),
      unsupported: () => {
        this.#resumeAtMs = this.#positionMs
        this.#stream?.close()
        this.#stream = null
        this.#startFile()
        this.#play()
      },
    })
  }

  #advanced(track: QueueTrack): void {
    this.#track = track
    announce(track)
    this.#listenedMs = 0
    this.#told = false
    this.#listener.advanced(track)
    this.#tick()
  }

  /** Native HLS where the browser has it, else one plain file. */
  #startFile(): void {
    clearTimeout(this.#retryTimer)
    const info = this.#track?.info
    if (info === undefined) return
    if (this.#track !== null && isKept(this.#track.release)) this.#plainTried = true
    const native =
      !this.#plainTried && info.hls !== null && this.#audio.canPlayType('application/vnd.apple.mpegurl') !== ''
    this.#plainTried ||= !native
    this.#audio.src = native && info.hls !== null ? info.hls : (info.plain ?? info.original).url
  }

  #play(): void {
    this.#audio.play().catch((cause: unknown) => {
      // Without a gesture a browser refuses to start: the play button stays ready. A replaced source is no refusal.
      if (cause instanceof DOMException && cause.name === 'NotAllowedError') this.#patch({ status: 'paused' })
    })
  }

  #listen(): void {
    const audio = this.#audio
    const status = (name: PlayerState['status']) => () => this.#patch({ status: name })
    audio.addEventListener('playing', () => {
      this.#patch({ status: 'playing', sentence: null })
      this.#listener.heard('play', this.#positionMs)
    })
    audio.addEventListener('waiting', status('waiting'))
    audio.addEventListener('pause', () => {
      this.#listener.heard('pause', this.#positionMs)
      if (!audio.ended) this.#patch({ status: 'paused' })
    })
    audio.addEventListener('loadedmetadata', () => {
      if (this.#resumeAtMs > 0) audio.currentTime = this.#resumeAtMs / 1000
      this.#resumeAtMs = 0
    })
    for (const name of ['timeupdate', 'progress', 'durationchange', 'seeked'] as const)
      audio.addEventListener(name, () => this.#tick())
    audio.addEventListener('seeking', () => this.#listener.heard('seek', this.#positionMs))
    audio.addEventListener('timeupdate', () => this.#listener.heard('tick', this.#positionMs))
    audio.addEventListener('ended', () => this.#listener.ended())
    audio.addEventListener('error', () => void this.#failed())
  }

  async #failed(): Promise<void> {
    if (this.#stream !== null || this.#track === null) return
    if (!this.#plainTried) {
      this.#plainTried = true
      this.#startFile()
      return this.#play()
    }
    const track = this.#track
    this.#resumeAtMs = this.#stores.clock.get().positionMs
    const sentence = await whyNot((track.info.plain ?? track.info.original).url)
    if (track !== this.#track) return
    if (sentence === null) {
      return this.#patch({ status: 'failed', sentence: t`This browser cannot play this file. Try another browser.` })
    }
    this.#patch({ status: 'waiting', sentence })
    this.#retryTimer = setTimeout(() => {
      this.#startFile()
      this.#play()
    }, RETRY_MS)
  }

  #tick(): void {
    const { duration, buffered, paused } = this.#audio
    const positionMs = this.#resumeAtMs > 0 ? this.#resumeAtMs : this.#positionMs
    const startS = this.#startS
    const endS = this.#stream === null ? duration : (this.#stream.heard.endS ?? Number.NaN)
    const known = Number.isFinite(endS) ? (endS - startS) * 1000 : 0
    const within = (timeS: number): number => Math.max(0, Math.min(timeS, endS || timeS) - startS) * 1000
    const ranges = Array.from(
      { length: buffered.length },
      (_, i) => [within(buffered.start(i)), within(buffered.end(i))] as const,
    ).filter(([from, to]) => to > from)
    this.#stores.clock.set({ positionMs, durationMs: known || (this.#track?.info.durationMs ?? 0), buffered: ranges })
    const now = performance.now()
    if (!paused && this.#lastTickMs > 0) this.#listenedMs += Math.min(now - this.#lastTickMs, 1_000)
    this.#lastTickMs = now
    this.#tellPlay()
  }

  #tellPlay(): void {
    const track = this.#track
    if (this.#told || track === null || this.#listenedMs < Math.min(PLAY_COUNTS_MS, track.info.durationMs / 2)) return
    this.#told = true
    const body = { release: track.release, track: track.index, listenedMs: Math.round(this.#listenedMs) }
    // A play that cannot be told is not worth disturbing the listener.
    this.#fan.send(track.community, 'engagement/play', body).catch(() => {})
  }

  #reset(): void {
    clearTimeout(this.#retryTimer)
    this.#stream?.close()
    this.#stream = null
    this.#plainTried = false
    this.#listenedMs = 0
    this.#lastTickMs = 0
    this.#told = false
  }

  #patch(change: Partial<PlayerState>): void {
    this.#stores.state.update(state => ({ ...state, ...change }))
  }
}
