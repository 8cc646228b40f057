import { css, html, LitElement } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { icon, shared, type Toast, t } from '#web/kit/mod.ts'

/** Long enough to read a sentence twice. */
const SHOWN_MS = 8_000
const SHOWN_MAX = 3

interface Shown extends Toast {
  readonly id: number
}

/** Short sentences at the edge of the page; the newest three, each readable by a screen reader. */
export class Toasts extends LitElement {
  static override properties = { shown: { state: true } }
  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        z-index: 60;
        inset-inline-end: 16px;
        bottom: calc(var(--dock, 0px) + 16px);
        display: grid;
        gap: 8px;
        width: min(400px, calc(100vw - 32px));
        pointer-events: none;
      }
      /* On a phone the foot of the page is where people type. */
      @media (max-width: 860px) {
        :host {
          bottom: auto;
          top: 64px;
        }
      }
      div {
        display: flex;
        gap: 12px;
        align-items: flex-start;
        pointer-events: auto;
        background: var(--raised);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding-block: 12px;
        padding-inline: 16px 8px;
        box-shadow: var(--shadow);
        animation: rise 0.25s var(--ease);
      }
      div.bad {
        border-color: color-mix(in oklab, var(--bad), transparent 40%);
      }
      div.good > .icon {
        color: var(--good);
      }
      p {
        flex: 1;
        overflow-wrap: anywhere;
        padding-top: 2px;
        line-height: 1.4;
      }
      div > .icon {
        margin-top: 4px;
      }
      button.round {
        min-height: 28px;
        width: 32px;
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(12px);
        }
      }
    `,
  ]
  declare shown: readonly Shown[]
  #next = 1

  constructor() {
    super()
    this.shown = []
  }

  show(toast: Toast): void {
    const same = this.shown.filter(known => known.message !== toast.message)
    const id = this.#next++
    this.shown = [...same, { ...toast, id }].slice(-SHOWN_MAX)
    setTimeout(() => this.#dismiss(id), SHOWN_MS)
  }

  #dismiss(id: number): void {
    this.shown = this.shown.filter(toast => toast.id !== id)
  }

  protected override render() {
    return html`<section role="status" aria-live="polite" class="stack tight">
      ${repeat(
        this.shown,
        toast => toast.id,
        toast =>
          html`<div class=${toast.tone} data-testid="toast">
            ${toast.tone === 'good' ? icon('check') : null}
            <p>${toast.message}</p>
            <button class="quiet round" aria-label=${t`Dismiss`} @click=${() => this.#dismiss(toast.id)}>
              ${icon('close')}
            </button>
          </div>`,
      )}
    </section>`
  }
}

customElements.define('bs-toasts', Toasts)
