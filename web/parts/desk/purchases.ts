import { css, html, nothing } from 'lit'
import type { PurchaseInfo } from '#protocols/api/v1/desk-schemas.ts'
import { define, explain, formatMoney, formatWhen, icon, Part, shortKey, t } from '#web/kit/mod.ts'

const SHOWN_MAX = 10

/** Purchases that can be taken back; those that somebody disputes come first. */
class Purchases extends Part {
  static override properties = { ...Part.properties, purchases: { state: true }, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      li {
        border-top: 1px solid var(--line);
        padding: 10px 0;
      }
    `,
  ]
  declare purchases: readonly PurchaseInfo[]
  declare busy: boolean

  constructor() {
    super()
    this.purchases = []
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('receipt', ({ own }) => own && void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    this.purchases = await this.ctx.api.get<PurchaseInfo[]>('/purchases')
  }

  async #refund(one: PurchaseInfo): Promise<void> {
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.api.send('POST', '/refunds', { receipt: one.receipt })
      this.toast(t`${formatMoney(one.amount, one.asset)} went back to the buyer, out of the same shares.`, 'good')
      await this.load()
    })
    this.busy = false
  }

  protected override updated(): void {
    this.hidden = this.purchases.length === 0
  }

  protected override render() {
    if (this.purchases.length === 0) return nothing
    return html`<section class="card stack tight" aria-labelledby="purchases-title" data-testid="purchases">
      <h2 id="purchases-title">
        ${explain(t`Purchases`, t`A refund is an entry of its own: it takes every share back from whoever got it, or nothing at all when one of them has spent it.`)}
      </h2>
      <ul class="small">
        ${this.purchases.slice(0, SHOWN_MAX).map(
          one =>
            html`<li class="row between" data-testid="purchase" data-disputed=${one.disputed}>
              <span class="grow"
                ><b class="num">${formatMoney(one.amount, one.asset)}</b> ${one.releaseTitle ?? t`a release`}
                <span class="muted"
                  >· <span class="mono">${shortKey(one.payer)}</span> · ${formatWhen(one.at, Date.now())}</span
                ></span
              >
              ${one.disputed ? html`<span class="chip bad">${t`disputed`}</span>` : nothing}
              <button
                class="tiny quiet"
                data-testid="refund"
                ?disabled=${this.busy}
                @click=${() => void this.#refund(one)}
              >
                ${icon('back')} ${t`Refund`}
              </button>
            </li>`,
        )}
      </ul>
    </section>`
  }
}

define('bs-desk-purchases', Purchases)
