import { css, html, nothing } from 'lit'
import type { CheckedCard } from '#protocols/api/v1/desk-schemas.ts'
import { fromBase64, fromHex } from '#web/fan/encoding.ts'
import { define, formatMoney, icon, Part, sentenceOf, t } from '#web/kit/mod.ts'

/** A printed top-up card becomes credit: checked first, then signed for. */
class RedeemCard extends Part {
  static override properties = {
    ...Part.properties,
    checked: { state: true },
    refused: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 10px;
        align-items: end;
        padding-top: 10px;
      }
      input {
        text-transform: uppercase;
      }
      p {
        padding-top: 10px;
      }
      summary {
        cursor: pointer;
      }
    `,
  ]
  declare checked: CheckedCard | null
  declare refused: string | null
  declare busy: boolean

  constructor() {
    super()
    this.checked = null
    this.refused = null
    this.busy = false
  }

  async #check(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const card = String(new FormData(event.target as HTMLFormElement).get('card')).trim()
    this.busy = true
    this.refused = null
    this.checked = null
    try {
      this.checked = await this.ctx.api.send<CheckedCard>('POST', '/codes/check', { card })
    } catch (cause) {
      this.refused = sentenceOf(cause)
    }
    this.busy = false
  }

  async #redeem({ batch, serial, secret, path, amount, asset }: CheckedCard): Promise<void> {
    const community = this.ctx.stage.get()?.community
    if (community === undefined) return
    const order = { batch: fromHex(batch), serial, secret: fromHex(secret), path: path.map(fromBase64) }
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.fan.order(community, 'value/code', order, t`A card of ${formatMoney(amount, asset)}`)
      this.checked = null
      this.renderRoot.querySelector('form')?.reset()
      this.toast(t`${formatMoney(amount, asset)} is yours.`, 'good')
    })
    this.busy = false
  }

  protected override render() {
    const { checked } = this
    return html`<details class="small" data-testid="redeem-card">
      <summary class="muted">${t`Redeem a card`}</summary>
      <form @submit=${(event: SubmitEvent) => void this.#check(event)}>
        <label
          >${t`The code on it`}<input
            name="card"
            class="mono"
            data-testid="card-code"
            required
            maxlength="4000"
            autocomplete="off"
            spellcheck="false"
        /></label>
        <button data-testid="card-check" ?disabled=${this.busy}>${icon(this.busy ? 'spinner' : 'check')} ${t`Check`}</button>
      </form>
      ${this.refused === null ? nothing : html`<p role="status" data-testid="card-refused">${this.refused}</p>`}
      ${
        checked === null
          ? nothing
          : html`<p class="row tight" role="status">
              <span>${t`It is good for`} <b class="num">${formatMoney(checked.amount, checked.asset)}</b>.</span>
              <button
                type="button"
                class="primary tiny"
                data-testid="card-redeem"
                ?disabled=${this.busy}
                @click=${() => void this.#redeem(checked)}
              >
                ${t`Add it to my balance`}
              </button>
            </p>`
      }
    </details>`
  }
}

define('bs-redeem-card', RedeemCard)
