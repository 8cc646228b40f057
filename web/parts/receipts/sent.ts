import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { TransferInfo } from '#protocols/api/v1/schemas.ts'
import { define, formatMoney, formatWhen, Part, t, tx } from '#web/kit/mod.ts'
import '#web/pay/transfer-view.ts'

const SHOWN_MAX = 10

/** What this fan sent to other communities, and how far each payment has come. */
class Sent extends Part {
  static override properties = { ...Part.properties, transfers: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      li {
        border-top: 1px solid var(--line);
        padding: 12px 0;
      }
      li:first-child {
        border-top: 0;
        padding-top: 0;
      }
    `,
  ]
  declare transfers: readonly TransferInfo[]

  constructor() {
    super()
    this.transfers = []
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = (): void => void this.load().catch(() => {})
    this.on('transfer', told => {
      if (this.transfers.some(one => one.id === told.id))
        this.transfers = this.transfers.map(one => (one.id === told.id ? told : one))
      else again()
    })
    this.cleanup(this.ctx.fan.identity.subscribe(again))
  }

  protected override async load(): Promise<void> {
    const key = this.ctx.fan.identity.get()?.key
    this.transfers =
      key === undefined ? [] : await this.ctx.api.get<TransferInfo[]>(`/transfers?account=${key}&limit=${SHOWN_MAX}`)
  }

  /** Nothing sent takes no room. */
  protected override updated(): void {
    this.hidden = this.transfers.length === 0
  }

  protected override render() {
    if (this.transfers.length === 0) return nothing
    return html`<section class="card stack" aria-labelledby="sent-title" data-testid="sent">
      <h2 id="sent-title">${t`Sent to other communities`}</h2>
      <ul>
        ${repeat(
          this.transfers,
          one => one.id,
          one =>
            html`<li class="stack tight">
              <p>
                ${
                  one.release === null
                    ? tx`${html`<b class="num">${formatMoney(one.amount, one.asset)}</b>`} to ${one.toName}`
                    : tx`${html`<b class="num">${formatMoney(one.amount, one.asset)}</b>`} to ${one.toName} for ${html`<a class="text" href="/release/${one.release}">${one.payeeName ?? t`a release`}</a>`}`
                }
                <span class="small muted">· ${formatWhen(one.at, Date.now())}</span>
              </p>
              <bs-transfer .ctx=${this.ctx} .transfer=${one}></bs-transfer>
            </li>`,
        )}
      </ul>
    </section>`
  }
}

define('bs-sent', Sent)
