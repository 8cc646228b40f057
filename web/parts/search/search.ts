import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { SearchResult } from '#protocols/api/v1/schemas.ts'
import { define, icon, isSounding, Part, playRelease, plural, t } from '#web/kit/mod.ts'

/** Long enough that a word is not asked for letter by letter, short enough to feel at once. */
const PAUSE_MS = 180

/** Finds releases, tracks and communities here and at the followed stages, while one types. */
export default class Search extends Part {
  static override properties = { ...Part.properties, query: { state: true }, result: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(180px, 1fr));
        gap: 28px 24px;
      }
      .field {
        position: relative;
        max-width: 620px;
      }
      .field .icon {
        position: absolute;
        inset-inline-start: 16px;
        top: 50%;
        translate: 0 -50%;
        color: var(--muted);
        pointer-events: none;
      }
      input {
        padding-inline-start: 46px;
        min-height: 52px;
        font-size: 1.05rem;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 8px;
      }
      @media (max-width: 520px) {
        .grid {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          gap: 24px 14px;
        }
      }
    `,
  ]
  declare query: string
  /** Null before the first answer. */
  declare result: SearchResult | null
  #pause: ReturnType<typeof setTimeout> | undefined
  #asked: AbortController | null = null

  constructor() {
    super()
    this.query = new URLSearchParams(location.search).get('q') ?? ''
    this.result = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.player.state)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#pause)
    this.#asked?.abort()
  }

  protected override async load(): Promise<void> {
    if (this.query.trim() !== '') await this.#ask()
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus({ preventScroll: true })
  }

  #type(value: string): void {
    this.query = value
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => void this.attempt(() => this.#ask()), PAUSE_MS)
  }

  async #ask(): Promise<void> {
    this.#asked?.abort()
    const query = this.query.trim()
    // The address keeps what was looked for, so that going back shows it again.
    history.replaceState(null, '', query === '' ? '/search' : `/search?q=${encodeURIComponent(query)}`)
    if (query === '') {
      this.result = null
      return
    }
    const asked = new AbortController()
    this.#asked = asked
    try {
      const result = await this.ctx.api.get<SearchResult>(
        `/search?q=${encodeURIComponent(query.slice(0, 200))}`,
        asked.signal,
      )
      if (this.#asked === asked) this.result = result
    } catch (cause) {
      if (!asked.signal.aborted) throw cause
    }
  }

  protected override render() {
    return html`<div
      class="stack loose"
      @bs-play=${(event: CustomEvent<string>) => void this.attempt(() => playRelease(this.ctx, event.detail))}
    >
      <h1>${t`Search`}</h1>
      <div class="field">
        ${icon('search')}
        <input
          type="search"
          maxlength="200"
          autocomplete="off"
          spellcheck="false"
          aria-label=${t`Search for music, artists and communities`}
          placeholder=${t`Music, artists, communities`}
          data-testid="search-input"
          .value=${this.query}
          @input=${(event: InputEvent) => this.#type((event.target as HTMLInputElement).value)}
        />
      </div>
      <div aria-live="polite" class="stack loose">${this.#found()}</div>
    </div>`
  }

  #found() {
    const { result } = this
    if (result === null)
      return html`<p class="muted">${t`Looks through this stage and the ones it follows. Accents do not matter.`}</p>`
    if (result.releases.length === 0 && result.communities.length === 0)
      return html`<p class="muted" data-testid="search-nothing">
        ${t`Nothing here begins with that. Try fewer letters, or follow a community that has it.`}
      </p>`
    return html`${
      result.communities.length === 0
        ? nothing
        : html`<section class="stack">
            <h2>${t`Communities`}</h2>
            <ul>
              ${result.communities.map(
                one =>
                  html`<li><a class="text" href="/community/${one.community}">${one.name}</a>
                    <span class="small muted">${one.about}</span></li>`,
              )}
            </ul>
          </section>`
    }${result.releases.length === 0 ? nothing : this.#releases(result.releases)}`
  }

  #releases(releases: SearchResult['releases']) {
    return html`<section class="stack">
      <h2>${plural(releases.length, 'release')}</h2>
      <div class="grid">
        ${repeat(
          releases,
          release => release.id,
          release =>
            html`<div class="stack tight">
              <bs-release-card .release=${release} .sounding=${isSounding(this.ctx, release.id)}></bs-release-card>
              ${release.tracks.map(track => html`<span class="small muted">${track.index + 1}. ${track.title}</span>`)}
            </div>`,
        )}
      </div>
    </section>`
  }
}

define('bs-search', Search)
