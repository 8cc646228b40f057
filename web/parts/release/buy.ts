import { css, html, nothing } from 'lit'
import type { Originals, Owned, ReleaseDetail, Wallet } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { define, explain, formatBytes, formatMoney, icon, Part, t, tx } from '#web/kit/mod.ts'
import { noteStyle } from '#web/pay/styles.ts'
import './ladder.ts'

const ACCOUNT = /^[0-9a-f]{64}$/

/** The originals of a release: bought once, for oneself or somebody else, then handed out to the key that owns them. */
class Buy extends Part {
  static override properties = {
    ...Part.properties,
    release: { attribute: false },
    wallet: { state: true },
    owned: { state: true },
    files: { state: true },
    busy: { state: true },
    receipt: { state: true },
  }
  static override styles = [
    ...Part.styles,
    noteStyle,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 10px;
        align-items: end;
        padding-top: 10px;
      }
      summary {
        cursor: pointer;
      }
      li {
        display: flex;
        justify-content: space-between;
        gap: 12px;
        padding: 6px 0;
      }
    `,
  ]
  declare release: ReleaseDetail
  declare wallet: Wallet | null
  declare owned: boolean
  declare files: Originals | null
  declare busy: boolean
  declare receipt: number | null

  constructor() {
    super()
    this.wallet = null
    this.owned = false
    this.files = null
    this.busy = false
    this.receipt = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = (): void => void this.load().catch(() => {})
    this.on('receipt', ({ own }) => own && again())
    this.cleanup(this.ctx.fan.identity.subscribe(again))
  }

  protected override async load(): Promise<void> {
    const key = this.ctx.fan.identity.get()?.key
    if (key === undefined || !this.release.own) return
    const [wallet, owned] = await Promise.all([
      this.ctx.api.get<Wallet>(`/wallets/${key}`),
      this.ctx.api.get<Owned[]>(`/wallets/${key}/owned`),
    ])
    this.wallet = wallet
    this.owned = owned.some(one => one.release === this.release.id)
  }

  /** A purchase names who may have the files: oneself, or whom it is given to. */
  async #buy(account: string, about: string): Promise<void> {
    const { id, community, price, title } = this.release
    if (price?.download == null) return
    const { code, scale } = price.asset
    const order = {
      account: fromHex(account),
      amount: BigInt(price.download),
      asset: { code, scale, issuer: fromHex(community) },
      release: id,
      reference: null,
    }
    this.busy = true
    await this.attempt(async () => {
      const { receipt } = await this.ctx.fan.order(community, 'value/gift', order, about)
      this.receipt = receipt
      this.toast(t`${title} is paid, and divided among the people who made it.`, 'good')
      await this.load()
    })
    this.busy = false
  }

  async #mine(): Promise<void> {
    const { key } = await this.ctx.fan.ready()
    await this.#buy(key, t`${this.release.title}, the originals`)
  }

  async #give(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const account = String(new FormData(form).get('account')).trim().toLowerCase()
    if (!ACCOUNT.test(account)) this.toast(t`An account id has 64 characters, 0-9 and a-f.`, 'bad')
    else await this.#buy(account, t`${this.release.title}, as a gift`)
  }

  /** The stage hands out what this key owns, against its signature. */
  async #get(): Promise<void> {
    const { id, community } = this.release
    this.busy = true
    await this.attempt(async () => {
      const { envelope } = await this.ctx.fan.sign(community, 'access/originals', { release: id })
      this.files = await this.ctx.api.send<Originals>('POST', `/releases/${id}/originals`, { envelope })
    })
    this.busy = false
  }

  protected override updated(): void {
    this.hidden = this.release.price?.download == null
  }

  protected override render() {
    const { price, own, communityName } = this.release
    if (price?.download == null) return nothing
    const amount = formatMoney(price.download, price.asset)
    return html`<section class="card stack tight" aria-labelledby="buy-title" data-testid="buy">
      <div class="row between">
        <h2 id="buy-title">
          ${explain(t`The originals`, t`The files as the makers gave them, without loss. What plays here is a smaller copy of them. A purchase unlocks them for your key; a tip is a tip and unlocks nothing.`)}
        </h2>
        <b class="num">${amount}</b>
      </div>
      ${
        own
          ? this.owned
            ? this.#yours()
            : this.#offer(amount)
          : html`<p class="small muted">${tx`Sold at ${communityName}’s own page, from credit you hold there.`}</p>`
      }
      ${this.receipt === null ? nothing : html`<bs-ladder .ctx=${this.ctx} community=${this.release.community} .index=${this.receipt}></bs-ladder>`}
    </section>`
  }

  #offer(amount: string) {
    const price = BigInt(this.release.price?.download ?? '0')
    const balance = BigInt(this.wallet?.balance ?? '0')
    const short = this.wallet !== null && balance < price
    return html`${
      short
        ? html`<p class="note small">
              ${tx`You hold ${formatMoney(balance, this.release.asset)}. Ask the community’s desk for credit, or redeem a card under ${html`<a class="text" href="/receipts">${t`Receipts`}</a>`}.`}
            </p>`
        : nothing
    }
      <div class="row">
        <button data-testid="buy-send" ?disabled=${this.busy || short} @click=${() => void this.#mine()}>
          ${icon(this.busy ? 'spinner' : 'plus')} ${tx`Buy for ${amount}`}
        </button>
      </div>
      <details class="small">
        <summary class="muted">${t`Give it to somebody`}</summary>
        <form @submit=${(event: SubmitEvent) => void this.#give(event)}>
          <label
            >${t`Their account id`}<input
              name="account"
              class="mono"
              data-testid="gift-account"
              required
              autocomplete="off"
              spellcheck="false"
              placeholder=${t`They find it under “You”`}
          /></label>
          <button data-testid="gift-send" ?disabled=${this.busy || short}>${icon('heart')} ${t`Give`}</button>
        </form>
      </details>`
  }

  #yours() {
    if (this.files === null)
      return html`<p class="small muted" data-testid="owned">${t`They are yours.`}</p>
        <div class="row">
          <button data-testid="get-originals" ?disabled=${this.busy} @click=${() => void this.#get()}>
            ${icon(this.busy ? 'spinner' : 'check')} ${t`Get the files`}
          </button>
        </div>`
    return html`<ul class="small" aria-label=${t`The originals`}>
      ${this.files.files.map(
        file =>
          html`<li>
            <a class="text clip" data-testid="original" href=${file.url} download=${file.name}>${file.name}</a>
            <span class="muted num">${formatBytes(file.bytes)}</span>
          </li>`,
      )}
    </ul>`
  }
}

define('bs-buy', Buy)
