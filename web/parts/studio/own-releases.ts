import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { define, formatWhen, Part, plural, t } from '#web/kit/mod.ts'

/** What this community has published, with the way to take it down. */
class OwnReleases extends Part {
  static override properties = { ...Part.properties, releases: { state: true }, asking: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      li {
        display: flex;
        gap: 14px;
        align-items: center;
        padding: 10px 0;
        border-top: 1px solid var(--line);
        flex-wrap: wrap;
      }
      bs-cover {
        width: 48px;
        flex: none;
        --radius: 8px;
      }
      b {
        display: block;
      }
      .grow {
        flex: 1 1 220px;
        overflow-wrap: anywhere;
      }
    `,
  ]
  declare releases: readonly ReleaseSummary[]
  declare asking: string | null

  constructor() {
    super()
    this.releases = []
    this.asking = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('release', () => void this.load().catch(() => {}))
    this.on('withdraw', ({ id }) => {
      this.releases = this.releases.filter(one => one.id !== id)
    })
  }

  protected override async load(): Promise<void> {
    const all = await this.ctx.api.get<ReleaseSummary[]>('/releases')
    this.releases = all.filter(one => one.own)
  }

  async #takeDown(release: ReleaseSummary): Promise<void> {
    const done = await this.attempt(() => this.ctx.api.send('DELETE', `/releases/${release.id}`, {}))
    this.asking = null
    if (!done) return
    this.releases = this.releases.filter(one => one.id !== release.id)
    this.toast(t`${release.title} is taken down. Communities that follow you are told.`, 'good')
  }

  protected override render() {
    if (this.releases.length === 0) return nothing
    return html`<section class="stack tight" aria-labelledby="own-title">
      <h2 id="own-title">${t`Published`}</h2>
      <ul>
        ${repeat(
          this.releases,
          one => one.id,
          one =>
            html`<li data-testid="own-release">
              <bs-cover .src=${one.cover} seed=${one.id}></bs-cover>
              <div class="grow">
                <a href="/release/${one.id}"><b class="clip">${one.title}</b></a>
                <p class="small muted">
                  ${one.artist} · ${plural(one.trackCount, 'track')} · ${plural(one.plays, 'play')} ·
                  ${formatWhen(one.publishedAt, Date.now())}
                </p>
              </div>
              <bs-change-price .ctx=${this.ctx} .release=${one}></bs-change-price>
              ${
                this.asking === one.id
                  ? html`<span class="row tight"
                      ><span class="small">${t`Stop offering it, here and to followers?`}</span
                      ><button
                        class="tiny danger"
                        data-testid="take-down-confirm"
                        @click=${() => void this.#takeDown(one)}
                      >
                        ${t`Take down`}</button
                      ><button
                        class="tiny quiet"
                        @click=${() => {
                          this.asking = null
                        }}
                      >
                        ${t`Keep`}
                      </button></span
                    >`
                  : html`<button
                      class="tiny quiet"
                      data-testid="take-down"
                      @click=${() => {
                        this.asking = one.id
                      }}
                    >
                      ${t`Take down`}
                    </button>`
              }
            </li>`,
        )}
      </ul>
    </section>`
  }
}

define('bs-own-releases', OwnReleases)
