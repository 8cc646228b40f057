import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { define, icon, isSounding, playRelease, ReleaseList, t, tx } from '#web/kit/mod.ts'

/** What plays on this stage and on the ones it follows, newest first. */
export default class Feed extends ReleaseList {
  static override styles = [
    ...ReleaseList.styles,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(200px, 1fr));
        gap: 34px 24px;
      }
      header {
        display: grid;
        gap: 8px;
      }
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
        padding: 40px 0 40px 40px;
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
      .art {
        aspect-ratio: 1;
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
      @media (max-width: 520px) {
        .publish {
          display: none;
        }
        .grid {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          gap: 24px 14px;
        }
      }
    `,
  ]
  static override properties = { ...ReleaseList.properties, rested: { state: true } }
  /** Whether what can wait has come: an element is placed once its module is there. */
  declare rested: boolean

  constructor() {
    super()
    this.rested = false
  }

  protected override firstUpdated(): void {
    // The row for one listener and what is announced come after the music, when the page has come to rest.
    const whenQuiet = globalThis.requestIdleCallback ?? ((load: () => void) => setTimeout(load, 300))
    whenQuiet(() => {
      Promise.all([import('./for-you.ts'), import('./next-events.ts')]).then(
        () => {
          this.rested = true
        },
        () => {},
      )
    })
  }

  protected override render() {
    const stage = this.ctx.stage.get()
    return html`<div
      class="stack loose"
      @bs-play=${(event: CustomEvent<string>) => void this.attempt(() => playRelease(this.ctx, event.detail))}
    >
      <header>
        <div class="row between">
          <h1>${stage?.name ?? t`Listen`}</h1>
          ${stage?.operator === true && (this.releases?.length ?? 0) > 0 ? html`<a class="button publish" href="/studio">${icon('plus')} ${t`Publish`}</a>` : nothing}
        </div>
        ${stage?.about ? html`<p class="lede">${stage.about}</p>` : nothing}
      </header>
      ${this.rested ? html`<bs-next-events .ctx=${this.ctx}></bs-next-events>` : nothing}
      ${this.#body()}
    </div>`
  }

  #body() {
    if (this.releases === null)
      return html`<div class="grid" aria-busy="true" aria-label=${t`Loading`}>
        ${[1, 2, 3, 4].map(() => html`<div class="art skeleton"></div>`)}
      </div>`
    if (this.releases.length === 0) return this.#empty()
    return html`${this.rested ? html`<bs-for-you .ctx=${this.ctx} .releases=${this.releases}></bs-for-you>` : nothing}
      <div class="grid">
      ${repeat(
        this.releases,
        release => release.id,
        (release, index) =>
          html`<bs-release-card
            .lead=${index === 0}
            .release=${release}
            .sounding=${isSounding(this.ctx, release.id)}
          ></bs-release-card>`,
      )}
    </div>`
  }

  #empty() {
    if (this.ctx.stage.get()?.operator !== true)
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
      <bs-cover seed=${this.ctx.stage.get()?.community ?? ''}></bs-cover>
    </div>`
  }
}

define('bs-feed', Feed)
