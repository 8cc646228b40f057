import { html, nothing, type PropertyValues } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { define, formatWhen, Part, plural, t } from '#web/kit/mod.ts'
import { ownReleasesStyles } from './own-releases-styles.ts'
import './prices.ts'
import './sharing.ts'
import './take-down.ts'

/** What this community has published: how it goes, what it costs, and the way to take it down. */
class OwnReleases extends Part {
  static override properties = {
    ...Part.properties,
    fresh: { attribute: false },
    releases: { state: true },
    opened: { state: true },
    asking: { state: true },
  }
  static override styles = [...Part.styles, ownReleasesStyles]
  /** The release that was just published: shown open. */
  declare fresh: string | null
  declare releases: readonly ReleaseSummary[]
  declare opened: ReadonlySet<string>
  declare asking: string | null

  constructor() {
    super()
    this.fresh = null
    this.releases = []
    this.opened = new Set()
    this.asking = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('release', () => void this.load().catch(() => {}))
    this.on('withdraw', ({ id }) => this.#gone(id))
    this.on('play', ({ release, plays }) => {
      this.releases = this.releases.map(one => (one.id === release ? { ...one, plays } : one))
    })
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (changed.has('fresh') && this.fresh !== null) this.#toggle(this.fresh, true)
  }

  #gone(id: string): void {
    this.releases = this.releases.filter(one => one.id !== id)
    this.asking = this.asking === id ? null : this.asking
  }

  protected override async load(): Promise<void> {
    const all = await this.ctx.api.get<ReleaseSummary[]>('/releases')
    this.releases = all.filter(one => one.own)
  }

  #toggle(id: string, open: boolean): void {
    const opened = new Set(this.opened)
    if (open) opened.add(id)
    else opened.delete(id)
    this.opened = opened
  }

  protected override updated(): void {
    this.hidden = this.releases.length === 0
  }

  protected override render() {
    if (this.releases.length === 0) return nothing
    return html`<section class="stack tight" aria-labelledby="own-title">
      <h2 id="own-title">${t`Published`}</h2>
      <ul>
        ${repeat(
          this.releases,
          one => one.id,
          one => this.#release(one),
        )}
      </ul>
    </section>`
  }

  #release(one: ReleaseSummary) {
    const open = this.opened.has(one.id)
    return html`<li data-testid="own-release" data-release=${one.id}>
      <div class="head">
        <bs-cover .src=${one.cover} seed=${one.id}></bs-cover>
        <div class="grow">
          <a href="/release/${one.id}"><b class="clip">${one.title}</b></a>
          <p class="small muted">
            ${one.artist} · ${plural(one.trackCount, 'track')} · <span data-testid="own-plays">${plural(one.plays, 'play')}</span> ·
            ${formatWhen(one.publishedAt, Date.now())}
          </p>
        </div>
        <bs-change-price .ctx=${this.ctx} .release=${one}></bs-change-price>
        <button
          class="tiny quiet"
          data-testid="take-down"
          aria-expanded=${this.asking === one.id}
          @click=${() => {
            this.asking = this.asking === one.id ? null : one.id
          }}
        >
          ${t`Take down`}
        </button>
      </div>
      ${
        this.asking === one.id
          ? html`<bs-take-down
              .ctx=${this.ctx}
              .release=${one}
              @done=${() => this.#gone(one.id)}
              @keep=${() => {
                this.asking = null
              }}
            ></bs-take-down>`
          : nothing
      }
      <details ?open=${open} @toggle=${(event: Event) => this.#toggle(one.id, (event.target as HTMLDetailsElement).open)}>
        <summary class="small" data-testid="own-details">${t`Who shares in it, and who has signed`}</summary>
        ${open ? html`<bs-sharing .ctx=${this.ctx} .release=${one}></bs-sharing>` : nothing}
      </details>
    </li>`
  }
}

define('bs-own-releases', OwnReleases)
