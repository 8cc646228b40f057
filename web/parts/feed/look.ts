import { css, html, LitElement, nothing, svg } from 'lit'
import type { Because } from '#src/personal/layout.ts'
import { define, explain, m, type PartContext, type Personal, shared, t, translated } from '#web/kit/mod.ts'

const PICTURES = {
  covers: svg`<rect x="4" y="4" width="7" height="7" rx="1.5"/><rect x="13" y="4" width="7" height="7" rx="1.5"/><rect x="4" y="13" width="7" height="7" rx="1.5"/><rect x="13" y="13" width="7" height="7" rx="1.5"/>`,
  rows: svg`<path d="M4 6h16M4 12h16M4 18h16"/>`,
}

const WHY: Readonly<Partial<Record<Because, string>>> = {
  far: m('Rows, because you mostly play from further down the list. Learned on this device.'),
  saver: m('Rows without pictures, because data is being saved.'),
  chosen: m('As you chose. Under “More about you” the page may decide again.'),
}

/** How the lists of the first page look: says why, and is changed with one tap. */
class Look extends LitElement {
  static override properties = { ctx: { attribute: false }, shown: {} }
  static override styles = [
    shared,
    css`
      button {
        padding: 0;
        width: 40px;
        min-height: 40px;
      }
      button[aria-pressed='true'] {
        background: var(--raised);
        color: var(--ink);
      }
    `,
  ]
  declare ctx: PartContext
  /** What is on the page now: `covers` or `rows`. */
  declare shown: 'covers' | 'rows'
  #stop: (() => void)[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    const started = (personal: Personal | null): void => {
      if (personal !== null) this.#stop.push(personal.layout.subscribe(() => this.requestUpdate()))
      this.requestUpdate()
    }
    this.#stop.push(this.ctx.personal.subscribe(started))
    started(this.ctx.personal.get())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stop.splice(0)) stop()
  }

  protected override render() {
    const personal = this.ctx.personal.get()
    if (personal === null) return nothing
    const { list, listBecause } = personal.layout.get()
    const why = WHY[listBecause]
    const next = list !== this.shown
    const way = (name: 'covers' | 'rows', label: string) =>
      html`<button
        class="quiet"
        aria-pressed=${String(this.shown === name)}
        aria-label=${label}
        title=${label}
        data-testid=${`look-${name}`}
        @click=${() => personal.choice.update(choice => ({ ...choice, list: name }))}
      >
        <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true">
          ${PICTURES[name]}
        </svg>
      </button>`
    return html`<div class="row tight" role="group" aria-label=${t`How releases are shown`} data-testid="look">
      ${
        why === undefined
          ? nothing
          : html`<span class="small muted" data-testid="look-why" data-because=${listBecause}
              >${explain(next ? t`From the next visit on` : t`Why so?`, translated(why))}</span
            >`
      }
      ${way('covers', t`As covers`)}${way('rows', t`As rows`)}
    </div>`
  }
}

define('bs-look', Look)
