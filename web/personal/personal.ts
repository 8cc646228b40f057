import type { ReleaseDetail, ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { featuresOf, type Moment } from '#src/personal/features.ts'
import { likedByListening } from '#src/personal/listening.ts'
import { type Ranked, rank } from '#src/personal/rank.ts'
import { readTaste, saveTaste } from '#src/personal/saved-taste.ts'
import { learn, NO_TASTE, type Taste } from '#src/personal/taste.ts'
import { type Api, type Personal, type Player, type PlayerState, Store } from '#web/kit/mod.ts'

const TASTE_KEY = 'bandstand-taste'
const OFF_KEY = 'bandstand-taste-off'
/** Before this many outcomes a feed of one's own would be no more than chance. */
const OUTCOMES_MIN = 3

const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0

/** What this device learns from what is played on it. It is kept here, and nothing of it is ever sent. */
export class LocalPersonal implements Personal {
  readonly on = new Store(localStorage.getItem(OFF_KEY) === null)
  readonly #api: Api
  #taste: Taste = readTaste(localStorage.getItem(TASTE_KEY))
  /** Median plays of what was offered last. */
  #usualPlays = 0
  #heard = { release: null as string | null, track: -1, ms: 0, durationMs: 0, told: false }

  constructor(api: Api, player: Player) {
    this.#api = api
    this.on.subscribe(on => (on ? localStorage.removeItem(OFF_KEY) : localStorage.setItem(OFF_KEY, 'off')))
    this.#turn(player.state.get())
    player.state.subscribe(state => this.#turn(state))
    player.clock.subscribe(({ positionMs, durationMs }) => {
      this.#heard.ms = Math.max(this.#heard.ms, positionMs)
      this.#heard.durationMs = durationMs
      this.#tell(false)
    })
  }

  forYou(releases: readonly ReleaseSummary[]): Ranked<ReleaseSummary>[] {
    this.#usualPlays = median(releases.map(release => release.plays).sort((a, b) => a - b))
    if (!this.on.get() || this.#taste.outcomes < OUTCOMES_MIN) return []
    return rank(this.#taste, releases, this.#moment(), random)
  }

  liked(release: string): void {
    void this.#learn(release, 1)
  }

  reset(): void {
    this.#keep(NO_TASTE)
  }

  #moment(): Moment {
    return { nowMs: Date.now(), hour: new Date().getHours(), usualPlays: this.#usualPlays }
  }

  /** Another track came on: the one before it was left, or had ended. */
  #turn({ queue, at }: PlayerState): void {
    const track = queue[at]
    if (track === undefined || (track.release === this.#heard.release && at === this.#heard.track)) return
    this.#tell(true)
    this.#heard = { release: track.release, track: at, ms: 0, durationMs: 0, told: false }
  }

  #tell(left: boolean): void {
    const { release, ms, durationMs, told } = this.#heard
    if (release === null || told) return
    const liked = likedByListening(ms, durationMs, left)
    if (liked === null) return
    this.#heard.told = true
    void this.#learn(release, liked)
  }

  async #learn(id: string, liked: number): Promise<void> {
    if (!this.on.get()) return
    // Withdrawn or out of reach meanwhile: then there is nothing to learn it about.
    const release = await this.#api.get<ReleaseDetail>(`/releases/${id}`).catch(() => null)
    if (release !== null) this.#keep(learn(this.#taste, featuresOf(release, this.#moment()), liked))
  }

  #keep(taste: Taste): void {
    this.#taste = taste
    localStorage.setItem(TASTE_KEY, saveTaste(taste))
  }
}
