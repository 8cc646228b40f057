import { css, html, nothing } from 'lit'
import type { QuoteInfo, ReleaseDetail, Wallet } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { define, formatMoney, icon, Part, parseUnits, sentenceOf, t, tx } from '#web/kit/mod.ts'
import { quoteView } from './quote-view.ts'
import { amountsStyle, noteStyle, OFFERED_WHOLE } from './styles.ts'
import './transfer-view.ts'

/** A quote that ends this soon is asked for again before it is paid. */
const FRESH_MS = 3_000

/** Tips a release of another community: first what would arrive, then the payment, then how far it came. */
class CrossPay extends Part {
  static override properties = {
    ...Part.properties,
    release: { attribute: false },
    wallet: { state: true },
    typed: { state: true },
    quote: { state: true },
    refused: { state: true },
    busy: { state: true },
    sent: { state: true },
  }
  static override styles = [
    ...Part.styles,
    amountsStyle,
    noteStyle,
    css`
      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 6px 16px;
      }
      dd {
        text-align: end;
      }
    `,
  ]
  declare release: ReleaseDetail
  declare wallet: Wallet | null
  declare typed: string
  declare quote: QuoteInfo | null
  declare refused: string | null
  declare busy: boolean
  declare sent: string | null

  constructor() {
    super()
    this.wallet = null
    this.typed = '1'
    this.quote = null
    this.refused = null
    this.busy = false
    this.sent = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = (): void => void this.load().catch(() => {})
    this.on('receipt', ({ own }) => own && again())
    this.on('transfer', again)
    this.cleanup(this.ctx.fan.identity.subscribe(again))
  }

  protected override async load(): Promise<void> {
    const key = this.ctx.fan.identity.get()?.key
    this.wallet = key === undefined ? null : await this.ctx.api.get<Wallet>(`/wallets/${key}`)
  }

  get #asset() {
    return this.ctx.stage.get()?.asset ?? this.release.asset
  }

  get #amount(): bigint | null {
    const amount = parseUnits(this.typed, this.#asset.scale)
    return amount === null || amount === 0n ? null : amount
  }

  #type(text: string): void {
    this.typed = text
    this.quote = null
    this.refused = null
  }

  async #ask(): Promise<void> {
    const amount = this.#amount
    if (amount === null) return
    this.busy = true
    this.refused = null
    this.quote = null
    try {
      const wish = { to: this.release.community, payee: `release/${this.release.id}`, amount: String(amount) }
      // The best way first.
      const [best] = await this.ctx.api.send<QuoteInfo[]>('POST', '/quotes', wish)
      this.quote = best ?? null
    } catch (cause) {
      this.refused = sentenceOf(cause)
    }
    this.busy = false
  }

  async #send(): Promise<void> {
    if (this.quote !== null && this.quote.expiry < Date.now() + FRESH_MS) {
      const before = this.quote.arrives
      await this.#ask()
      if (this.quote === null || (this.quote as QuoteInfo).arrives !== before) return
    }
    const { quote } = this
    const home = this.ctx.stage.get()?.community
    if (quote === null || home === undefined) return
    const { code, scale } = this.#asset
    const order = {
      amount: BigInt(quote.amount),
      asset: { code, scale, issuer: fromHex(home) },
      to: fromHex(quote.to),
      via: quote.via.map(fromHex),
      payee: quote.payee,
      minimum: BigInt(quote.arrives),
      expiry: quote.orderExpiry,
      use: 'tip',
      reference: null,
      quote: fromHex(quote.id),
    }
    this.busy = true
    await this.attempt(async () => {
      const paid = formatMoney(quote.amount, this.#asset)
      const result = await this.ctx.fan.order(home, 'value/transfer', order, t`${paid} for ${this.release.title}`)
      this.sent = result.id
      this.quote = null
      this.#type('1')
      await this.load()
    })
    this.busy = false
  }

  protected override render() {
    const { release, sent } = this
    const asset = this.#asset
    return html`<div class="stack">
      ${this.#amounts()}
      ${this.quote === null ? this.#first(asset) : this.#quoted(this.quote)}
      ${
        this.refused === null
          ? nothing
          : html`<p class="note small" role="status" data-testid="cross-refused">
              ${this.refused} ${t`Nothing was paid. You can pay at ${release.communityName}’s own page instead, from credit you hold there.`}
            </p>`
      }
      ${sent === null ? nothing : html`<bs-transfer .ctx=${this.ctx} .transfer=${sent}></bs-transfer>`}
    </div>`
  }

  #amounts() {
    const amount = this.#amount
    const unit = 10n ** BigInt(this.#asset.scale)
    return html`<div class="amounts">
      ${OFFERED_WHOLE.map(
        whole =>
          html`<button
            type="button"
            class="num"
            aria-pressed=${amount === whole * unit}
            @click=${() => this.#type(String(whole))}
          >
            ${String(whole)}
          </button>`,
      )}
      <input
        data-testid="cross-amount"
        inputmode="decimal"
        autocomplete="off"
        aria-label=${t`Amount in ${this.#asset.code}`}
        .value=${this.typed}
        @input=${(event: Event) => this.#type((event.target as HTMLInputElement).value)}
      />
    </div>`
  }

  #first(asset: { readonly scale: number; readonly code: string; readonly issuer: string }) {
    const amount = this.#amount
    const balance = BigInt(this.wallet?.balance ?? '0')
    const short = amount !== null && amount > balance
    return html`${amount === null ? html`<p class="small muted">${tx`Type an amount with at most ${asset.scale} decimals.`}</p>` : nothing}
      ${
        short
          ? html`<p class="note small">
              ${tx`You hold ${formatMoney(balance, asset)} here. Ask your community’s desk for credit, or redeem a card under ${html`<a class="text" href="/receipts">${t`Receipts`}</a>`}.`}
            </p>`
          : nothing
      }
      <div class="row">
        <button
          type="button"
          class="primary"
          data-testid="cross-quote"
          ?disabled=${amount === null || short || this.busy}
          @click=${() => void this.#ask()}
        >
          ${icon(this.busy ? 'spinner' : 'heart')} ${t`See what arrives`}
        </button>
      </div>`
  }

  /** What would happen, before anything does. */
  #quoted(quote: QuoteInfo) {
    return html`${quoteView(quote, this.#asset, this.release.splits)}
      <div class="row tight">
        <button type="button" class="primary" data-testid="cross-send" ?disabled=${this.busy} @click=${() => void this.#send()}>
          ${icon(this.busy ? 'spinner' : 'send')} ${tx`Send ${formatMoney(quote.amount, this.#asset)}`}
        </button>
        <button
          type="button"
          class="quiet"
          @click=${() => {
            this.quote = null
          }}
        >
          ${t`Not now`}
        </button>
      </div>`
  }
}

define('bs-cross-pay', CrossPay)
