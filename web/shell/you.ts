import { css, html, LitElement, nothing } from 'lit'
import { type Fan, hueOf, shared, t } from '#web/kit/mod.ts'
import type { YouDialog } from './you-dialog.ts'

/** The person at this page, as a chip; what is behind it is loaded when somebody wants to see it. */
export class You extends LitElement {
  static override properties = { fan: { attribute: false }, compact: { type: Boolean }, known: { state: true } }
  static override styles = [
    shared,
    css`
      .chip-button {
        background: none;
        padding: 6px 10px;
        gap: 10px;
        max-width: 100%;
        font-weight: 600;
      }
      .face {
        width: 28px;
        height: 28px;
        border-radius: 50%;
        flex: none;
        display: grid;
        place-items: center;
        color: #fff;
        overflow: hidden;
        font-size: 0.8rem;
        font-weight: 750;
        background: oklch(0.5 0.14 var(--h, 40));
      }
    `,
  ]
  declare fan: Fan
  declare compact: boolean
  /** The dialog's code is here. */
  declare known: boolean
  #stop = (): void => {}

  constructor() {
    super()
    this.known = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#stop = this.fan.identity.subscribe(() => this.requestUpdate())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
  }

  async open(): Promise<void> {
    await Promise.all([import('./you-dialog.ts'), this.fan.ready().catch(() => {})])
    this.known = true
    await this.updateComplete
    this.renderRoot.querySelector<YouDialog>('bs-you-dialog')?.show()
  }

  #face() {
    const identity = this.fan.identity.get()
    return html`<span class="face" aria-hidden="true" .style=${`--h:${hueOf(identity?.key ?? '2')}`}
      >${([...(identity?.name || '♪')][0] ?? '♪').toUpperCase()}</span
    >`
  }

  protected override render() {
    const identity = this.fan.identity.get()
    const name = identity === null || identity.name === '' ? t`You` : identity.name
    return html`<button
        class="chip-button"
        data-testid="you-button"
        aria-haspopup="dialog"
        @click=${() => this.open()}
      >
        ${this.#face()}<span class="hidden-visually">${t`You: ${name}`}</span>${this.compact ? nothing : html`<span class="clip" aria-hidden="true">${name}</span>`}
      </button>
      ${this.known ? html`<bs-you-dialog .fan=${this.fan}></bs-you-dialog>` : nothing}`
  }
}

customElements.define('bs-you', You)
