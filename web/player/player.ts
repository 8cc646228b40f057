import {
  type Fan,
  type Live,
  type Paying,
  type Player,
  type PlayerClock,
  type PlayerState,
  type QueueTrack,
  Store,
  t,
} from '#web/kit/mod.ts'
import type { PaidListening } from '#web/pay/listening.ts'
import type { Engine, Heard } from './engine.ts'
import { enqueued, without } from './queue.ts'

const SAVER_KEY = 'bandstand-saver'
const VOLUME_KEY = 'bandstand-volume'
/** Going back within this much of a track's start goes to the track before it. */
const RESTART_MS = 4_000
const SKIP_MS = 10_000

/** Priced, or counted for a membership that was paid on this device. */
const isPaid = ({ price, community }: QueueTrack): boolean =>
  (price !== null && price.stream !== '0') || localStorage.getItem(`bandstand-member-${community}`) !== null

/** The queue and its controls. What makes sound is loaded at the first play. */
export class QueuePlayer implements Player {
  readonly state = new Store<PlayerState>({ queue: [], at: 0, status: 'idle', sentence: null, bitsPerSecond: null })
  readonly clock = new Store<PlayerClock>({ positionMs: 0, durationMs: 0, buffered: [] })
  readonly saver = new Store(localStorage.getItem(SAVER_KEY) === 'on')
  readonly volume = new Store(Number(localStorage.getItem(VOLUME_KEY) ?? 1))
  readonly paying = new Store<Paying | null>(null)
  readonly #fan: Fan
  #engine: Promise<Engine> | null = null
  readonly #paidInit: Omit<ConstructorParameters<typeof PaidListening>[0], 'paying' | 'stop'>
  #paid: Promise<PaidListening> | null = null
  /** What meters the sound; null while it is free. */
  #heard: Heard | null = null
  /** Play that waits for a limit. */
  #waiting: { readonly track: QueueTrack; readonly fromMs: number } | null = null

  constructor(paid: Omit<ConstructorParameters<typeof PaidListening>[0], 'paying' | 'stop'>, live: Live) {
    this.#fan = paid.fan
    this.#paidInit = paid
    this.saver.subscribe(on => localStorage.setItem(SAVER_KEY, on ? 'on' : 'off'))
    this.volume.subscribe(volume => localStorage.setItem(VOLUME_KEY, String(volume)))
    live.on('community', community => {
      if (community.online) void this.#engine?.then(engine => engine.retryNow())
    })
    live.onResync(() => void this.#engine?.then(engine => engine.retryNow()))
  }

  play(queue: readonly QueueTrack[], at: number, fromMs = 0): void {
    const track = queue[at]
    if (track === undefined) return
    this.state.set({ queue, at, status: 'loading', sentence: null, bitsPerSecond: null })
    if (isPaid(track)) void this.#playPaid(track, fromMs)
    else {
      this.#leave()
      void this.#with(engine => engine.load(track, fromMs))
    }
  }

  allow(cap: bigint | null): void {
    const { queue, at } = this.state.get()
    const track = queue[at]
    // At the limit nothing waits: it goes on from where it stopped.
    const wanted = this.#waiting ?? (track === undefined ? null : { track, fromMs: this.clock.get().positionMs })
    this.#waiting = null
    void this.#paid?.then(paid => {
      paid.limit(cap)
      if (cap === null || wanted === null) this.state.update(state => ({ ...state, status: 'idle' }))
      else void this.#playPaid(wanted.track, wanted.fromMs)
    })
  }

  /** What cannot be paid, or has no limit yet, waits: the strip above the player says why. */
  async #playPaid(track: QueueTrack, fromMs: number): Promise<void> {
    this.#heard = null
    void this.#engine?.then(engine => engine.pause())
    this.#paid ??= this.#startPaid()
    const now = () => this.state.get().queue[this.state.get().at] === track
    try {
      const paid = await this.#paid
      const may = await paid.begin(track)
      if (!now()) return
      if (!may) {
        this.#waiting = { track, fromMs }
        return this.state.update(state => ({ ...state, status: 'idle' }))
      }
      this.#heard = (what, positionMs) => paid.heard(what, positionMs)
      await this.#with(engine => engine.load(track, fromMs))
    } catch (cause) {
      console.error(cause)
      this.#paid = null
      if (now())
        this.state.update(state => ({
          ...state,
          status: 'failed',
          sentence: t`This could not be paid. Press play again.`,
        }))
    }
  }

  async #startPaid(): Promise<PaidListening> {
    const { PaidListening } = await import('#web/pay/listening.ts')
    return new PaidListening({
      ...this.#paidInit,
      paying: this.paying,
      stop: () => {
        this.#heard = null
        void this.#engine?.then(engine => engine.pause())
      },
    })
  }

  /** Something free plays next, or nothing: what was listened to is settled. */
  #leave(): void {
    this.#heard = null
    this.#waiting = null
    void this.#paid?.then(paid => paid.leave())
  }

  toggle(): void {
    const { queue, at, status } = this.state.get()
    const track = queue[at]
    // At the limit, or before one is set, play means: from where it was.
    if (track !== undefined && isPaid(track) && this.#heard === null && status !== 'loading') {
      if (this.paying.get()?.phase !== 'ask') void this.#playPaid(track, this.clock.get().positionMs)
      return
    }
    void this.#with(engine => engine.toggle())
  }

  seek(ms: number): void {
    void this.#with(engine => engine.seek(ms))
  }

  next(): void {
    const { queue, at } = this.state.get()
    if (at + 1 < queue.length) this.play(queue, at + 1)
  }

  previous(): void {
    const { queue, at } = this.state.get()
    if (this.clock.get().positionMs > RESTART_MS || at === 0) this.seek(0)
    else this.play(queue, at - 1)
  }

  enqueue(tracks: readonly QueueTrack[], where: 'next' | 'last'): void {
    if (this.state.get().queue.length === 0) this.play(tracks, 0)
    else this.state.update(state => ({ ...state, ...enqueued(state, tracks, where) }))
    void this.#engine?.then(engine => engine.requeue())
  }

  remove(index: number): void {
    this.state.update(state => ({ ...state, ...without(state, index) }))
    void this.#engine?.then(engine => engine.requeue())
  }

  /**
   * What may follow without a pause. Where listening is paid, only what the same session pays for: anything else is settled, and
   * asked for, first.
   */
  #nextAfter(track: QueueTrack): QueueTrack | null {
    const { queue } = this.state.get()
    const next = queue[queue.indexOf(track) + 1]
    if (next === undefined) return null
    return (isPaid(track) || isPaid(next)) && next.release !== track.release ? null : next
  }

  /** The engine went on by itself. */
  #advanced(track: QueueTrack): void {
    const at = this.state.get().queue.indexOf(track)
    if (at >= 0) this.state.update(state => ({ ...state, at, sentence: null }))
    if (!isPaid(track)) return
    this.#paid
      ?.then(paid => paid.begin(track))
      .then(may => {
        if (!may) void this.#engine?.then(engine => engine.pause())
      })
      .catch(() => this.#engine?.then(engine => engine.pause()))
  }

  #ended(): void {
    const { queue, at } = this.state.get()
    if (at + 1 < queue.length) this.play(queue, at + 1)
    else {
      this.#leave()
      this.state.update(state => ({ ...state, status: 'paused' }))
    }
  }

  /** What plays is fetched before anybody asks for sound, while the page shows what there is to hear. */
  warm(track?: QueueTrack): void {
    if (track === undefined) void import('./engine.ts').catch(() => {})
    else void this.#with(engine => engine.prepare(track))
  }

  async #with(act: (engine: Engine) => void): Promise<void> {
    this.#engine ??= this.#start()
    try {
      act(await this.#engine)
    } catch (cause) {
      console.error(cause)
      this.#engine = null
      this.state.update(state => ({
        ...state,
        status: 'failed',
        sentence: t`The player did not load. Press play again.`,
      }))
    }
  }

  async #start(): Promise<Engine> {
    const { Engine, onMediaKeys, tellPosition } = await import('./engine.ts')
    tellPosition(this)
    const by = (ms: number) => () => this.seek(this.clock.get().positionMs + ms)
    onMediaKeys({
      play: () => this.toggle(),
      pause: () => this.toggle(),
      nexttrack: () => this.next(),
      previoustrack: () => this.previous(),
      seekforward: by(SKIP_MS),
      seekbackward: by(-SKIP_MS),
      seekto: details => this.seek((details.seekTime ?? 0) * 1000),
    })
    return new Engine(this, this.#fan, {
      ended: () => this.#ended(),
      heard: (what, positionMs) => this.#heard?.(what, positionMs),
      next: after => this.#nextAfter(after),
      advanced: track => this.#advanced(track),
    })
  }
}
