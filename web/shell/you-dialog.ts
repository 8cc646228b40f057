import { css, html, LitElement, nothing } from 'lit'
import {
  chooseLanguage,
  currentLanguage,
  explain,
  type Fan,
  icon,
  shared,
  shortKey,
  t,
  translated,
  tx,
} from '#web/kit/mod.ts'
import { LANGUAGES } from './language.ts'
import { chooseTextSize, currentTextSize, currentTheme, TEXT_SIZES, toggleTheme } from './theme.ts'

/** Behind the chip: name, account id, and the look of the page. */
export class YouDialog extends LitElement {
  static override properties = { fan: { attribute: false } }
  static override styles = [
    shared,
    css`
      dialog {
        border: 1px solid var(--line);
        border-radius: 20px;
        background: var(--surface);
        color: var(--ink);
        padding: 28px;
        width: min(420px, calc(100vw - 32px));
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.55);
        backdrop-filter: blur(3px);
      }
      .id {
        font-weight: 400;
        display: flex;
        gap: 8px;
        align-items: center;
        background: var(--bg);
        border-radius: var(--radius-small);
        padding: 8px 8px 8px 12px;
      }
    `,
  ]
  declare fan: Fan
  #stop = (): void => {}

  override firstUpdated(): void {
    this.#stop = this.fan.identity.subscribe(() => this.requestUpdate())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
  }

  async show(): Promise<void> {
    await this.updateComplete
    this.renderRoot.querySelector('dialog')?.showModal()
  }

  protected override render() {
    const identity = this.fan.identity.get()
    return html`<dialog
      aria-labelledby="you-title"
      @click=${(event: MouseEvent) => {
        if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close()
      }}
    >
      ${identity === null ? nothing : this.#card(identity.key, identity.name)}
    </dialog>`
  }

  #card(key: string, name: string) {
    return html`<form method="dialog" class="stack">
      <div class="row between">
        <h2 id="you-title">${t`You, on this device`}</h2>
        <button class="quiet round" aria-label=${t`Close`}>${icon('close')}</button>
      </div>
      <p class="muted small">
        ${tx`No account, no sign-up: a ${explain(t`key`, t`A pair of secret and public numbers. The secret one signs what you say and stays in this browser; the public one is how others recognise you.`)} in this browser signs what you say.`}
      </p>
      <label
        >${t`Name others see`}<input
          data-testid="fan-name"
          maxlength="40"
          autocomplete="nickname"
          placeholder=${t`A name, if you like`}
          .value=${name}
          @change=${(event: Event) => this.fan.rename((event.target as HTMLInputElement).value)}
      /></label>
      <div class="label">
        ${t`Your account id`}
        <div class="id">
          <span class="mono grow" data-testid="account-id" data-key=${key}>${shortKey(key)}</span>
          <button type="button" class="tiny" @click=${() => this.#copy(key)}>${icon('copy')} ${t`Copy`}</button>
        </div>
        <span class="hint">${t`Hand it to the community's desk to receive credit for tips.`}</span>
      </div>
      ${this.#looks()}
    </form>`
  }

  /** How the page looks and speaks. */
  #looks() {
    const names = new Intl.DisplayNames([currentLanguage()], { type: 'language' })
    const own = (code: string): string => new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code
    return html`<div class="row">
        <label class="grow"
          >${t`Language`}<select
            data-testid="language"
            @change=${(event: Event) => chooseLanguage((event.target as HTMLSelectElement).value)}
          >
            ${LANGUAGES.map(
              code =>
                html`<option value=${code} lang=${code} title=${names.of(code) ?? code} ?selected=${code === currentLanguage()}>
                  ${own(code)}
                </option>`,
            )}
          </select></label
        >
        <label class="grow"
          >${t`Text size`}<select
            data-testid="text-size"
            @change=${(event: Event) => chooseTextSize((event.target as HTMLSelectElement).value)}
          >
            ${TEXT_SIZES.map(
              ([size, name]) =>
                html`<option value=${size} ?selected=${size === currentTextSize()}>${translated(name)}</option>`,
            )}
          </select></label
        >
      </div>
      <button
        type="button"
        data-testid="theme-toggle"
        @click=${() => {
          toggleTheme()
          this.requestUpdate()
        }}
      >
        ${icon(currentTheme() === 'dark' ? 'sun' : 'moon')} ${currentTheme() === 'dark' ? t`Light look` : t`Dark look`}
      </button>
      <a class="text small" href="/you" data-testid="you-more" @click=${(event: Event) => (event.currentTarget as Element).closest('dialog')?.close()}
        >${t`More about you`}</a
      >`
  }

  async #copy(key: string): Promise<void> {
    const done = await navigator.clipboard?.writeText(key).then(
      () => true,
      () => false,
    )
    const message = done === true ? t`Your account id is copied.` : t`Copy it from here: ${key}`
    this.dispatchEvent(
      new CustomEvent('bs-toast', { detail: { message, tone: 'good' }, bubbles: true, composed: true }),
    )
  }
}

customElements.define('bs-you-dialog', YouDialog)
