import { css, html, LitElement, nothing } from 'lit'
import { define, icon, m, type PartContext, sayable, sentenceOf, shared, t, translated } from '#web/kit/mod.ts'

const OPTIONS_MAX = 12
const DAY_MS = 86_400_000
const SPANS: readonly (readonly [days: number, label: string])[] = [
  [1 / 24, m('in an hour')],
  [1, m('in a day')],
  [7, m('in a week')],
  [30, m('in a month')],
]

/** The operator asks in the community's name. Fires `done` when asked or given up. */
class PollForm extends LitElement {
  static override properties = {
    ctx: { attribute: false },
    count: { state: true },
    named: { state: true },
    busy: { state: true },
  }
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
  /** Whether only named people may vote. */
  declare named: boolean
  declare busy: boolean

  constructor() {
    super()
    this.count = 2
    this.named = false
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
    const poll = { room: 'main', question: sayable(String(form.get('question'))), options, closesAt }
    const voters = String(form.get('voters') ?? '').match(/[0-9a-fA-F]{64}/g)
    const type = this.named ? 'engagement/ballot' : 'engagement/poll'
    const body = this.named ? { ...poll, voters: voters ?? [] } : poll
    this.busy = true
    try {
      await this.ctx.api.send('POST', '/community-events', { type, body })
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
        >${t`Question`}<input
          name="question"
          data-testid="poll-question"
          required
          maxlength="300"
          placeholder=${t`Which song opens the show?`}
      /></label>
      <div class="stack tight" role="group" aria-label=${t`Answers`}>
        ${Array.from(
          { length: this.count },
          (_, index) =>
            html`<input
              name="option"
              data-testid="poll-answer"
              ?required=${index < 2}
              maxlength="120"
              aria-label=${t`Answer ${index + 1}`}
              placeholder=${t`Answer ${index + 1}`}
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
            ${icon('plus')} ${t`Another answer`}
          </button>
        </div>
      </div>
      <label class="row"
        ><input
          type="checkbox"
          data-testid="poll-named"
          .checked=${this.named}
          @change=${(event: Event) => {
            this.named = (event.target as HTMLInputElement).checked
          }}
        />
        ${t`Only people I name may vote`}</label
      >
      ${
        this.named
          ? html`<label
              >${t`Their keys`}<textarea
                name="voters"
                data-testid="poll-voters"
                required
                rows="4"
                placeholder=${t`One in each line: 64 characters, as they find it under “You”`}
              ></textarea>
              <span class="muted small">${t`At most 512. Everybody sees who may vote and what each of them voted.`}</span></label
            >`
          : nothing
      }
      <div class="row between">
        <label class="row"
          >${t`Closes`}
          <select name="days">
            ${SPANS.map(([days, label]) => html`<option value=${days} ?selected=${days === 7}>${translated(label)}</option>`)}
          </select></label
        >
        <div class="row">
          <button type="button" class="quiet" @click=${() => this.dispatchEvent(new CustomEvent('done'))}>
            ${t`Cancel`}
          </button>
          <button class="primary" data-testid="poll-submit" ?disabled=${this.busy}>${t`Ask`}</button>
        </div>
      </div>
    </form>`
  }
}

define('bs-poll-form', PollForm)
