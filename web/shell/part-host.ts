import { css, html, LitElement, type PropertyValues } from 'lit'
import { icon, type Params, type Part, type PartContext, paramsProperty, shared, t } from '#web/kit/mod.ts'
import { allWords } from './language.ts'

/** `<bs-part name>`: loads a part by its name in the import map and keeps its failures to itself. */
export class PartHost extends LitElement {
  static override properties = {
    name: {},
    ctx: { attribute: false },
    params: paramsProperty,
    failed: { state: true },
  }
  static override styles = [
    shared,
    css`
      .failed {
        display: flex;
        gap: 12px;
        align-items: center;
        color: var(--muted);
        padding: 16px 0;
        flex-wrap: wrap;
      }
      .wait {
        height: 120px;
        opacity: 0;
        animation: show 0.3s 0.25s forwards;
      }
      @keyframes show {
        to {
          opacity: 1;
        }
      }
    `,
  ]
  declare name: string
  declare ctx: PartContext
  declare params: Params
  declare failed: boolean
  #attempts = 0
  #part: Part | null = null
  #started = ''
  #stop = () => {}

  constructor() {
    super()
    this.name = ''
    this.params = {}
    this.failed = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#stop = this.ctx.parts.subscribe(() => this.requestUpdate())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
  }

  #isOff(): boolean {
    return this.ctx.parts.get()?.own.some(own => own.tag === this.name && !own.on) === true
  }

  protected override updated(changed: PropertyValues): void {
    if (this.#isOff()) return
    if (this.name !== this.#started && this.name !== '') {
      this.#started = this.name
      this.#part = null
      void this.#start()
    } else if (changed.has('params') && this.#part !== null) this.#place()
  }

  async #start(): Promise<void> {
    const wanted = this.name
    this.failed = false
    try {
      const module = await this.#import(wanted)
      if (wanted !== 'feed') await allWords
      if (wanted !== this.name) return
      this.#part = new module.default()
      this.#place()
      this.requestUpdate()
    } catch (cause) {
      console.error(`part ${wanted}:`, cause)
      if (wanted === this.name) this.failed = true
    }
  }

  /** A browser may remember that a module failed: a retry asks for it under a fresh address. */
  async #import(name: string): Promise<{ default: new () => Part }> {
    const address = import.meta.resolve(`@bandstand/part/${name}`)
    const again = this.#attempts++ === 0 || !this.failed ? '' : `?again=${this.#attempts}`
    return import(/* @vite-ignore */ address + again)
  }

  #place(): void {
    if (this.#part === null) return
    this.#part.ctx = this.ctx
    this.#part.params = this.params
  }

  protected override render() {
    if (this.#isOff())
      return html`<p class="failed" role="status">${t`The people of this stage have switched this part off.`}</p>`
    if (this.failed)
      return html`<div class="failed" role="status">
        <span>${t`This part of the page (${this.name}) did not load. The rest keeps working.`}</span>
        <button class="tiny" @click=${() => this.#start()}>${t`Try again`}</button>
      </div>`
    return (
      this.#part ??
      html`<div class="wait" role="status"><span class="muted">${icon('spinner')} ${t`Loading`}</span></div>`
    )
  }
}

customElements.define('bs-part', PartHost)
