import type { ReleaseDetail, ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { featuresOf, type Moment } from '#src/personal/features.ts'
import { type Habits, NO_HABITS, pickedFrom, pictured, played, readHabits } from '#src/personal/habits.ts'
import type { Layout, LayoutChoice } from '#src/personal/layout.ts'
import { likedByListening } from '#src/personal/listening.ts'
import { type Ranked, rank } from '#src/personal/rank.ts'
import { readTaste, saveTaste } from '#src/personal/saved-taste.ts'
import { answersOf } from '#src/personal/survey.ts'
import { learn, NO_TASTE, type Taste } from '#src/personal/taste.ts'
import { type Api, type Personal, type Player, type PlayerState, Store } from '#web/kit/mod.ts'
import { createLooks } from './looks.ts'
import { LocalSurvey } from './survey.ts'

const TASTE_KEY = 'bandstand-taste'
const OFF_KEY = 'bandstand-taste-off'
const HABITS_KEY = 'bandstand-habits'
/** Before this many outcomes a feed of one's own would be no more than chance. */
const OUTCOMES_MIN = 3

const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0

/** What this device learns from what is played on it. It is kept here; only a survey that was switched on says anything of it, by chance. */
export class LocalPersonal implements Personal {
  readonly on = new Store(localStorage.getItem(OFF_KEY) === null)
  readonly layout: Store<Layout>
  readonly choice: Store<LayoutChoice>
  readonly survey: LocalSurvey
  readonly #api: Api
  readonly #own: () => string | null
  readonly #look: () => void
  #habits: Habits = readHabits(localStorage.getItem(HABITS_KEY))
  #taste: Taste = readTaste(localStorage.getItem(TASTE_KEY))
  /** Median plays of what was offered last. */
  #usualPlays = 0
  #heard = { release: null as string | null, track: -1, ms: 0, durationMs: 0, told: false }

  /** `own` is the community whose page this is. */
  constructor(api: Api, player: Player, own: () => string | null) {
    this.#api = api
    this.#own = own
    const { choice, layout, look } = createLooks(player, () => this.#habits)
    ;[this.choice, this.layout, this.#look] = [choice, layout, look]
    this.survey = new LocalSurvey(api, () => answersOf(this.#habits, this.#taste))
    // What is due goes out once a visit; without an answer it is one report less.
    void this.survey.report().catch(() => {})
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
    this.#use(NO_HABITS)
  }

  picked(far: boolean): void {
    this.#use(pickedFrom(this.#habits, far))
  }

  pictured(watched: boolean): void {
    this.#use(pictured(this.#habits, watched))
  }

  #use(habits: Habits): void {
    if (!this.on.get() && habits !== NO_HABITS) return
    this.#habits = habits
    localStorage.setItem(HABITS_KEY, JSON.stringify(habits))
    this.#look()
    this.survey.look()
  }

  #moment(): Moment {
    return { nowMs: Date.now(), hour: new Date().getHours(), usualPlays: this.#usualPlays }
  }

  /** Another track came on: the one before it was left, or had ended. */
  #turn({ queue, at }: PlayerState): void {
    const track = queue[at]
    if (track === undefined || (track.release === this.#heard.release && at === this.#heard.track)) return
    this.#tell(true)
    this.#use(played(this.#habits, new Date().getHours(), track.community === this.#own()))
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
