import { css, html, nothing } from 'lit'
import type { StageSettings } from '#protocols/api/v1/settings.ts'
import { define, icon, Part, t, translated } from '#web/kit/mod.ts'
import { type Facts, readFacts } from '#web/setup/asked.ts'
import type { Asked, Draft, Question } from '#web/setup/question.ts'
import { QUESTIONS } from '#web/setup/questions.ts'
import { questionStyles } from '#web/setup/styles.ts'

/** One question of the first run, open to another answer. */
class QuestionCard extends Part {
  static override properties = {
    ...Part.properties,
    name: {},
    facts: { state: true },
    draft: { state: true },
    busy: { state: true },
    problem: { state: true },
  }
  static override styles = [
    ...Part.styles,
    questionStyles,
    css`
      .bad {
        color: var(--bad);
      }
    `,
  ]
  declare name: string
  declare facts: Facts | null
  declare draft: Draft
  declare busy: boolean
  declare problem: string | null

  constructor() {
    super()
    this.name = ''
    this.facts = null
    this.draft = {}
    this.busy = false
    this.problem = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    // Changed in another window, or what it depends on.
    this.on('community', ({ own }) => {
      if (own) void this.load().catch(() => {})
    })
  }

  protected override async load(): Promise<void> {
    this.facts = await readFacts(this.ctx)
  }

  async #save(question: Question, asked: Asked): Promise<void> {
    let change: ReturnType<Question['answer']>
    try {
      change = question.answer(asked)
    } catch (sentence) {
      this.problem = String(sentence)
      return
    }
    this.busy = true
    const done = await this.attempt(async () => {
      // Whoever runs the stage speaks on it, too.
      if (change?.joining !== undefined && change.joining !== 'everyone')
        await this.ctx.api.send('POST', '/members', { key: (await this.ctx.fan.ready()).key })
      const settings = await this.ctx.api.send<StageSettings>('PUT', '/settings', change ?? {})
      if (this.facts !== null) this.facts = { ...this.facts, settings }
      await this.ctx.refresh()
    })
    this.busy = false
    if (!done) return
    this.draft = {}
    this.toast(t`Saved.`, 'good')
  }

  protected override render() {
    const question = QUESTIONS.find(one => one.name === this.name)
    const stage = this.ctx.stage.get()
    if (question === undefined || stage === null) return nothing
    if (this.facts === null) return html`<section class="card skeleton"></section>`
    const set = (field: string, value: string): void => {
      this.problem = null
      this.draft = { ...this.draft, [field]: value }
    }
    const asked: Asked = { ...this.facts, ctx: this.ctx, stage, draft: this.draft, set }
    return html`<section class="card" aria-labelledby="question">
      <form
        class="stack"
        data-testid=${`question-${question.name}`}
        @submit=${(event: SubmitEvent) => {
          event.preventDefault()
          void this.#save(question, asked)
        }}
      >
        <div class="stack tight">
          <h3 id="question">${translated(question.title)}</h3>
          <p class="small muted">${question.lede(asked)}</p>
        </div>
        ${question.fields(asked)}
        ${this.problem === null ? nothing : html`<p class="small bad" role="alert">${this.problem}</p>`}
        ${
          Object.keys(this.draft).length === 0
            ? nothing
            : html`<div class="row">
                <button class="primary" data-testid="question-save" ?disabled=${this.busy}>
                  ${this.busy ? icon('spinner') : nothing} ${t`Save`}
                </button>
                <button
                  type="button"
                  class="quiet"
                  @click=${() => {
                    this.draft = {}
                    this.problem = null
                  }}
                >
                  ${t`Leave it as it is`}
                </button>
              </div>`
        }
      </form>
    </section>`
  }
}

define('bs-desk-question', QuestionCard)
