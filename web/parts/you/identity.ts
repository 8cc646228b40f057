import { html } from 'lit'
import { define, explain, icon, Part, t, tx } from '#web/kit/mod.ts'
import './handle.ts'
import { youStyles } from './you-styles.ts'

/** The name others see, and the key it stands for. */
class YourIdentity extends Part {
  static override styles = [...Part.styles, youStyles]

  protected override render() {
    const identity = this.ctx.fan.identity.get()
    if (identity === null) return html``
    return html`<section class="card stack" aria-labelledby="who">
      <h2 id="who">${t`Who you are`}</h2>
      <p class="muted small">
        ${tx`No account, no sign-up: a ${explain(t`key`, t`A pair of secret and public numbers. The secret one signs what you say and stays in this browser; the public one is how others recognise you.`)} in this browser signs what you say.`}
      </p>
      <label
        >${t`Name others see`}<input
          data-testid="you-name"
          maxlength="40"
          autocomplete="nickname"
          placeholder=${t`A name, if you like`}
          .value=${identity.name}
          @change=${(event: Event) => this.ctx.fan.rename((event.target as HTMLInputElement).value)}
      /></label>
      <bs-your-handle .ctx=${this.ctx}></bs-your-handle>
      <div class="label">
        ${t`Your account id`}
        <div class="id">
          <span class="mono grow" data-testid="you-id" data-key=${identity.key}>${identity.key}</span>
          <button class="tiny" @click=${() => this.#copy(identity.key)}>${icon('copy')} ${t`Copy`}</button>
        </div>
      </div>
    </section>`
  }

  async #copy(key: string): Promise<void> {
    const done = await navigator.clipboard?.writeText(key).then(
      () => true,
      () => false,
    )
    this.toast(done === true ? t`Your account id is copied.` : t`Copy it from here: ${key}`, 'good')
  }
}

define('bs-your-identity', YourIdentity)
