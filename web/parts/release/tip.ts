import { css, html, nothing } from 'lit'
import type { AgreementInfo, ReleaseDetail, Wallet } from '#protocols/api/v1/schemas.ts'
import { splitAmount } from '#src/royalties/split.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { define, explain, formatFine, formatMoney, formatShare, icon, Part, parseUnits, t, tx } from '#web/kit/mod.ts'
import { amountsStyle, noteStyle, OFFERED_WHOLE } from '#web/pay/styles.ts'
import '#web/pay/cross-pay.ts'
import './ladder.ts'

/** Pays a release's parties from the fan's credit; shows beforehand, to the unit, who gets what. */
export class Tip extends Part {
  static override properties = {
    ...Part.properties,
    release: { attribute: false },
    wallet: { state: true },
    agreement: { state: true },
    typed: { state: true },
    busy: { state: true },
    receipt: { state: true },
  }
  static override styles = [
    ...Part.styles,
    amountsStyle,
    noteStyle,
    css`
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
    `,
  ]
  declare release: ReleaseDetail
  declare wallet: Wallet | null
  declare agreement: AgreementInfo | null
  declare typed: string
  declare busy: boolean
  declare receipt: number | null

  constructor() {
    super()
    this.wallet = null
    this.agreement = null
    this.typed = '1'
    this.busy = false
    this.receipt = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('receipt', receipt => {
      const mine = this.ctx.fan.identity.get()?.key
      if (mine !== undefined && (receipt.payer === mine || receipt.credited === mine)) void this.load().catch(() => {})
    })
    this.on('agreement', ({ release }) => {
      if (release === this.release.id) void this.load().catch(() => {})
    })
    this.cleanup(this.ctx.fan.identity.subscribe(() => void this.load().catch(() => {})))
  }

  protected override async load(): Promise<void> {
    const { id, own } = this.release
    const [agreement] = await this.ctx.api.get<AgreementInfo[]>(`/agreements?release=${id}`)
    this.agreement = agreement ?? null
    const key = this.ctx.fan.identity.get()?.key
    if (key !== undefined && own) this.wallet = await this.ctx.api.get<Wallet>(`/wallets/${key}`)
  }

  get #amount(): bigint | null {
    const amount = parseUnits(this.typed, this.release.asset.scale)
    return amount === null || amount === 0n ? null : amount
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const amount = this.#amount
    if (amount === null || this.busy) return
    const { id, community, asset, title } = this.release
    const order = {
      amount,
      asset: { ...asset, issuer: fromHex(asset.issuer) },
      release: id,
      reference: null,
      use: 'tip',
    }
    const paid = formatMoney(amount, asset)
    this.busy = true
    await this.attempt(async () => {
      const result = await this.ctx.fan.order(community, 'value/tip', order, t`${paid} for ${title}`)
      this.receipt = result.receipt
      this.typed = '1'
      this.toast(t`${paid} paid, and divided among the people who made this.`, 'good')
      await this.load()
    })
    this.busy = false
  }

  protected override render() {
    const { own, communityName, splits } = this.release
    if (splits.length === 0) return nothing
    return html`<section class="card stack" aria-labelledby="tip-title" data-testid="tip">
      <div class="row between">
        <h2 id="tip-title">${t`Tip the makers`}</h2>
        ${this.#balance()}
      </div>
      ${
        own
          ? this.#form()
          : html`<p class="small muted">
                ${tx`From your credit here to ${communityName}, and divided there as its makers agreed:`}
              </p>
              ${this.#lines(10_000n, true)}
              <bs-cross-pay .ctx=${this.ctx} .release=${this.release}></bs-cross-pay>`
      }
      ${this.#waiting()}
    </section>`
  }

  /** Whose part is kept back, and until when; said without blame. */
  #waiting() {
    const waiting = this.agreement?.parties.filter(party => party.standing !== 'active') ?? []
    if (waiting.length === 0) return nothing
    return html`<p class="small muted" data-testid="held-for">
      ${icon('shield')} ${explain(t`Held safely`, t`Everybody who shares in a release signs its split once. Until then their part is put aside in the public log; nobody else can take it.`)}:
      ${waiting.map(
        (party, at) =>
          html`${at === 0 ? nothing : t`, `}${party.standing === 'disputed' ? t`the part of ${party.name} until a dispute is settled` : t`the part of ${party.name} until they sign`}`,
      )}.
      <a class="text" href="/agreements/${this.release.id}">${t`Who shares in this`}</a>
    </p>`
  }

  #balance() {
    if (!this.release.own) return nothing
    const { asset } = this.release
    return html`<span class="small muted"
      >${explain(t`Your credit`, t`What this community’s cash desk has credited to your account, in ${asset.code}. Open “You” to copy your account id and hand it to the desk.`)}:
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
          aria-label=${t`Amount in ${asset.code}`}
          .value=${this.typed}
          @input=${(event: Event) => {
            this.typed = (event.target as HTMLInputElement).value
          }}
        />
      </div>
      ${amount === null ? html`<p class="small muted">${tx`Type an amount with at most ${asset.scale} decimals.`}</p>` : this.#lines(amount, false)}
      ${short ? html`<p class="note small">${tx`You hold ${formatMoney(balance, asset)}. Ask the community’s desk for credit: they need your account id, under “You”.`}</p>` : nothing}
      <div class="row">
        <button class="primary" data-testid="tip-send" ?disabled=${amount === null || this.busy}>
          ${icon(this.busy ? 'spinner' : 'heart')} ${amount === null ? t`Tip` : t`Tip ${formatMoney(amount, asset)}`}
        </button>
      </div>
      ${this.receipt === null ? nothing : html`<bs-ladder .ctx=${this.ctx} community=${this.release.community} .index=${this.receipt}></bs-ladder>`}
    </form>`
  }

  /** Who gets what; as shares of a hundred when no money is named. */
  #lines(amount: bigint, sharesOnly: boolean) {
    const { splits, asset } = this.release
    const fine = amount * 10n ** BigInt(9 - asset.scale)
    return html`<ul aria-label=${t`Who gets what`} data-testid="tip-lines">
      ${splitAmount(fine, splits).map((line, index) => {
        const shares = splits[index]?.shares ?? 0
        return html`<li data-testid="tip-line">
          <span class="clip"
            >${line.party} <span class="muted small">${sharesOnly ? nothing : formatShare(shares)}</span></span
          >
          <b class="num">${sharesOnly ? formatShare(shares) : formatFine(line.amount, asset)}</b>
          <div class="meter"><i .style=${`width:${shares / 100}%`}></i></div>
        </li>`
      })}
    </ul>`
  }
}

define('bs-tip', Tip)
