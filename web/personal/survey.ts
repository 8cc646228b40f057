import {
  type Answers,
  afterReport,
  isDue,
  type Kept,
  keptFor,
  QUESTIONS,
  readKept,
  WEEK_MS,
} from '#src/personal/survey.ts'
import { type Api, Store, type Survey } from '#web/kit/mod.ts'

const ON_KEY = 'bandstand-survey'
const KEPT_KEY = 'bandstand-survey-kept'

/** What is shown before it leaves. */
type Told = NonNullable<ReturnType<Survey['told']['get']>>

const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }

/**
 * What this device says by chance about its listening. It is drawn here, shown before it leaves, and sent without the key: a report
 * is three small numbers. Switching it off keeps the draw, so that switching it on again spends no second budget.
 */
export class LocalSurvey implements Survey {
  readonly on = new Store(localStorage.getItem(ON_KEY) !== null)
  readonly told: Survey['told'] = new Store<Told | null>(null)
  readonly #api: Api
  readonly #answers: () => Answers | null

  constructor(api: Api, answers: () => Answers | null) {
    this.#api = api
    this.#answers = answers
    this.on.subscribe(on => {
      if (on) localStorage.setItem(ON_KEY, 'on')
      else localStorage.removeItem(ON_KEY)
      this.look()
    })
    this.look()
  }

  /** Draws what goes out next, once there is something to say; nothing is drawn before it is switched on. */
  look(): void {
    const truth = this.#answers()
    const kept = this.on.get() ? this.#kept(truth) : null
    if (kept === null || truth === null) this.told.set(null)
    else {
      const dueAt = kept.week === null ? Date.now() : (kept.week + 1) * WEEK_MS
      this.told.set({ truth, next: kept.next, dueAt })
    }
  }

  async report(): Promise<void> {
    if (!this.on.get()) return
    const kept = this.#kept(this.#answers())
    if (kept === null || !isDue(kept, Date.now())) return
    // Noted first: a lost answer costs one report, and never sends two.
    this.#keep(afterReport(kept, Date.now(), random))
    const { next } = kept
    await this.#api.send('POST', '/survey', Object.fromEntries(QUESTIONS.map(question => [question, next[question]])))
  }

  #kept(truth: Answers | null): Kept | null {
    const before = readKept(localStorage.getItem(KEPT_KEY))
    if (truth === null) return before
    const kept = keptFor(before, truth, Date.now(), random)
    if (kept !== before) localStorage.setItem(KEPT_KEY, JSON.stringify(kept))
    return kept
  }

  #keep(kept: Kept): void {
    localStorage.setItem(KEPT_KEY, JSON.stringify(kept))
    this.look()
  }
}
