import { css, html, LitElement } from 'lit'
import type { ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { formatDuration, formatMoney, plural } from './format.ts'
import { icon } from './icons.ts'
import { shared } from './styles.ts'
import { t, tx } from './words.ts'

/** A release in a grid: artwork, one button that plays it, who made it and where it comes from. */
export class ReleaseCard extends LitElement {
  static override properties = {
    release: { attribute: false },
    sounding: { type: Boolean },
    lead: { type: Boolean, reflect: true },
  }
  static override styles = [
    shared,
    css`
      :host {
        min-width: 0;
      }
      article {
        position: relative;
        isolation: isolate;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      .art {
        position: relative;
      }
      /* Only the picture moves: a moving frame would lift the link over the play button. */
      bs-cover {
        transition: transform 0.3s var(--ease);
      }
      article:hover bs-cover {
        transform: scale(1.015);
      }
      .play {
        position: absolute;
        z-index: 2;
        inset-inline-end: 12px;
        bottom: 12px;
        width: 52px;
        min-height: 52px;
        padding: 0;
        background: var(--accent);
        color: var(--accent-ink);
        font-size: 1.25rem;
        box-shadow: 0 8px 24px rgb(0 0 0 / 0.35);
      }
      .play:hover {
        background: var(--accent);
        transform: scale(1.06);
      }
      @media (hover: hover) {
        .play {
          opacity: 0;
          transform: translateY(8px);
          transition:
            opacity 0.2s,
            transform 0.25s var(--ease);
        }
        article:hover .play,
        .play:focus-visible,
        .play.on {
          opacity: 1;
          transform: none;
        }
      }
      h3 {
        font-size: 1.02rem;
        line-height: 1.3;
        letter-spacing: -0.01em;
      }
      h3 a::after {
        content: '';
        position: absolute;
        inset: 0;
        border-radius: var(--radius);
      }
      .from {
        position: relative;
        z-index: 2;
      }
      .from:hover {
        color: var(--ink);
        text-decoration: underline;
      }
      :host([lead]) {
        grid-column: 1 / -1;
        padding-bottom: 10px;
      }
      :host([lead]) article {
        grid-template-columns: minmax(0, 300px) minmax(0, 1fr);
        gap: 32px;
        align-items: end;
      }
      :host([lead]) h3 {
        font-size: clamp(1.6rem, 1.2rem + 1.8vw, 2.4rem);
        line-height: 1.12;
        letter-spacing: -0.026em;
        font-weight: 750;
        margin-bottom: 6px;
      }
      :host([lead]) .clip {
        white-space: normal;
        overflow: visible;
        overflow-wrap: anywhere;
      }
      :host([lead]) .play {
        opacity: 1;
        transform: none;
        width: 64px;
        min-height: 64px;
        font-size: 1.5rem;
      }
      :host([lead]) .play:hover {
        transform: scale(1.06);
      }
      @media (max-width: 620px) {
        :host([lead]) article {
          grid-template-columns: minmax(0, 1fr);
          gap: 14px;
        }
      }
      .away {
        position: absolute;
        inset-inline-start: 12px;
        top: 12px;
        background: rgb(0 0 0 / 0.6);
        color: #fff;
      }
    `,
  ]
  declare release: ReleaseSummary
  declare sounding: boolean
  /** Shown large, at the head of a feed. */
  declare lead: boolean

  #play(): void {
    this.dispatchEvent(new CustomEvent('bs-play', { detail: this.release.id, bubbles: true, composed: true }))
  }

  protected button() {
    const { title, artist } = this.release
    return html`<button
      class=${`play${this.sounding ? ' on' : ''}`}
      data-testid="play-button"
      aria-label=${this.sounding ? t`Pause ${title} by ${artist}` : t`Play ${title} by ${artist}`}
      @click=${() => this.#play()}
    >
      ${icon(this.sounding ? 'pause' : 'play')}
    </button>`
  }

  /** Where it comes from, how long it is, and what it costs. */
  protected facts() {
    const { community, communityName, own, trackCount, durationMs, plays, price } = this.release
    return html`<p class="muted small clip">
      ${own ? null : html`${tx`from ${html`<a class="from" href="/community/${community}">${communityName}</a>`}`} · `}${trackCount > 1 ? `${plural(trackCount, 'track')} · ` : ''}<span
        class="num"
        >${formatDuration(durationMs)}</span
      >${own && plays > 0 ? ` · ${plural(plays, 'play')}` : ''}${price === null || price.stream === '0' ? null : html` · <span class="num" data-testid="card-price">${t`${formatMoney(price.stream, price.asset)} / 30 s`}</span>`}
    </p>`
  }

  protected override render() {
    const { id, title, artist, cover, available } = this.release
    return html`<article data-testid="release-card" data-release=${id}>
      <div class="art">
        <bs-cover .src=${cover} seed=${id}></bs-cover>
        ${available ? null : html`<span class="chip away">${icon('cloud')} ${t`No holder online`}</span>`}
        ${this.button()}
      </div>
      <div>
        <h3 class="clip"><a href="/release/${id}" title=${title}>${title}</a></h3>
        <p class="muted clip">${artist}</p>
        ${this.facts()}
      </div>
    </article>`
  }
}

if (customElements.get('bs-release-card') === undefined) customElements.define('bs-release-card', ReleaseCard)
