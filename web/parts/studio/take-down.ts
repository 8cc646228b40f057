import { css, html } from 'lit'
import type { ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { define, icon, Part, t } from '#web/kit/mod.ts'

const REASON_MAX = 400

/** Takes a release down, with a reason, after saying what stays. Fires `done`, or `keep` when it was only asked. */
class TakeDown extends Part {
  static override properties = { ...Part.properties, release: { attribute: false }, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      form {
        padding: 16px;
        border-radius: var(--radius-small);
        background: var(--bad-soft);
      }
      ul {
        list-style: disc;
        padding-inline-start: 20px;
      }
    `,
  ]
  declare release: ReleaseSummary
  declare busy: boolean

  constructor() {
    super()
    this.busy = false
  }

  async #take(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const { id, title } = this.release
    const reason = String(new FormData(event.target as HTMLFormElement).get('reason') ?? '').trim()
    this.busy = true
    const done = await this.attempt(() => this.ctx.api.send('DELETE', `/releases/${id}`, { reason }))
    this.busy = false
    if (!done) return
    this.toast(t`${title} is taken down. Communities that follow you are told.`, 'good')
    this.dispatchEvent(new CustomEvent('done'))
  }

  protected override render() {
    return html`<form class="stack" @submit=${(event: SubmitEvent) => void this.#take(event)}>
      <b>${t`Take down ${this.release.title}?`}</b>
      <ul class="small">
        <li>${t`It is not offered here any more, and communities that follow you are told to stop too. Its files are removed from this machine.`}</li>
        <li>${t`What was paid stays: receipts, balances, shares and statements are in the log for good.`}</li>
        <li>${t`Copies that people downloaded, or that a community keeps against your wish, are beyond reach.`}</li>
        <li>${t`To offer it again, publish it anew: it will be another release.`}</li>
      </ul>
      <label
        >${t`Reason, which everybody may read (optional)`}<input
          name="reason"
          data-testid="take-down-reason"
          maxlength=${REASON_MAX}
          autocomplete="off"
      /></label>
      <div class="row tight">
        <button class="tiny danger" data-testid="take-down-confirm" ?disabled=${this.busy}>
          ${icon(this.busy ? 'spinner' : 'close')} ${t`Take down`}
        </button>
        <button type="button" class="tiny quiet" @click=${() => this.dispatchEvent(new CustomEvent('keep'))}>${t`Keep`}</button>
      </div>
    </form>`
  }
}

define('bs-take-down', TakeDown)
