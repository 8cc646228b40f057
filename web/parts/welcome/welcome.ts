import { html, nothing } from 'lit'
import type { StageInfo } from '#protocols/api/v1/schemas.ts'
import type { StageSettings } from '#protocols/api/v1/settings.ts'
import { define, icon, Part, sayable, t, translated, tx } from '#web/kit/mod.ts'
import { type Facts, readFacts } from '#web/setup/asked.ts'
import type { Asked, Draft, Question } from '#web/setup/question.ts'
import { QUESTIONS } from '#web/setup/questions.ts'
import { questionStyles } from '#web/setup/styles.ts'
import '#web/setup/invites.ts'
import { dropDraft, keepDraft, keptDraft } from './draft.ts'
import { firstStep } from './first-step.ts'
import { welcomeStyles } from './welcome-styles.ts'

/** The name comes first, the first invite last. */
const NAME = 0
const INVITE = QUESTIONS.length + 1

/** First run: one question a step, in plain words. Only the name has to be answered; all of it can be changed on the desk. */
export default class Welcome extends Part {
  static override properties = {
    ...Part.properties,
    facts: { state: true },
    draft: { state: true },
    step: { state: true },
    busy: { state: true },
    problem: { state: true },
  }
  static override styles = [...Part.styles, questionStyles, welcomeStyles]
  declare facts: Facts | null
  declare draft: Draft
  declare step: number
  declare busy: boolean
  /** Why an answer cannot be taken as it was typed. */
  declare problem: string | null

  constructor() {
    super()
    this.facts = null
    this.draft = keptDraft()
    this.step = NAME
    this.busy = false
    this.problem = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const stage = this.ctx.stage.get()
    if (stage !== null && stage.name !== null) this.step = Math.min(INVITE, stage.settingUp ?? NAME)
  }

  protected override async load(): Promise<void> {
    this.facts = await readFacts(this.ctx)
  }

  #set(field: string, value: string): void {
    this.draft = { ...this.draft, [field]: value }
    this.problem = null
    keepDraft(this.draft)
  }

  #asked(facts: Facts, stage: StageInfo): Asked {
    return { ...facts, ctx: this.ctx, stage, draft: this.draft, set: (field, value) => this.#set(field, value) }
  }

  #write(body: object): Promise<StageSettings> {
    return this.ctx.api.send<StageSettings>('PUT', '/settings', body)
  }

  /** Shows a step; the stage remembers it, so that another window goes on there. */
  async #go(step: number): Promise<void> {
    this.step = step
    this.problem = null
    await this.updateComplete
    this.renderRoot.querySelector<HTMLElement>('[autofocus]')?.focus()
    scrollTo(0, 0)
  }

  async #forward(answer: (step: number) => Promise<void>): Promise<void> {
    const next = this.step + 1
    this.busy = true
    const done = await this.attempt(() => answer(next))
    this.busy = false
    if (done) await this.#go(next)
  }

  async #name(): Promise<void> {
    const stage = this.ctx.stage.get()
    const name = sayable(this.draft.name ?? stage?.name ?? '')
    const about = (this.draft.about ?? stage?.about ?? '').trim()
    await this.#forward(async step => {
      // The step first: a stage that has its name and no step is taken for one that is set up.
      const settings = await this.#write({ step })
      if (this.facts !== null) this.facts = { ...this.facts, settings }
      if (name !== stage?.name || about !== stage?.about) await this.ctx.api.send('PUT', '/stage', { name, about })
      await this.ctx.refresh()
    })
  }

  async #answer(question: Question, asked: Asked): Promise<void> {
    let change: ReturnType<Question['answer']>
    try {
      change = question.answer(asked)
    } catch (sentence) {
      this.problem = String(sentence)
      return
    }
    await this.#forward(async step => {
      const settings = await this.#write({ ...change, step })
      if (this.facts !== null) this.facts = { ...this.facts, settings }
      // Whoever runs the stage speaks on it, too.
      if (change?.joining !== undefined && change.joining !== 'everyone')
        await this.ctx.api.send('POST', '/members', { key: (await this.ctx.fan.ready()).key })
    })
  }

  async #back(): Promise<void> {
    const step = this.step - 1
    await this.attempt(() => this.#write({ step }))
    await this.#go(step)
  }

  async #finish(): Promise<void> {
    this.busy = true
    const done = await this.attempt(async () => {
      await this.#write({ step: null })
      await this.ctx.refresh()
    })
    this.busy = false
    if (!done) return
    dropDraft()
    this.toast(t`${this.ctx.stage.get()?.name ?? ''} is open.`, 'good')
    this.navigate('/')
  }

  protected override render() {
    const { facts, step } = this
    const stage = this.ctx.stage.get()
    if (step === NAME || facts === null || stage === null)
      return firstStep({
        stage,
        draft: this.draft,
        busy: this.busy,
        set: (field, value) => this.#set(field, value),
        submit: () => void this.#name(),
      })
    const question = QUESTIONS[step - 1]
    if (question === undefined) return this.#last(facts, stage)
    const asked = this.#asked(facts, stage)
    return html`<form
      class="sheet"
      data-testid="first-run"
      data-step=${question.name}
      @submit=${(event: SubmitEvent) => {
        event.preventDefault()
        void this.#answer(question, asked)
      }}
    >
      ${this.#progress()}
      <div class="stack tight">
        <h1 tabindex="-1" autofocus>${translated(question.title)}</h1>
        <p class="lede">${question.lede(asked)}</p>
      </div>
      ${question.fields(asked)}
      ${this.problem === null ? nothing : html`<p class="bad" role="alert" data-testid="first-run-problem">${this.problem}</p>`}
      <div class="row">
        <button class="primary go" data-testid="first-run-next" ?disabled=${this.busy}>
          ${this.busy ? icon('spinner') : nothing} ${t`Continue`}
        </button>
        <button
          type="button"
          class="quiet"
          data-testid="first-run-skip"
          ?disabled=${this.busy}
          @click=${() => void this.#forward(next => this.#write({ step: next }).then(() => {}))}
        >
          ${t`Skip`}
        </button>
        <button type="button" class="quiet" data-testid="first-run-back" ?disabled=${this.busy} @click=${() => void this.#back()}>
          ${t`Back`}
        </button>
      </div>
      ${this.#leave()}
    </form>`
  }

  #progress() {
    return html`<div class="stack tight">
      <div class="steps" aria-hidden="true">
        ${Array.from({ length: INVITE + 1 }, (_, at) => html`<i class=${at <= this.step ? 'past' : ''}></i>`)}
      </div>
      <p class="small muted">${t`Step ${this.step + 1} of ${INVITE + 1}`}</p>
    </div>`
  }

  #leave() {
    return html`<p class="small muted leave">
      ${t`Everything can be changed later, on the desk.`}<br />
      <button type="button" class="quiet tiny" data-testid="first-run-finish" ?disabled=${this.busy} @click=${() => void this.#finish()}>
        ${t`Open the stage now`}
      </button>
    </p>`
  }

  #last({ settings }: Facts, stage: StageInfo) {
    return html`<div class="sheet" data-testid="first-run" data-step="invite">
      ${this.#progress()}
      <div class="stack tight">
        <h1 tabindex="-1" autofocus>${t`Bring the first people`}</h1>
        <p class="lede">${this.#invitation(settings, stage)}</p>
      </div>
      ${settings.joining === 'invited' ? html`<bs-invites .ctx=${this.ctx}></bs-invites>` : nothing}
      <div class="row">
        <button class="primary go" data-testid="first-run-done" ?disabled=${this.busy} @click=${() => void this.#finish()}>
          ${this.busy ? icon('spinner') : nothing} ${t`Open the stage`}
        </button>
        <button class="quiet" data-testid="first-run-back" ?disabled=${this.busy} @click=${() => void this.#back()}>${t`Back`}</button>
      </div>
    </div>`
  }

  #invitation({ joining }: StageSettings, stage: StageInfo) {
    if (joining === 'nobody') return t`Nobody new may join for now. When that changes, you make invites on the desk.`
    if (joining === 'invited')
      return t`Make a link for one person or for many. Whoever opens it may speak here from then on.`
    return stage.public
      ? tx`Everybody may join: hand out the address of this page, ${html`<span class="mono">${location.origin}</span>`}.`
      : t`Everybody may join, as soon as the stage is started with --public: until then it answers on this machine only.`
  }
}

define('bs-welcome', Welcome)
