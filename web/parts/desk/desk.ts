import { css, html, nothing } from 'lit'
import { define, heard, icon, Part, t, tx } from '#web/kit/mod.ts'
import './archive.ts'
import './auditors.ts'
import './cards.ts'
import './events.ts'
import './listeners.ts'
import './moderation.ts'
import './money.ts'
import './page-parts.ts'
import './peers-value.ts'
import './people.ts'
import './purchases.ts'
import './settling.ts'
import './storage.ts'

/** One calm page for the people who run this stage. */
export default class Desk extends Part {
  static override properties = { ...Part.properties, editing: { state: true }, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 20px;
        align-items: start;
      }
      .grid > * {
        min-width: 0;
      }
      .login {
        max-width: 440px;
      }
      @media (max-width: 1000px) {
        .grid {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ]
  declare editing: boolean
  declare busy: boolean

  constructor() {
    super()
    this.editing = false
    this.busy = false
  }

  async #login(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const token = String(new FormData(event.target as HTMLFormElement).get('token')).trim()
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.api.send('POST', '/session', { token })
      await this.ctx.refresh()
    })
    this.busy = false
  }

  async #logout(): Promise<void> {
    await this.attempt(async () => {
      await this.ctx.api.send('DELETE', '/session')
      await this.ctx.refresh()
    })
  }

  async #rename(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const body = { name: String(form.get('name')).trim(), about: String(form.get('about')).trim() }
    const done = await this.attempt(async () => {
      await this.ctx.api.send('PUT', '/stage', body)
      await this.ctx.refresh()
    })
    if (done) this.editing = false
  }

  protected override render() {
    const stage = this.ctx.stage.get()
    if (stage === null)
      return html`<div class="stack loose">
        <h1>${t`Desk`}</h1>
        <div class="skeleton card"></div>
      </div>`
    if (!stage.operator) return this.#loginForm()
    return html`<div class="stack loose">
      <div class="row between">
        <div class="stack tight grow">
          <h1>${t`Desk`}</h1>
          <p class="muted small">
            ${tx`Everything about running ${stage.name ?? t`this stage`}. Dotted words explain themselves on tap.`}
          </p>
        </div>
        <div class="row tight">
          <button
            class="quiet tiny"
            @click=${() => {
              this.editing = !this.editing
            }}
          >
            ${t`Edit name`}
          </button>
          ${stage.public ? html`<button class="quiet tiny" data-testid="logout" @click=${() => void this.#logout()}>${t`Sign out`}</button>` : nothing}
        </div>
      </div>
      ${this.editing ? this.#profile(stage.name ?? '', stage.about) : nothing}
      <div class="grid">
        <div class="stack">
          <bs-desk-people .ctx=${this.ctx}></bs-desk-people>
          <bs-desk-moderation .ctx=${this.ctx}></bs-desk-moderation>
          <bs-desk-events .ctx=${this.ctx}></bs-desk-events>
          <bs-desk-listeners .ctx=${this.ctx}></bs-desk-listeners>
          <bs-desk-storage .ctx=${this.ctx}></bs-desk-storage>
          <bs-desk-peers-value .ctx=${this.ctx}></bs-desk-peers-value>
          <bs-desk-settling .ctx=${this.ctx}></bs-desk-settling>
        </div>
        <div class="stack">
          <bs-desk-money .ctx=${this.ctx}></bs-desk-money>
          <bs-desk-cards .ctx=${this.ctx}></bs-desk-cards>
          <bs-desk-purchases .ctx=${this.ctx}></bs-desk-purchases>
          <bs-desk-auditors .ctx=${this.ctx}></bs-desk-auditors>
          <bs-desk-archive .ctx=${this.ctx}></bs-desk-archive>
          <bs-desk-parts .ctx=${this.ctx}></bs-desk-parts>
        </div>
      </div>
      <p class="small muted">
        Bandstand ${stage.version} · ${stage.public ? t`open to the network` : t`this machine only`}${stage.media.renditions ? '' : ` · ${heard(stage.media.note)}`}
      </p>
    </div>`
  }

  #profile(name: string, about: string) {
    return html`<form class="card stack" @submit=${(event: SubmitEvent) => void this.#rename(event)}>
      <label>${t`Name of the community`}<input name="name" required maxlength="80" .value=${name} /></label>
      <label>${t`About`}<textarea name="about" maxlength="1000" .value=${about}></textarea></label>
      <div><button class="primary">${t`Save`}</button></div>
    </form>`
  }

  #loginForm() {
    return html`<form class="stack login" @submit=${(event: SubmitEvent) => void this.#login(event)}>
      <h1>${t`Desk`}</h1>
      <p class="lede">
        ${tx`For the people who run this stage. The operator token is in the file ${html`<code>operator-token</code>`} in the stage’s data folder.`}
      </p>
      <input hidden autocomplete="username" value="operator" />
      <label
        >${t`Operator token`}<input
          name="token"
          data-testid="operator-token"
          type="password"
          autocomplete="current-password"
          required
      /></label>
      <div>
        <button class="primary" data-testid="operator-submit" ?disabled=${this.busy}>
          ${this.busy ? icon('spinner') : nothing} ${t`Sign in`}
        </button>
      </div>
    </form>`
  }
}

define('bs-desk', Desk)
