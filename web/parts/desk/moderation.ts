import { html, nothing } from 'lit'
import type { AppealInfo, ModerationInfo } from '#protocols/api/v1/moderation.ts'
import { define, explain, Part, sayable, t } from '#web/kit/mod.ts'
import { decisionSentence } from '#web/moderation/decisions.ts'
import '#web/moderation/reports.ts'
import { nameOf, REASON_MAX } from '#web/moderation/words.ts'
import './moderators.ts'
import { entryStyles } from '#web/moderation/styles.ts'

/** Who moderates, what was reported and decided, who appeals, and whose block lists count. */
class Moderation extends Part {
  static override properties = { ...Part.properties, info: { state: true } }
  static override styles = [...Part.styles, entryStyles]
  declare info: ModerationInfo | null

  constructor() {
    super()
    this.info = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('moderation', () => void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    this.info = await this.ctx.api.get<ModerationInfo>('/moderation')
  }

  /** Signed by the community's own key. */
  #say(type: string, body: unknown): Promise<boolean> {
    return this.attempt(async () => {
      await this.ctx.api.send('POST', '/community-events', { type: `engagement/${type}`, body })
      await this.load()
    })
  }

  #submitted(event: SubmitEvent): { readonly reason: string; readonly choice: string } {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const pressed = event.submitter as HTMLButtonElement | null
    form.reset()
    return { reason: sayable(String(data.get('reason') ?? '')), choice: pressed?.value ?? '' }
  }

  protected override render() {
    const { info } = this
    if (info === null) return nothing
    const own = this.ctx.stage.get()?.community ?? ''
    const again = () => void this.load().catch(() => {})
    return html`<section class="card stack" aria-labelledby="moderation-title">
      <div class="stack tight">
        <h2 id="moderation-title">${t`Moderation`}</h2>
        <p class="small muted">
          ${t`What is decided here is signed, with its reason, and whom it concerns reads it.`}
          ${explain(t`What a ban does`, t`Whoever is banned says nothing here from then on, and what they said is left out, on every stage that follows you. Their account stays as it is: a ban freezes no money.`)}
        </p>
      </div>
      <div>
        <h3>${t`Reported`}</h3>
        <bs-reports .ctx=${this.ctx} .reports=${info.reports} .community=${own} @bs-moderated=${again}></bs-reports>
      </div>
      ${this.#appeals(info.appeals)}
      <bs-decisions .ctx=${this.ctx} .decisions=${info.decisions} .community=${own} @bs-moderated=${again}></bs-decisions>
      <bs-desk-moderators .ctx=${this.ctx} .info=${info} @bs-moderated=${again}></bs-desk-moderators>
    </section>`
  }

  #appeals(appeals: readonly AppealInfo[]) {
    if (appeals.length === 0) return nothing
    const answer = (event: SubmitEvent, appeal: string): void => {
      const { reason, choice } = this.#submitted(event)
      void this.#say('answer', { appeal, upheld: choice === 'yes', reason })
    }
    return html`<div>
      <h3>${t`Appeals`}</h3>
      <ul>
        ${appeals.map(
          one => html`<li data-testid="appeal">
            <blockquote><b>${nameOf(one.name, one.author)}</b> ${one.text}</blockquote>
            ${this.#about(one.decision)}
            <form @submit=${(event: SubmitEvent) => answer(event, one.id)}>
              <input name="reason" maxlength=${REASON_MAX} aria-label=${t`Answer`} placeholder=${t`Answer, in a few words`} />
              <button class="tiny" value="yes" data-testid="appeal-uphold">${t`They are right: end it`}</button>
              <button class="tiny" value="no">${t`Keep to it`}</button>
            </form>
          </li>`,
        )}
      </ul>
    </div>`
  }

  #about(id: string) {
    const one = this.info?.decisions.find(decision => decision.id === id)
    return one === undefined ? nothing : decisionSentence(one, this.ctx.stage.get()?.community ?? '')
  }
}

define('bs-desk-moderation', Moderation)
