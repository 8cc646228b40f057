import { css, html, nothing, type PropertyValues } from 'lit'
import { ref } from 'lit/directives/ref.js'
import type { GuestPartInfo } from '#protocols/api/v1/parts.ts'
import { define, icon, Part, t } from '#web/kit/mod.ts'
import { type GuestState, openBridge } from './bridge.ts'

type Shown = GuestState | 'missing' | 'stopped'

/** Of the page's look, what a guest may know. */
const THEME = ['--ink', '--muted', '--bg', '--raised', '--line', '--accent', '--accent-ink']

/**
 * A part by somebody else, which the operator let in: shown in a frame with an origin of nobody's, that reaches neither this page nor
 * any network. Whatever it does, only its own rectangle suffers.
 */
export default class Guest extends Part {
  static override properties = { ...Part.properties, shown: { state: true }, height: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      iframe {
        display: block;
        width: 100%;
        border: 0;
        border-radius: var(--radius);
        background: transparent;
        color-scheme: normal;
      }
    `,
  ]
  declare shown: Shown
  declare height: number
  #close: () => void = () => {}
  #url = ''

  constructor() {
    super()
    this.shown = 'starting'
    this.height = 320
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.parts)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#close()
  }

  #part(): GuestPartInfo | undefined {
    return this.ctx.parts.get()?.guests.find(({ tag, on }) => on && tag === this.params.tag)
  }

  /** Another version is another address: it starts afresh, in place. */
  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    const url = this.#part()?.url ?? ''
    if (url === this.#url) return
    this.#url = url
    this.#close()
    this.shown = 'starting'
    if (url !== '') void this.#look(url)
  }

  /** A frame does not tell a page that is not there from one that is. */
  async #look(url: string): Promise<void> {
    const found = await fetch(url, { method: 'HEAD' }).then(
      answer => answer.ok,
      () => false,
    )
    if (!found && url === this.#url) this.shown = 'missing'
  }

  #start(frame: HTMLIFrameElement): void {
    const part = this.#part()
    if (part === undefined) return
    this.#close()
    const style = getComputedStyle(this)
    this.#close = openBridge({
      ctx: this.ctx,
      part,
      frame,
      navigate: path => this.navigate(path),
      theme: Object.fromEntries(THEME.map(name => [name, style.getPropertyValue(name).trim()])),
      onState: state => {
        this.shown = state
      },
      onHeight: px => {
        this.height = px
      },
    })
  }

  #again(): void {
    this.#url = ''
    this.requestUpdate()
  }

  #stop(): void {
    this.#close()
    this.shown = 'stopped'
  }

  protected override render() {
    const part = this.#part()
    if (this.ctx.parts.get() === null) return nothing
    if (part === undefined)
      return html`<p class="muted" role="status">${t`There is no such part on this stage now.`}</p>`
    const isPage = location.pathname === `/p/${part.tag}`
    return html`<section class="stack tight" aria-label=${part.title} data-testid="guest" data-state=${this.shown}>
      ${isPage ? html`<h1>${part.title}</h1>` : nothing} ${this.#note(part)}
      ${
        this.shown === 'missing' || this.shown === 'stopped'
          ? nothing
          : html`<iframe
              ${ref(element => {
                if (element !== undefined) (element as HTMLIFrameElement).height = String(this.height)
              })}
              title=${part.title}
              sandbox="allow-scripts"
              referrerpolicy="no-referrer"
              src=${part.url}
              @load=${(event: Event) => this.#start(event.target as HTMLIFrameElement)}
            ></iframe>`
      }
    </section>`
  }

  #note(part: GuestPartInfo) {
    const again = html`<button class="tiny" data-testid="guest-again" @click=${() => this.#again()}>${t`Start it again`}</button>`
    if (this.shown === 'missing')
      return html`<p class="row small muted" role="status">${t`${part.title} could not be loaded. The rest keeps working.`} ${again}</p>`
    if (this.shown === 'stopped')
      return html`<p class="row small muted" role="status">${t`${part.title} is stopped.`} ${again}</p>`
    if (this.shown === 'silent')
      return html`<p class="row small muted" role="status">
        ${icon('cloud')} ${t`${part.title} does not answer. The rest keeps working.`} ${again}
        <button class="tiny" data-testid="guest-stop" @click=${() => this.#stop()}>${t`Stop it`}</button>
      </p>`
    return nothing
  }
}

define('bs-guest', Guest)
