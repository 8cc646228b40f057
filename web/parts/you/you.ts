import { html } from 'lit'
import { define, Part, t } from '#web/kit/mod.ts'
import { youStyles } from './you-styles.ts'
import './identity.ts'
import './moving.ts'
import './passkeys.ts'
import './notices.ts'
import './recovery.ts'
import './taste.ts'

/** Everything about the person at this page. Each section is an element of its own, and stands alone when another fails. */
export default class AboutYou extends Part {
  static override styles = [...Part.styles, youStyles]

  protected override async load(): Promise<void> {
    await this.ctx.fan.ready()
  }

  protected override render() {
    const { ctx } = this
    if (ctx.fan.identity.get() === null) return html`<div class="skeleton" role="status"></div>`
    return html`<div class="stack loose">
      <header class="stack tight">
        <h1>${t`You`}</h1>
        <p class="lede">${t`Nobody keeps an account for you: what you are here is a key on this device.`}</p>
      </header>
      <bs-your-identity .ctx=${ctx}></bs-your-identity>
      <bs-passkeys .ctx=${ctx}></bs-passkeys>
      <bs-recovery></bs-recovery>
      <bs-moving .ctx=${ctx}></bs-moving>
      <bs-your-notices .ctx=${ctx}></bs-your-notices>
      <bs-your-taste .ctx=${ctx}></bs-your-taste>
    </div>`
  }
}

define('bs-about-you', AboutYou)
