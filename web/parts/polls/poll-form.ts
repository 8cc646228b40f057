import { css, html, LitElement } from 'lit'
import { define, icon, type PartContext, sayable, sentenceOf, shared } from '#web/kit/mod.ts'

const OPTIONS_MAX = 12
const DAY_MS = 86_400_000
const SPANS: readonly (readonly [days: number, label: string])[] = [
  [1 / 24, 'in an hour'],
  [1, 'in a day'],
  [7, 'in a week'],
  [30, 'in a month'],
]

/** The operator asks in the community's name. Fires `done` when asked or given up. */
class PollForm extends LitElement {
  static override properties = { ctx: { attribute: false }, count: { state: true }, busy: { state: true } }
  static override styles = [
    shared,
    css`
      form {
        max-width: 560px;
      }
      select {
        width: auto;
      }
    `,
  ]
  declare ctx: PartContext
  declare count: number
  declare busy: boolean

  constructor() {
    super()
    this.count = 2
    this.busy = false
  }

  async #ask(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const options = form
      .getAll('option')
      .map(value => sayable(String(value)))
      .filter(text => text !== '')
    const closesAt = Date.now() + Math.round(Number(form.get('days')) * DAY_MS)
    const body = { room: 'main', question: sayable(String(form.get('question'))), options, closesAt }
    this.busy = true
    try {
      await this.ctx.api.send('POST', '/community-events', { type: 'engagement/poll', body })
      this.dispatchEvent(new CustomEvent('done'))
    } catch (cause) {
      const detail = { message: sentenceOf(cause), tone: 'bad' }
      this.dispatchEvent(new CustomEvent('bs-toast', { detail, bubbles: true, composed: true }))
    }
    this.busy = false
  }

  protected override render() {
    return html`<form class="card stack" @submit=${(event: SubmitEvent) => void this.#ask(event)}>
      <label
        >Question<input
          name="question"
          data-testid="poll-question"
          required
          maxlength="300"
          placeholder="Which song opens the show?"
      /></label>
      <div class="stack tight" role="group" aria-label="Answers">
        ${Array.from(
          { length: this.count },
          (_, index) =>
            html`<input
              name="option"
              data-testid="poll-answer"
              ?required=${index < 2}
              maxlength="120"
              aria-label=${`Answer ${index + 1}`}
              placeholder=${`Answer ${index + 1}`}
            />`,
        )}
        <div>
          <button
            type="button"
            class="quiet tiny"
            ?disabled=${this.count >= OPTIONS_MAX}
            @click=${() => {
              this.count++
            }}
          >
            ${icon('plus')} Another answer
          </button>
        </div>
      </div>
      <div class="row between">
        <label class="row"
          >Closes
          <select name="days">
            ${SPANS.map(([days, label]) => html`<option value=${days} ?selected=${days === 7}>${label}</option>`)}
          </select></label
        >
        <div class="row">
          <button type="button" class="quiet" @click=${() => this.dispatchEvent(new CustomEvent('done'))}>
            Cancel
          </button>
          <button class="primary" data-testid="poll-submit" ?disabled=${this.busy}>Ask</button>
        </div>
      </div>
    </form>`
  }
}

define('bs-poll-form', PollForm)
