import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { define, icon, isSounding, playRelease, ReleaseList, t } from '#web/kit/mod.ts'

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
      .art {
        aspect-ratio: 1;
      }
      /* Room for what comes when the page has come to rest: nothing below it moves. */
      .head {
        min-height: 40px;
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
  static override properties = { ...ReleaseList.properties, rested: { state: true }, rows: { state: true } }
  /** Whether what can wait has come: an element is placed once its module is there. */
  declare rested: boolean
  /** As lines instead of covers. Decided as the page opens, and changed only by hand: nothing jumps while somebody reads. */
  declare rows: boolean
  /** Keys of the communities that the listener follows, as this device knew them when the page opened. */
  readonly #follows = localStorage.getItem('bandstand-follows') ?? ''

  constructor() {
    super()
    this.rested = false
    // Written by `web/personal`, which comes later than the first page.
    this.rows = localStorage.getItem('bandstand-layout')?.includes('"rows"') === true
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const known = (): void => {
      const personal = this.ctx.personal.get()
      if (personal !== null) this.cleanup(personal.choice.subscribe(({ list }) => void this.#lookAs(list)))
    }
    this.cleanup(this.ctx.personal.subscribe(known))
    known()
  }

  async #lookAs(list: string): Promise<void> {
    if (list === 'rows') await import('./rows.ts')
    if (list !== 'auto') this.rows = list === 'rows'
  }

  protected override async load(): Promise<void> {
    if (this.rows) await import('./rows.ts').catch(() => {})
    await super.load()
  }

  protected override firstUpdated(): void {
    // The row for one listener and what is announced come after the music, when the page has come to rest.
    const whenQuiet = globalThis.requestIdleCallback ?? ((load: () => void) => setTimeout(load, 300))
    whenQuiet(() => {
      this.ctx.player.warm()
      Promise.all([import('./for-you.ts'), import('./next-events.ts'), import('./look.ts')]).then(
        () => {
          this.rested = true
        },
        () => {},
      )
    })
  }

  protected override updated(): void {
    if (this.releases?.length === 0) void import('./empty.ts').catch(() => {})
  }

  /** Plays what was tapped; where in the list it stood says what suits this listener. */
  #play(event: CustomEvent<string>): void {
    const card = event
      .composedPath()
      .find(node => node instanceof HTMLElement && node.localName.startsWith('bs-release'))
    if (card instanceof HTMLElement && card.parentElement?.hasAttribute('data-list'))
      this.ctx.personal.get()?.picked(card.getBoundingClientRect().top + scrollY > innerHeight)
    void this.attempt(() => playRelease(this.ctx, event.detail))
  }

  protected override render() {
    const stage = this.ctx.stage.get()
    return html`<div class="stack loose" @bs-play=${(event: CustomEvent<string>) => this.#play(event)}>
      <header>
        <div class="row between">
          <h1>${stage?.name ?? t`Listen`}</h1>
          ${stage?.operator === true && (this.releases?.length ?? 0) > 0 ? html`<a class="button publish" href="/studio">${icon('plus')} ${t`Publish`}</a>` : nothing}
        </div>
        ${stage?.place ? html`<p class="muted">${stage.place}</p>` : nothing}
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
    if (this.releases.length === 0) return html`<bs-empty-feed .stage=${this.ctx.stage.get()}></bs-empty-feed>`
    const own = this.releases.filter(release => release.own)
    const others = this.releases.filter(release => !release.own)
    const mine = others.filter(release => this.#follows.includes(release.community))
    const rest = others.filter(release => !mine.includes(release))
    const leads = own.length === 0
    const followed = this.ctx.communities.get().filter(community => !community.own)
    return html`${this.rested ? html`<bs-for-you .ctx=${this.ctx} .releases=${this.releases}></bs-for-you>` : nothing}
      <section class="stack" aria-labelledby="new" data-testid="new-here">
        <div class="row between head">
          <h2 id="new">${t`New here`}</h2>
          ${this.rested ? html`<bs-look .ctx=${this.ctx} shown=${this.rows ? 'rows' : 'covers'}></bs-look>` : nothing}
        </div>
        ${own.length === 0 ? html`<p class="muted">${t`Nothing of our own is out yet.`}</p>` : this.#list(own, true)}
      </section>
      ${mine.length === 0 ? nothing : this.#section('yours', t`From communities you follow`, mine, leads)}
      ${
        rest.length > 0 && mine.length > 0
          ? this.#section('followed', t`From other communities`, rest, false)
          : rest.length > 0 || (followed.length > 0 && mine.length === 0)
            ? this.#section('followed', t`From communities we follow`, rest, leads)
            : nothing
      }
      ${this.rested ? html`<bs-for-you-soon .ctx=${this.ctx} .releases=${this.releases}></bs-for-you-soon>` : nothing}`
  }

  #section(id: string, title: string, releases: readonly ReleaseSummary[], leads: boolean) {
    return html`<section class="stack" aria-labelledby=${id} data-testid=${`from-${id}`}>
      <h2 id=${id}>${title}</h2>
      ${releases.length === 0 ? html`<p class="muted">${t`Nothing has come from them yet.`}</p>` : this.#list(releases, leads)}
    </section>`
  }

  #list(releases: readonly ReleaseSummary[], leads: boolean) {
    const bare = this.ctx.player.saver.get()
    const sounding = (id: string) => isSounding(this.ctx, id)
    const shown = (release: ReleaseSummary) => (bare ? { ...release, cover: null } : release)
    return html`<div class=${this.rows ? 'lines' : 'grid'} data-list>
      ${repeat(
        releases,
        release => release.id,
        (release, index) =>
          this.rows
            ? html`<bs-release-row .release=${shown(release)} .sounding=${sounding(release.id)}></bs-release-row>`
            : html`<bs-release-card
                .lead=${leads && index === 0}
                .release=${shown(release)}
                .sounding=${sounding(release.id)}
              ></bs-release-card>`,
      )}
    </div>`
  }
}

define('bs-feed', Feed)
