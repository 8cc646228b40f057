import { css, html } from 'lit'
import { define, icon, ReleaseCard, shared, t } from '#web/kit/mod.ts'

/** A release as one line of a list: many fit a screen, and little is fetched for it. */
class ReleaseRow extends ReleaseCard {
  static override styles = [
    ...shared,
    css`
      :host {
        display: block;
        border-bottom: 1px solid var(--line);
      }
      article {
        position: relative;
        isolation: isolate;
        display: grid;
        grid-template-columns: 48px minmax(0, 1fr) auto;
        gap: 14px;
        align-items: center;
        padding: 8px 0;
      }
      bs-cover {
        --radius: 8px;
        width: 48px;
      }
      .about {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        gap: 2px 16px;
        align-items: center;
      }
      h3 {
        font-size: 1rem;
        line-height: 1.3;
      }
      h3 a::after {
        content: '';
        position: absolute;
        inset: 0;
      }
      .about p:last-child {
        grid-column: 2;
        grid-row: 1 / span 2;
        text-align: end;
      }
      .from,
      .play {
        position: relative;
        z-index: 2;
      }
      .play {
        width: 44px;
        min-height: 44px;
        padding: 0;
      }
      .play.on {
        background: var(--accent);
        color: var(--accent-ink);
      }
      @media (max-width: 620px) {
        .about {
          grid-template-columns: minmax(0, 1fr);
          gap: 0;
        }
        .about p:last-child {
          grid-column: 1;
          grid-row: auto;
          text-align: start;
        }
      }
    `,
  ]

  protected override render() {
    const { id, title, artist, cover, available } = this.release
    return html`<article data-testid="release-card" data-release=${id}>
      <bs-cover .src=${cover} seed=${id}></bs-cover>
      <div class="about">
        <h3 class="clip"><a href="/release/${id}" title=${title}>${title}</a></h3>
        <p class="muted small clip">${available ? artist : html`${icon('cloud')} ${t`No holder online`}`}</p>
        ${this.facts()}
      </div>
      ${this.button()}
    </article>`
  }
}

define('bs-release-row', ReleaseRow)
