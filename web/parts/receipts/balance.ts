import { css, html, nothing } from 'lit'
import type { Wallet } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { define, explain, formatFine, formatMoney, formatUnits, icon, Part, parseUnits, t, tx } from '#web/kit/mod.ts'
import './redeem-card.ts'

/** What the person at this page holds here, and how they take it out. */
class Balance extends Part {
  static override properties = { ...Part.properties, wallet: { state: true }, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(90px, 140px) auto 1fr;
        gap: 10px;
        align-items: end;
        padding-top: 10px;
      }
      summary {
        cursor: pointer;
      }
    `,
  ]
  declare wallet: Wallet | null
  declare busy: boolean

  constructor() {
    super()
    this.wallet = null
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = (): void => void this.load().catch(() => {})
    this.on('receipt', receipt => {
      if (receipt.own) again()
    })
    this.on('agreement', again)
    this.cleanup(this.ctx.fan.identity.subscribe(again))
  }

  protected override async load(): Promise<void> {
    const key = this.ctx.fan.identity.get()?.key
    this.wallet = key === undefined ? null : await this.ctx.api.get<Wallet>(`/wallets/${key}`)
  }

  async #takeOut(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const community = this.ctx.stage.get()?.community
    const asset = this.wallet?.asset
    if (asset === undefined || community === undefined) return
    const amount = parseUnits(String(new FormData(form).get('amount')), asset.scale)
    if (amount === null || amount === 0n)
      return this.toast(t`Type an amount with at most ${asset.scale} decimals.`, 'bad')
    const order = { amount, asset: { ...asset, issuer: fromHex(asset.issuer) }, reference: null }
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.fan.order(community, 'value/redeem', order, t`${formatMoney(amount, asset)} taken out`)
      form.reset()
      this.toast(t`${formatMoney(amount, asset)} is yours at the cash desk: show them the receipt.`, 'good')
      await this.load()
    })
    this.busy = false
  }

  protected override render() {
    const wallet = this.wallet
    if (wallet === null) return nothing
    const { asset, balance, fine } = wallet
    const exact = formatFine(fine, asset)
    return html`<section class="card stack tight" aria-labelledby="balance-title">
      <div class="row between">
        <h2 id="balance-title">${t`Your balance here`}</h2>
        <b class="num" data-testid="balance">${formatMoney(balance, asset)}</b>
      </div>
      <p class="small"><a class="text" href="/agreements">${t`Releases that you share in`}</a></p>
      ${
        fine === '0' || exact === formatUnits(balance, asset.scale)
          ? nothing
          : html`<p class="small muted">
              ${explain(t`Counted exactly`, t`Shares are counted far below the smallest coin, so that nothing is lost in rounding. What is smaller than a coin stays in your balance until it is one.`)}:
              <span class="num">${exact} ${asset.code}</span>
            </p>`
      }
      <bs-redeem-card .ctx=${this.ctx}></bs-redeem-card>
      ${
        balance === '0'
          ? nothing
          : html`<details class="small">
              <summary class="muted">${t`Take it out`}</summary>
              <form @submit=${(event: SubmitEvent) => void this.#takeOut(event)}>
                <label
                  >${tx`Amount, ${asset.code}`}<input
                    name="amount"
                    data-testid="redeem-amount"
                    required
                    inputmode="decimal"
                    autocomplete="off"
                /></label>
                <button data-testid="redeem-submit" ?disabled=${this.busy}>
                  ${icon(this.busy ? 'spinner' : 'check')} ${t`Take out`}
                </button>
              </form>
              <span class="hint">${t`The community’s cash desk hands it over; it leaves your balance now.`}</span>
            </details>`
      }
    </section>`
  }
}

define('bs-balance', Balance)
