import { css, html } from 'lit'
import type { AgreementInfo } from '#protocols/api/v1/schemas.ts'
import { define, icon, Part, t } from '#web/kit/mod.ts'

/** For the operator: gives a party that has no account one, and with it what waited. */
class Settle extends Part {
  static override properties = {
    ...Part.properties,
    agreement: { attribute: false },
    party: { attribute: false },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      form {
        display: grid;
        gap: 8px;
        padding-top: 8px;
      }
      summary {
        cursor: pointer;
      }
    `,
  ]
  declare agreement: AgreementInfo
  declare party: AgreementInfo['parties'][number]
  declare busy: boolean

  constructor() {
    super()
    this.busy = false
  }

  async #settle(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const account = String(new FormData(event.target as HTMLFormElement).get('account'))
      .trim()
      .toLowerCase()
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.api.send('POST', `/agreements/${this.agreement.hash}/settle`, { party: this.party.party, account })
      this.toast(t`${this.party.name} is paid at that account from now on.`, 'good')
    })
    this.busy = false
  }

  protected override render() {
    return html`<details class="small">
      <summary class="muted">${t`${this.party.name} has an account now`}</summary>
      <form @submit=${(event: SubmitEvent) => void this.#settle(event)}>
        <label
          >${t`Their account id`}<input
            name="account"
            class="mono"
            data-testid="settle-account"
            required
            pattern="\\s*[0-9a-fA-F]{64}\\s*"
            title=${t`64 characters, 0-9 and a-f`}
            autocomplete="off"
            spellcheck="false"
            placeholder=${t`They find it under “You”`}
        /></label>
        <span class="hint">${t`Make sure that it is theirs: this cannot be taken back.`}</span>
        <div>
          <button class="tiny" data-testid="settle-submit" ?disabled=${this.busy}>
            ${icon(this.busy ? 'spinner' : 'check')} ${t`Pay ${this.party.name} there`}
          </button>
        </div>
      </form>
    </details>`
  }
}

define('bs-settle', Settle)
