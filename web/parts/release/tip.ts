import { css, html, nothing } from 'lit'
import type { ReleaseDetail, SubmitResult, Wallet } from '#protocols/api/v1/schemas.ts'
import { splitAmount } from '#src/royalties/split.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { define, explain, formatMoney, formatShare, formatUnits, icon, Part, parseUnits } from '#web/kit/mod.ts'

const OFFERED_WHOLE = [1n, 5n, 10n]

/** Pays a release's parties from the fan's credit; shows beforehand, to the unit, who gets what. */
export class Tip extends Part {
  static override properties = {
    ...Part.properties,
    release: { attribute: false },
    wallet: { state: true },
    typed: { state: true },
    busy: { state: true },
    receipt: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      .amounts {
        display: grid;
        grid-template-columns: repeat(3, 1fr) minmax(96px, 1.3fr);
        gap: 8px;
      }
      .amounts button {
        padding: 0;
      }
      .amounts button[aria-pressed='true'] {
        background: var(--ink);
        color: var(--bg);
      }
      li {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 2px 12px;
        padding: 7px 0;
      }
      li .meter {
        grid-column: 1 / -1;
        height: 4px;
      }
      .note {
        background: var(--raised);
        border-radius: var(--radius-small);
        padding: 10px 14px;
      }
    `,
  ]
  declare release: ReleaseDetail
  declare wallet: Wallet | null
  declare typed: string
  declare busy: boolean
  declare receipt: number | null

  constructor() {
    super()
    this.wallet = null
    this.typed = '1'
    this.busy = false
    this.receipt = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('receipt', receipt => {
      const mine = this.ctx.fan.identity.get()?.key
      if (mine !== undefined && (receipt.payer === mine || receipt.lines.some(line => line.party === mine)))
        void this.load().catch(() => {})
    })
    this.cleanup(this.ctx.fan.identity.subscribe(() => void this.load().catch(() => {})))
  }

  protected override async load(): Promise<void> {
    const key = this.ctx.fan.identity.get()?.key
    if (key !== undefined && this.release.own) this.wallet = await this.ctx.api.get<Wallet>(`/wallets/${key}`)
  }

  get #amount(): bigint | null {
    const amount = parseUnits(this.typed, this.release.asset.scale)
    return amount === null || amount === 0n ? null : amount
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const amount = this.#amount
    if (amount === null || this.busy) return
    const { id, community, asset } = this.release
    const body = { release: id, amount, asset: { ...asset, issuer: fromHex(asset.issuer) }, note: null }
    this.busy = true
    await this.attempt(async () => {
      const result: SubmitResult = await this.ctx.fan.send(community, 'value/tip', body)
      this.receipt = result.receipt
      this.toast(`${formatMoney(amount, asset)} paid. Everyone named in the split has their part already.`, 'good')
      await this.load()
    })
    this.busy = false
  }

  protected override render() {
    const { own, communityName, splits } = this.release
    if (splits.length === 0) return nothing
    return html`<section class="card stack" aria-labelledby="tip-title" data-testid="tip">
      <div class="row between">
        <h2 id="tip-title">Tip the makers</h2>
        ${this.#balance()}
      </div>
      ${
        own
          ? this.#form()
          : html`<p class="note small">
                Tips for this release are paid at ${communityName}’s own page, from credit you hold there. This is how
                each is divided:
              </p>
              ${this.#lines(10_000n, 2)}`
      }
    </section>`
  }

  #balance() {
    if (!this.release.own) return nothing
    const { asset } = this.release
    return html`<span class="small muted"
      >${explain('Your credit', `What this community’s cash desk has credited to your account, in ${asset.code}. Open “You” to copy your account id and hand it to the desk.`)}:
      <b class="num" data-testid="wallet-balance">${formatMoney(this.wallet?.balance ?? '0', asset)}</b></span
    >`
  }

  #form() {
    const { asset } = this.release
    const amount = this.#amount
    const balance = BigInt(this.wallet?.balance ?? '0')
    const short = amount !== null && amount > balance
    const unit = 10n ** BigInt(asset.scale)
    return html`<form class="stack" @submit=${(event: SubmitEvent) => void this.#send(event)}>
      <div class="amounts">
        ${OFFERED_WHOLE.map(
          whole =>
            html`<button
              type="button"
              class="num"
              aria-pressed=${amount === whole * unit}
              @click=${() => {
                this.typed = String(whole)
              }}
            >
              ${String(whole)}
            </button>`,
        )}
        <input
          data-testid="tip-amount"
          inputmode="decimal"
          autocomplete="off"
          aria-label=${`Amount in ${asset.code}`}
          .value=${this.typed}
          @input=${(event: Event) => {
            this.typed = (event.target as HTMLInputElement).value
          }}
        />
      </div>
      ${amount === null ? html`<p class="small muted">Type an amount with at most ${asset.scale} decimals.</p>` : this.#lines(amount, null)}
      ${short ? html`<p class="note small">You hold ${formatMoney(balance, asset)}. Ask the community’s desk for credit: they need your account id, under “You”.</p>` : nothing}
      <div class="row">
        <button class="primary" data-testid="tip-send" ?disabled=${amount === null || this.busy}>
          ${icon(this.busy ? 'spinner' : 'heart')} Tip ${amount === null ? '' : formatMoney(amount, asset)}
        </button>
        ${this.receipt === null ? nothing : html`<a class="text small" data-testid="tip-receipt" href="/receipts/${this.release.community}/${this.receipt}">See the receipt</a>`}
      </div>
    </form>`
  }

  /** Who gets what. With `decimals`, the lines are shares of a hundred and no money is named. */
  #lines(amount: bigint, decimals: number | null) {
    const { splits, asset } = this.release
    return html`<ul aria-label="Who gets what" data-testid="tip-lines">
      ${splitAmount(amount, splits).map((line, index) => {
        const shares = splits[index]?.shares ?? 0
        return html`<li data-testid="tip-line">
          <span class="clip"
            >${line.party} <span class="muted small">${decimals === null ? formatShare(shares) : nothing}</span></span
          >
          <b class="num">${decimals === null ? formatUnits(line.amount, asset.scale) : formatShare(shares)}</b>
          <div class="meter"><i .style=${`width:${shares / 100}%`}></i></div>
        </li>`
      })}
    </ul>`
  }
}

define('bs-tip', Tip)
