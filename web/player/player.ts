import {
  type Fan,
  type Live,
  type Player,
  type PlayerClock,
  type PlayerState,
  type QueueTrack,
  Store,
} from '#web/kit/mod.ts'
import type { Engine } from './engine.ts'
import { announce, onMediaKeys } from './media-session.ts'

const SAVER_KEY = 'bandstand-saver'
const VOLUME_KEY = 'bandstand-volume'
/** Going back within this much of a track's start goes to the track before it. */
const RESTART_MS = 4_000
const SKIP_MS = 10_000

/** The queue and its controls. What makes sound is loaded at the first play. */
export class QueuePlayer implements Player {
  readonly state = new Store<PlayerState>({ queue: [], at: 0, status: 'idle', sentence: null, bitsPerSecond: null })
  readonly clock = new Store<PlayerClock>({ positionMs: 0, durationMs: 0, buffered: [] })
  readonly saver = new Store(localStorage.getItem(SAVER_KEY) === 'on')
  readonly volume = new Store(Number(localStorage.getItem(VOLUME_KEY) ?? 1))
  readonly #fan: Fan
  #engine: Promise<Engine> | null = null

  constructor(fan: Fan, live: Live) {
    this.#fan = fan
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
    announce(track)
    void this.#with(engine => engine.load(track, fromMs))
  }

  toggle(): void {
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

  #ended(): void {
    const { queue, at } = this.state.get()
    if (at + 1 < queue.length) this.play(queue, at + 1)
    else this.state.update(state => ({ ...state, status: 'paused' }))
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
        sentence: 'The player did not load. Press play again.',
      }))
    }
  }

  async #start(): Promise<Engine> {
    const { Engine } = await import('./engine.ts')
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
    return new Engine(this, this.#fan, () => this.#ended())
  }
}
