import { css, html, LitElement } from 'lit'
import type { StageInfo } from '#protocols/api/v1/schemas.ts'
import { define, icon, shared, t, tx } from '#web/kit/mod.ts'

/** What the first page says before anything was released; to its operator, how to begin. */
class EmptyFeed extends LitElement {
  static override properties = { stage: { attribute: false } }
  static override styles = [
    shared,
    css`
      .first {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 300px);
        gap: 32px;
        align-items: center;
        padding: 0;
        overflow: hidden;
        border-radius: 24px;
        max-width: 900px;
      }
      .first .stack {
        padding-block: 40px;
        padding-inline: 40px 0;
      }
      .first h2 {
        font-size: 1.6rem;
      }
      .first bs-cover {
        --radius: 0;
        height: 100%;
        aspect-ratio: auto;
        min-height: 280px;
      }
      @media (max-width: 760px) {
        .first {
          grid-template-columns: minmax(0, 1fr);
          gap: 0;
        }
        .first .stack {
          padding: 28px 24px;
        }
        .first bs-cover {
          min-height: 140px;
          order: -1;
        }
      }
    `,
  ]
  declare stage: StageInfo | null

  constructor() {
    super()
    this.stage = null
  }

  protected override render() {
    if (this.stage?.operator !== true)
      return html`<div class="empty">
        <h2>${t`Nothing has been played here yet`}</h2>
        <p class="lede">
          ${tx`The first release appears by itself as soon as it is out. Meanwhile, the ${html`<a class="text" href="/chat">${t`chat`}</a>`} is open.`}
        </p>
      </div>`
    return html`<div class="card first" data-testid="empty-feed">
      <div class="stack">
        <h2>${t`The stage is yours`}</h2>
        <p class="lede">
          ${t`Publish your first track: drop a file, check its title, done. It stays in the quality you made it, and everyone who follows this community can play it.`}
        </p>
        <div class="row">
          <a class="button primary" href="/studio" data-testid="publish-first"
            >${icon('studio')} ${t`Publish your first track`}</a
          >
          <a class="button" href="/desk">${t`Follow another community`}</a>
        </div>
      </div>
      <bs-cover seed=${this.stage?.community ?? ''}></bs-cover>
    </div>`
  }
}

define('bs-empty-feed', EmptyFeed)
