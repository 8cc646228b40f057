import { html, nothing } from 'lit'
import { NOTICES_CHANGED } from '#web/fan/notice-memory.ts'
import { type PushState, pushAgain, pushOff, pushOn, pushState } from '#web/fan/push.ts'
import { define, explain, Part, t, tx } from '#web/kit/mod.ts'

/** Messages while the page is closed: asked for here, per browser, and stopped here. */
export class YourPush extends Part {
  static override properties = { ...Part.properties, state: { state: true }, busy: { state: true } }
  declare state: PushState | null
  declare busy: boolean

  constructor() {
    super()
    this.state = null
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = (): void => void pushAgain(this.ctx).catch(() => {})
    addEventListener(NOTICES_CHANGED, again)
    this.cleanup(() => removeEventListener(NOTICES_CHANGED, again))
  }

  protected override async load(): Promise<void> {
    this.state = await pushState()
  }

  async #change(on: boolean): Promise<void> {
    this.busy = true
    const done = await this.attempt(() => (on ? pushOn(this.ctx) : pushOff(this.ctx)))
    this.state = await pushState()
    this.busy = false
    if (done && on) this.toast(t`This browser now tells you, also when the page is closed.`, 'good')
  }

  protected override render() {
    return html`<div class="stack tight" data-testid="push" data-state=${this.state ?? ''}>
      <h3>${t`While this page is closed`}</h3>
      <p class="muted small">
        ${tx`The same news can come as notifications of this device. The message goes through your browser’s ${explain(
          t`push service`,
          t`Run by the maker of your browser. It learns that this stage sends something to this browser, and when. What it says is encrypted for this browser, always of one length, and only names the kind of news and a place on this page.`,
        )}.`}
      </p>
      ${this.#control()}
    </div>`
  }

  #control() {
    if (this.state === null) return nothing
    if (this.state === 'impossible')
      return html`<p class="small">${t`This browser cannot do that here. It needs a page over https, and on some phones the page on the home screen.`}</p>`
    if (this.state === 'blocked')
      return html`<p class="small">${t`Notifications of this page are blocked in the browser’s settings. Allow them there first.`}</p>`
    const on = this.state === 'on'
    return html`<div>
      <button class="tiny" data-testid="push-switch" ?disabled=${this.busy} @click=${() => void this.#change(!on)}>
        ${on ? t`Stop it in this browser` : t`Tell me in this browser`}
      </button>
    </div>`
  }
}

define('bs-your-push', YourPush)
