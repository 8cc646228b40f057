import { css, html, LitElement, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Notice } from '#protocols/api/v1/notices.ts'
import { markSeen, seenNotices } from '#web/fan/notice-memory.ts'
import { formatClock, formatFine, formatWhen, leftToRight, type PartContext, plural, shared, t } from '#web/kit/mod.ts'
import { NoticeBoard } from './notice-board.ts'

/** What happened, in one line. */
function headOf({ kind, who, communityName, at, upheld, amount, asset }: Notice): string {
  if (kind === 'mention') return t`${who || t`Somebody`} called you`
  if (kind === 'release') return t`New from ${communityName}`
  if (kind === 'event') return at > Date.now() ? t`Begins at ${formatClock(at)}` : t`Going on now`
  if (kind === 'appeal') return upheld === true ? t`Your appeal was granted` : t`Your appeal was turned down`
  if (kind === 'report') return t`What you reported was hidden`
  if (amount === null || asset === null) return t`You received money`
  return t`You received ${leftToRight(`${formatFine(amount, asset)} ${asset.code}`)}`
}

/** The words it is about. */
const wordsOf = ({ kind, who, text }: Notice): string =>
  kind === 'release' && who !== '' ? t`${text} by ${who}` : text

/** A bell with the count of what is new, and behind it a list with links. */
export class Bell extends LitElement {
  static override properties = { ctx: { attribute: false }, open: { state: true } }
  static override styles = [
    shared,
    css`
      .ring {
        position: relative;
        background: none;
        width: 100%;
        min-height: 44px;
        padding: 10px 12px;
        gap: 13px;
        justify-content: start;
        color: var(--muted);
        font-weight: 600;
        border-radius: 12px;
      }
      .ring:hover {
        color: var(--ink);
        background: var(--surface);
      }
      .count {
        min-width: 20px;
        padding: 1px 6px;
        border-radius: 999px;
        background: var(--accent);
        color: var(--accent-ink);
        font-size: 0.72rem;
        text-align: center;
      }
      [popover] {
        inset: auto auto 20px 228px;
        inset-block: auto 20px;
        inset-inline: 228px auto;
        width: min(380px, calc(100vw - 32px));
        max-height: min(560px, calc(100dvh - 160px));
        margin: 0;
        overflow: auto;
        overscroll-behavior: contain;
        background: var(--surface);
        color: var(--ink);
        border: 1px solid var(--line);
        border-radius: 16px;
        padding: 16px 0 8px;
        box-shadow: var(--shadow);
      }
      .top {
        padding: 0 16px 10px;
      }
      h2 {
        font-size: 1.05rem;
      }
      li a {
        display: grid;
        gap: 2px;
        padding: 10px 16px 10px;
        border-top: 1px solid var(--line);
        border-inline-start: 3px solid transparent;
      }
      li a:hover {
        background: var(--raised);
      }
      li.new a {
        border-inline-start-color: var(--accent);
      }
      .words {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
        overflow-wrap: anywhere;
      }
      .none {
        padding: 4px 16px 16px;
      }
      @media (max-width: 860px) {
        .ring {
          width: 44px;
          padding: 0;
          justify-content: center;
          font-size: 1.1rem;
          color: var(--ink);
          border-radius: 999px;
        }
        .word {
          display: none;
        }
        .count {
          position: absolute;
          top: 3px;
          inset-inline-end: 0;
        }
        [popover] {
          inset-block: 60px auto;
          inset-inline: 12px;
          width: auto;
        }
      }
    `,
  ]
  declare ctx: PartContext
  declare open: boolean
  #board: NoticeBoard | null = null
  #new: ReadonlySet<string> = new Set()

  constructor() {
    super()
    this.open = false
  }

  /** It is part of the page before its code is: what it was given is there from the first update on. */
  protected override firstUpdated(): void {
    const board = new NoticeBoard(this.ctx)
    board.shown.subscribe(() => this.requestUpdate())
    board.fresh.subscribe(() => this.requestUpdate())
    this.#board = board
    const workers = navigator.serviceWorker
    workers?.addEventListener('message', ({ data }) => this.#go((data as { go?: unknown } | null)?.go))
    workers?.startMessages()
    if (localStorage.getItem('bandstand-push') !== null)
      import('#web/fan/push.ts').then(({ pushAgain }) => pushAgain(this.ctx)).catch(() => {})
  }

  #toggled(open: boolean): void {
    this.open = open
    const all = this.#board?.shown.get() ?? []
    if (!open) return
    const seen = seenNotices()
    this.#new = new Set(all.map(({ id }) => id).filter(id => !seen.has(id)))
    markSeen(all.map(({ id }) => id))
    void this.#board?.read()
  }

  /** A notification was tapped: the open page goes there, and goes on playing. */
  #go(path: unknown): void {
    if (typeof path === 'string')
      this.dispatchEvent(new CustomEvent('bs-navigate', { detail: path, bubbles: true, composed: true }))
  }

  #close(): void {
    this.renderRoot.querySelector<HTMLElement>('[popover]')?.hidePopover()
  }

  protected override render() {
    const fresh = this.#board?.fresh.get() ?? 0
    const said = fresh === 0 ? t`News for you` : t`News for you: ${plural(fresh, 'new notice')}`
    return html`<button
        class="ring"
        data-testid="bell"
        data-fresh=${fresh}
        popovertarget="panel"
        title=${said}
        aria-expanded=${this.open}
      >
        <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true">
          <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15ZM10 21h4" />
        </svg>
        <span class="hidden-visually">${said}</span>
        <span class="word" aria-hidden="true">${t`News`}</span>
        ${fresh === 0 ? nothing : html`<b class="count num" aria-hidden="true">${fresh}</b>`}
      </button>
      <div
        id="panel"
        popover
        role="region"
        aria-label=${t`News for you`}
        data-testid="bell-panel"
        @toggle=${(event: ToggleEvent) => this.#toggled(event.newState === 'open')}
      >
        ${this.open ? this.#panel() : nothing}
      </div>`
  }

  #panel() {
    const all = this.#board?.shown.get() ?? []
    return html`<div class="row between top">
        <h2>${t`News for you`}</h2>
        <a class="text small" href="/you" data-testid="bell-settings" @click=${() => this.#close()}>${t`What to tell me`}</a>
      </div>
      ${
        all.length === 0
          ? html`<p class="muted none">${t`Nothing yet. Whoever calls you by @ and your name, new music of communities you follow, events that begin, and money you receive show up here.`}</p>`
          : html`<ul>
              ${repeat(
                all,
                one => one.id,
                one => this.#row(one),
              )}
            </ul>`
      }`
  }

  #row(one: Notice) {
    const isNew = this.#new.has(one.id)
    return html`<li class=${isNew ? 'new' : ''}>
      <a href=${one.link} data-testid="notice" data-kind=${one.kind} @click=${() => this.#close()}>
        <span class="row between tight"
          ><b>${headOf(one)}</b><span class="muted small">${isNew ? html`<span class="hidden-visually">${t`new`}, </span>` : nothing}${one.kind === 'event' ? nothing : formatWhen(one.at, Date.now())}</span></span
        >
        ${wordsOf(one) === '' ? nothing : html`<span class="words small">${wordsOf(one)}</span>`}
      </a>
    </li>`
  }
}

customElements.define('bs-bell', Bell)
