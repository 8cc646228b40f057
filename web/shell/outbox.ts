import { css, html, LitElement, nothing } from 'lit'
import { type Fan, formatWhen, icon, m, plural, shared, t, translated, type Waiting } from '#web/kit/mod.ts'

const KINDS: Readonly<Record<string, string>> = {
  'engagement/chat': m('Chat'),
  'engagement/comment': m('Comment'),
  'engagement/edit': m('Edit'),
  'engagement/follow': m('Follow'),
  'engagement/reaction': m('Reaction'),
  'engagement/vote': m('Vote'),
}

/** The words of what was said, as far as it has any. */
function wordsOf({ body }: Waiting): string {
  const { text, emoji } = body as { text?: unknown; emoji?: unknown }
  return String(text ?? emoji ?? '')
}

/** What was said and waits to be sent, or was refused: a line that opens. Nothing while nothing waits. */
export class OutboxView extends LitElement {
  static override properties = { fan: { attribute: false } }
  static override styles = [
    shared,
    css`
      details {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 12px;
        margin-bottom: 20px;
        font-size: 0.9rem;
      }
      summary {
        display: flex;
        gap: 10px;
        align-items: center;
        padding: 8px 14px;
        min-height: 40px;
        cursor: pointer;
      }
      ul {
        padding: 0 14px 6px;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        align-items: center;
        padding: 8px 0;
        border-top: 1px solid var(--line);
      }
      p {
        flex: 1 1 200px;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .bad {
        color: var(--bad);
      }
      .refused p {
        flex-basis: 100%;
      }
    `,
  ]
  declare fan: Fan

  /** It is part of the page before its code is: what it was given is there from the first update on. */
  protected override firstUpdated(): void {
    this.fan.waiting.subscribe(() => this.requestUpdate())
    this.#measure()
  }

  /** A part as high as the window has to leave room for what is said above it, here and beside this. */
  #measure(): void {
    const banners = this.parentElement
    const frame = banners?.parentElement
    if (banners === null || frame === null || frame === undefined) return
    new ResizeObserver(() => frame.style.setProperty('--banners', `${banners.offsetHeight}px`)).observe(banners)
  }

  protected override render() {
    const all = this.fan.waiting.get()
    if (all.length === 0) return nothing
    const refused = all.filter(one => one.refused !== null).length
    const waits = all.length - refused
    return html`<section aria-label=${t`What waits to be sent`}><details data-testid="outbox" data-waits=${waits} data-refused=${refused}>
      <summary>
        ${icon('send')}
        <span class="grow" role="status"
          >${waits === 0 ? nothing : plural(waits, 'thing you said waits to be sent', 'things you said wait to be sent')}
          ${refused === 0 ? nothing : html`<span class="bad">${plural(refused, 'thing you said was refused', 'things you said were refused')}</span>`}</span
        >
      </summary>
      <ul>
        ${all.map(one => this.#row(one))}
      </ul>
    </details></section>`
  }

  #row(one: Waiting) {
    const words = wordsOf(one)
    return html`<li class=${one.refused === null ? '' : 'refused'} data-testid="outbox-row">
      <p>
        <span class="muted">${translated(KINDS[one.type] ?? one.type)}, ${formatWhen(one.at, Date.now())}</span>
        ${words} ${one.refused === null ? nothing : html`<br /><span class="bad">${one.refused}</span>`}
      </p>
      ${
        one.refused === null
          ? nothing
          : html`<button class="tiny" data-testid="outbox-again" @click=${() => void this.fan.again(one.n)}>${t`Send again`}</button>`
      }
      <button class="tiny quiet" data-testid="outbox-drop" @click=${() => void this.fan.drop(one.n)}>${t`Let it go`}</button>
    </li>`
  }
}

customElements.define('bs-outbox', OutboxView)
