import { ApiError, type QueueTrack } from '#web/kit/mod.ts'
import { closeSegment, type Opening, preSkipSeconds, readOpening } from './cmaf.ts'
import { fetchRange, Pieces, streamRange } from './fetch-range.ts'
import { type ByteRange, type MediaPlaylist, type Segment, segmentAt } from './playlist.ts'
import { openPlaylist } from './playlists.ts'
import { Reel, type Spool } from './reel.ts'
import { chooseRendition, measured, mimeOf } from './renditions.ts'
import { SourceFeed } from './source-feed.ts'

/** Enough to ride out a dead spot, little enough not to spend a fan's data on what they may skip. */
const AHEAD_S = 30
const AHEAD_SAVER_S = 12
/** Codec priming leaves small holes between ranges. */
const GAP_S = 0.3
/** Less than two packets: nothing is missing. */
const WHOLE_S = 0.03
const RETRY_MS = 500
const RETRY_MS_MAX = 8_000

export interface StreamHooks {
  saver(): boolean
  rendition(bitsPerSecond: number): void
  /** A sentence while bytes do not come; null when they come again. */
  trouble(sentence: string | null): void
  /** These renditions cannot be played here: play the plain file. */
  unsupported(): void
  /** What may follow a track without a pause; null: nothing. */
  next(after: QueueTrack): QueueTrack | null
  /** That track is heard now. */
  advanced(track: QueueTrack): void
}

/** What was appended last: where it belongs, in which rendition. */
interface Laid {
  readonly spool: Spool
  readonly choice: number
  readonly opening: Opening | null
}

/** A segment to bring, after its rendition's opening when that is `fresh`. */
interface Task {
  readonly spool: Spool
  readonly choice: number
  readonly playlist: MediaPlaylist
  readonly segment: Segment
  readonly fresh: boolean
}

/** The opening and the first segment usually lie side by side: one question for both. */
const side = (init: ByteRange, segment: ByteRange): boolean =>
  init.url === segment.url && init.offset + init.length === segment.offset

/** Feeds tracks into an audio element, one after the other without a gap: picks renditions, keeps a bounded buffer ahead, never gives up. */
export class MseStream {
  readonly #audio: HTMLAudioElement
  readonly #hooks: StreamHooks
  readonly #source = new MediaSource()
  readonly #closing = new AbortController()
  readonly #url: string
  readonly #reel: Reel
  #heard: Spool
  #feed: SourceFeed | null = null
  #laid: Laid | null = null
  #last: { readonly spool: Spool; readonly segment: Segment; readonly final: boolean } | null = null
  /** What could not follow in this stream. */
  readonly #refused = new Set<QueueTrack>()
  #fetching = new AbortController()
  #wake = (): void => {}
  #moved = (): void => {}

  constructor(audio: HTMLAudioElement, track: QueueTrack, hooks: StreamHooks) {
    this.#audio = audio
    this.#hooks = hooks
    this.#reel = new Reel(track)
    this.#heard = this.#reel.at(0)
    this.#url = URL.createObjectURL(this.#source)
    const { signal } = this.#closing
    audio.addEventListener('timeupdate', () => this.#timeMoved(), { signal })
    audio.addEventListener('seeking', () => this.#seeking(), { signal })
    this.#source.addEventListener('sourceopen', () => void this.#run(), { once: true, signal })
    audio.src = this.#url
  }

  /** The track that is heard, and where it lies on the element's time line. */
  get heard(): Spool {
    return this.#heard
  }

  close(): void {
    this.#closing.abort()
    this.#fetching.abort()
    this.#wake()
    URL.revokeObjectURL(this.#url)
  }

  /** A holder came back, or something else follows: do not sit out the pause. */
  retryNow(): void {
    this.#wake()
  }

  #timeMoved(): void {
    const now = this.#reel.at(this.#audio.currentTime)
    if (now !== this.#heard) {
      this.#heard = now
      this.#hooks.advanced(now.track)
    }
    this.#moved()
  }

  #seeking(): void {
    this.#last = null
    if (this.#bufferedUntil(this.#audio.currentTime) === null) this.#fetching.abort()
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
    const now = this.#audio.currentTime
    const edge = this.#bufferedUntil(now) ?? now
    await this.#dropChanged()
    const here = this.#reel.at(edge)
    const spool = this.#isWhole(here, edge) ? this.#following(here) : here
    if (spool === null) {
      this.#feed?.finish()
      return true
    }
    const from = spool === here ? edge : (this.#bufferedUntil(spool.startS + WHOLE_S) ?? spool.startS)
    if (from - now > (this.#hooks.saver() ? AHEAD_SAVER_S : AHEAD_S)) return true
    try {
      await this.#lay(spool, from, signal)
    } catch (cause) {
      if (spool === this.#heard || cause instanceof ApiError || signal.aborted) throw cause
      // What plays goes on; what cannot follow it here starts by itself when its turn comes.
      console.error(cause)
      this.#refused.add(spool.track)
    }
    return false
  }

  async #lay(spool: Spool, from: number, signal: AbortSignal): Promise<void> {
    const { renditions } = spool.track.info
    const choice = chooseRendition(spool.track.info, this.#hooks.saver())
    const playlist = await openPlaylist(renditions[choice]?.playlist ?? '')
    signal.throwIfAborted()
    const localS = Math.max(0, from - spool.startS) + (spool.skipS ?? 0)
    const index = segmentAt(playlist.segments, localS + GAP_S / 3)
    // A segment that left a hole at its end is not fetched twice.
    const repeated = this.#last?.spool === spool && this.#last.segment.startS === playlist.segments[index]?.startS
    const segment = playlist.segments[repeated ? index + 1 : index]
    if (segment === undefined) throw new TypeError('the playlist ends before its music')
    const fresh = this.#laid?.spool !== spool || this.#laid.choice !== choice
    await this.#bring({ spool, choice, playlist, segment, fresh }, signal)
    this.#last = { spool, segment, final: segment === playlist.segments.at(-1) }
    this.#hooks.trouble(null)
  }

  async #bring(task: Task, signal: AbortSignal): Promise<void> {
    const { spool, playlist, segment } = task
    const startedAt = performance.now()
    const rendition = spool.track.info.renditions[task.choice]
    if (rendition === undefined || playlist.init === null) throw new TypeError('no renditions')
    this.#feed ??= new SourceFeed(this.#source, mimeOf(rendition))
    const feed = this.#feed
    await feed.makeRoom(this.#audio.currentTime)
    const joined = task.fresh && side(playlist.init, segment)
    const before = joined ? playlist.init.length : 0
    const range = { url: segment.url, offset: segment.offset - before, length: segment.length + before }
    const opening = task.fresh && !joined ? await fetchRange(playlist.init, signal) : null
    const pieces = new Pieces(streamRange(range, signal))
    if (task.fresh) await this.#open(task, opening ?? (await pieces.exactly(before)))
    const bytes = segment === playlist.segments.at(-1) ? this.#close(spool, await pieces.exactly(segment.length)) : null
    this.#aim(spool)
    if (bytes !== null) await feed.append(bytes)
    else for await (const piece of pieces.rest()) await feed.append(piece)
    feed.whole()
    measured(range.length, performance.now() - startedAt)
  }

  /** Begins a rendition. Only where the decoder starts afresh does it take away the encoder's delay by itself. */
  async #open({ spool, choice, playlist }: Task, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const opening = readOpening(bytes)
    const goesOn = spool.startS > 0 && opening !== null && opening.channels === this.#laid?.opening?.channels
    spool.skipS ??= goesOn ? preSkipSeconds(opening) : 0
    spool.endS ??= spool.startS + playlist.durationS - spool.skipS
    this.#aim(spool)
    this.#feed?.reach(spool.endS)
    await this.#feed?.append(bytes)
    this.#feed?.whole()
    this.#laid = { spool, choice, opening }
    this.#hooks.rendition(spool.track.info.renditions[choice]?.bitsPerSecond ?? 0)
  }

  /** The last segment: from here on the end is known to the sample. */
  #close(spool: Spool, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const opening = this.#laid?.opening
    const closing = opening == null ? null : closeSegment(bytes, opening.timescale)
    if (closing === null) return bytes
    if (this.#reel.after(spool) === null) spool.endS = spool.startS + closing.endS - (spool.skipS ?? 0)
    return closing.bytes
  }

  #aim({ startS, skipS, endS }: Spool): void {
    this.#feed?.aim({ offsetS: startS - (skipS ?? 0), fromS: startS, toS: endS ?? Number.POSITIVE_INFINITY })
  }

  #isWhole(spool: Spool, edge: number): boolean {
    // Sound may be a little shorter than its playlist says: then the last segment is the end.
    return (this.#last?.spool === spool && this.#last.final) || (spool.endS !== null && edge >= spool.endS - WHOLE_S)
  }

  /** What is laid behind a track that is whole; null: nothing, it ends here. */
  #following(spool: Spool): Spool | null {
    const known = this.#reel.after(spool)
    if (known !== null) return this.#refused.has(known.track) ? null : known
    const next = this.#hooks.next(spool.track)
    const [mine, its] = [spool.track, next].map(track => track?.info.renditions[0]?.codec)
    return next === null || mine !== its || this.#refused.has(next) ? null : this.#reel.follow(next)
  }

  /** Something else is to follow than what was laid ahead: that is taken away. */
  async #dropChanged(): Promise<void> {
    for (let spool: Spool | null = this.#heard; spool !== null; spool = this.#reel.after(spool)) {
      const after = this.#reel.after(spool)
      if (after === null || after.track === this.#hooks.next(spool.track)) continue
      this.#reel.cutAfter(spool)
      if (this.#laid?.spool !== spool) this.#laid = null
      await this.#feed?.remove(after.startS, Number.POSITIVE_INFINITY)
    }
  }

  /** Where the range around a time ends; null when it is not buffered. */
  #bufferedUntil(timeS: number): number | null {
    const { buffered } = this.#audio
    for (let i = 0; i < buffered.length; i++)
      if (buffered.start(i) - GAP_S <= timeS && timeS < buffered.end(i)) return buffered.end(i)
    return null
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
