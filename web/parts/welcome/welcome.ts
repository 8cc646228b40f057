import { css, html } from 'lit'
import type { StageInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, icon, Part, t, tx } from '#web/kit/mod.ts'

/** First run: one field, and the community exists. */
export default class Welcome extends Part {
  static override properties = { ...Part.properties, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      :host {
        display: grid;
        min-height: calc(100dvh - 160px);
        place-items: center;
      }
      .sheet {
        width: min(560px, 100%);
        display: grid;
        gap: 28px;
      }
      .scene {
        width: 84px;
        color: var(--accent);
      }
      h1 {
        font-size: clamp(2.1rem, 1.5rem + 3vw, 3.2rem);
      }
      .lede {
        font-size: 1.08rem;
      }
      input[name='name'] {
        font-size: 1.25rem;
        padding: 14px 18px;
        font-weight: 600;
        border-radius: var(--radius);
      }
      button {
        padding: 13px 26px;
        font-size: 1.05rem;
      }
    `,
  ]
  declare busy: boolean

  constructor() {
    super()
    this.busy = false
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const body = { name: String(form.get('name')).trim(), about: String(form.get('about')).trim() }
    this.busy = true
    const named = await this.attempt(async () => {
      const stage = await this.ctx.api.send<StageInfo>('PUT', '/stage', body)
      await this.ctx.refresh().catch(() => this.ctx.stage.set(stage))
    })
    this.busy = false
    if (!named) return
    this.toast(`${body.name} is open.`, 'good')
    this.navigate('/')
  }

  protected override render() {
    return html`<form class="sheet" @submit=${(event: SubmitEvent) => void this.#submit(event)}>
      <svg
        class="scene"
        viewBox="0 0 64 52"
        fill="none"
        stroke="currentColor"
        stroke-width="3"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        <path d="M6 24 32 6l26 18M13 24v18M25.6 24v18M38.4 24v18M51 24v18M4 44h56M32 6V2" />
      </svg>
      <div class="stack">
        <h1>${t`Open your stage`}</h1>
        <p class="lede">
          ${tx`This computer is now a ${explain(t`stage`, t`A program that publishes your community’s music, gathers its audience, and pays its artists. It runs here, on your machine; nobody else owns it.`)} of its own. Give the community that plays on it a name. You can change it later.`}
        </p>
      </div>
      <label
        >${t`Name of the community`}<input
          name="name"
          data-testid="first-run-name"
          required
          maxlength="80"
          autocomplete="off"
          autofocus
          placeholder=${t`Harbour Street Collective`}
      /></label>
      <label
        ><span>${t`About`} <span class="hint">${t`(optional)`}</span></span
        ><textarea
          name="about"
          data-testid="first-run-about"
          maxlength="1000"
          placeholder=${t`Who plays here, and for whom?`}
        ></textarea>
      </label>
      <div>
        <button class="primary" data-testid="first-run-submit" ?disabled=${this.busy}>
          ${this.busy ? icon('spinner') : null} ${t`Open the stage`}
        </button>
      </div>
    </form>`
  }
}

define('bs-welcome', Welcome)
