import { html, LitElement, nothing } from 'lit'
import { ref } from 'lit/directives/ref.js'
import { type IconName, icon, m, type PartContext, shared, type Toast, t, translated } from '#web/kit/mod.ts'
import { appStyles } from './app-styles.ts'
import { matchRoute, type Route } from './routes.ts'
import type { Toasts } from './toasts.ts'
import type { You } from './you.ts'

const NAV: readonly (readonly [path: string, label: string, icon: IconName, operatorOnly: boolean])[] = [
  ['/', m('Listen'), 'listen', false],
  ['/search', m('Search'), 'search', false],
  ['/chat', m('Chat'), 'chat', false],
  ['/polls', m('Polls'), 'polls', false],
  ['/receipts', m('Receipts'), 'receipts', false],
  ['/studio', m('Studio'), 'studio', true],
  ['/desk', m('Desk'), 'desk', true],
]

/** The frame of the page: navigation, the routed part, player, toasts. */
export class App extends LitElement {
  static override properties = { ctx: { attribute: false }, route: { state: true } }
  static override styles = [shared, appStyles]
  declare ctx: PartContext
  declare route: Route | null
  #toasts: Toasts | null = null

  constructor() {
    super()
    this.route = matchRoute(location.pathname)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const render = () => this.requestUpdate()
    this.ctx.stage.subscribe(render)
    this.ctx.live.online.subscribe(render)
    this.ctx.player.state.subscribe(render)
    this.ctx.player.paying.subscribe(render)
    this.ctx.parts.subscribe(render)
    this.addEventListener('click', event => this.#followLink(event))
    this.addEventListener('bs-navigate', event => this.go((event as CustomEvent<string>).detail))
    this.addEventListener('bs-toast', event => void this.#tell((event as CustomEvent<Toast>).detail))
    this.addEventListener('bs-you', () => this.renderRoot.querySelector<You>('bs-you')?.open())
    addEventListener('popstate', () => this.#show())
  }

  /** Loaded with the first thing to say, or when the page is quiet. */
  async #tell(toast: Toast): Promise<void> {
    await import('./toasts.ts')
    this.#toasts?.show(toast)
  }

  go(path: string): void {
    if (path !== location.pathname) history.pushState(null, '', path)
    this.#show()
    scrollTo(0, 0)
  }

  #show(): void {
    this.route = matchRoute(location.pathname)
    void this.updateComplete.then(() =>
      (this.renderRoot.querySelector('main') as HTMLElement).focus({ preventScroll: true }),
    )
  }

  /** Links within the page do not reload it, also from inside parts. */
  #followLink(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = event.composedPath().find(node => node instanceof HTMLAnchorElement)
    if (link === undefined || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin)
      return
    if (matchRoute(link.pathname) === null) return
    event.preventDefault()
    this.go(link.pathname)
  }

  protected override updated(): void {
    this.classList.toggle('playing', this.ctx.player.state.get().queue.length > 0)
    const stage = this.ctx.stage.get()
    const title = this.#isFirstRun() ? t`Welcome` : this.route === null ? t`Not here` : translated(this.route.title)
    document.title = `${title} · ${stage?.name ?? 'Bandstand'}`
  }

  #isFirstRun(): boolean {
    const stage = this.ctx.stage.get()
    return stage?.operator === true && (stage.name === null || stage.settingUp !== null)
  }

  protected override render() {
    const hasPlayer = this.ctx.player.state.get().queue.length > 0
    return html`${this.#isFirstRun() ? nothing : this.#navigation(hasPlayer)}
      <div class=${`frame${this.#isFirstRun() ? ' alone' : ''}`}>
        <div class="banners">${this.ctx.live.online.get() ? nothing : html`<p class="offline" role="status">${icon('cloud')} ${t`The stage does not answer. This page keeps trying.`} <a class="text" href="/saved">${t`On this device`}</a></p>`}
        <bs-outbox .fan=${this.ctx.fan}></bs-outbox></div>
        <main id="main" tabindex="-1">${this.#outlet()}</main>
      </div>
      <div class="dock">${this.ctx.player.paying.get() === null ? nothing : html`<bs-part name="paying" .ctx=${this.ctx}></bs-part>`}${hasPlayer ? html`<bs-player-bar .player=${this.ctx.player} .api=${this.ctx.api}></bs-player-bar>` : html`<bs-left-off .ctx=${this.ctx}></bs-left-off>`}</div>
      <bs-toasts
        ${ref(element => {
          this.#toasts = (element as Toasts | undefined) ?? null
        })}
      ></bs-toasts>`
  }

  #outlet() {
    const part = this.#isFirstRun() ? 'welcome' : this.route?.part
    if (part === undefined)
      return html`<div class="empty">
        <h1>${t`Nothing plays here`}</h1>
        <p class="lede">${t`This address does not lead anywhere on this stage.`}</p>
        <a class="button primary" href="/">${t`Back to the music`}</a>
      </div>`
    return html`<bs-part name=${part} .ctx=${this.ctx} .params=${this.route?.params ?? {}}></bs-part>
      ${part === 'feed' ? this.#guests() : nothing}`
  }

  /** What the operator added to the first page, and links to what has a page of its own. */
  #guests() {
    const shown = this.ctx.parts.get()?.guests.filter(guest => guest.on) ?? []
    return html`${shown
      .filter(guest => guest.place === 'home')
      .map(({ tag }) => html`<bs-part name="guest" .ctx=${this.ctx} .params=${{ tag }}></bs-part>`)}
    ${
      shown.length === 0
        ? nothing
        : html`<p class="row small">
            ${shown.map(({ tag, title }) => html`<a class="text" href="/p/${tag}" data-testid="guest-link">${title}</a>`)}
          </p>`
    }`
  }

  #navigation(hasPlayer: boolean) {
    const stage = this.ctx.stage.get()
    const here = this.route?.part
    const isOff = (part: string | undefined) =>
      this.ctx.parts.get()?.own.some(own => own.tag === part && !own.on) === true
    const links = NAV.filter(
      ([path, , , operatorOnly]) =>
        (!operatorOnly || stage === null || stage.operator || !stage.public) && !isOff(matchRoute(path)?.part),
    )
    return html`<header class=${`top${hasPlayer ? ' playing' : ''}`}>
      <button class="skip" @click=${() => (this.renderRoot.querySelector('main') as HTMLElement).focus()}>
        ${t`Skip to content`}
      </button>
      <a class="mark" href="/" aria-label=${t`${stage?.name ?? 'Bandstand'}, home`}
        ><svg viewBox="0 0 32 32" aria-hidden="true">
          <path
            d="M5 13.5 16 5l11 8.5M9 14v10M16 14v10M23 14v10M5 26h22"
            fill="none"
            stroke="currentColor"
            stroke-width="2.6"
            stroke-linecap="round"
            stroke-linejoin="round"
          /></svg
        ><span class=${here === 'feed' ? 'home' : ''}>${stage?.name ?? 'Bandstand'}</span></a
      >
      <nav aria-label=${t`Main`}>
        ${links.map(
          ([path, label, name]) =>
            html`<a
              class=${`to-${name}`}
              href=${path}
              aria-current=${matchRoute(path)?.part === here ? 'page' : 'false'}
              data-testid=${`nav-${matchRoute(path)?.part}`}
              >${icon(name)}<span>${translated(label)}</span></a
            >`,
        )}
      </nav>
      <div class="self">
        <a
          class="find"
          href="/search"
          aria-label=${t`Search`}
          title=${t`Search`}
          aria-current=${here === 'search' ? 'page' : 'false'}
          data-testid="find"
          >${icon('search')}</a
        >
        ${stage?.public === true && !stage.operator ? html`<a class="small muted operator" href="/desk">${t`Operator`}</a>` : nothing}
        <bs-bell .ctx=${this.ctx}></bs-bell>
        <bs-you .fan=${this.ctx.fan}></bs-you>
      </div>
    </header>`
  }
}

customElements.define('bs-app', App)
