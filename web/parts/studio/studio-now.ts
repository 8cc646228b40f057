import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ReceiptInfo, ReleaseSummary, Wallet } from '#protocols/api/v1/schemas.ts'
import { currentLanguage, define, explain, formatMoney, formatWhen, icon, Part, t } from '#web/kit/mod.ts'
import { whatOf } from '../receipts/words.ts'

/** Payments that are shown; older ones are under Receipts. */
const SHOWN = 5
const READ = 200

/** Plays, payments and the creator's own balance, as they move. */
class StudioNow extends Part {
  static override properties = {
    ...Part.properties,
    plays: { state: true },
    receipts: { state: true },
    wallet: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(120px, 1fr));
        gap: 16px;
        margin: 0;
      }
      dt {
        color: var(--muted);
        font-size: 0.875rem;
      }
      dd {
        font-size: 1.5rem;
        font-weight: 700;
        letter-spacing: -0.02em;
      }
      li a {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 2px 12px;
        padding-block: 9px;
        border-top: 1px solid var(--line);
      }
    `,
  ]
  /** By release. */
  declare plays: ReadonlyMap<string, number>
  /** What paid for own releases, newest first. */
  declare receipts: readonly ReceiptInfo[]
  declare wallet: Wallet | null

  constructor() {
    super()
    this.plays = new Map()
    this.receipts = []
    this.wallet = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('play', ({ release, plays }) => {
      if (this.plays.has(release)) this.plays = new Map(this.plays).set(release, plays)
    })
    this.on('receipt', receipt => {
      if (!receipt.own) return
      if (paysFor(receipt)) this.#take(receipt)
      void this.#balance().catch(() => {})
    })
    this.on('log', ({ community, finalSize }) => {
      this.receipts = this.receipts.map(one =>
        one.community === community && one.index < finalSize ? { ...one, finality: 'final' as const } : one,
      )
    })
    this.on('release', () => void this.load().catch(() => {}))
    this.on('agreement', () => void this.#balance().catch(() => {}))
    this.cleanup(this.ctx.fan.identity.subscribe(() => void this.#balance().catch(() => {})))
  }

  /** The same payment comes again as it becomes final. */
  #take(receipt: ReceiptInfo): void {
    const others = this.receipts.filter(({ index }) => index !== receipt.index)
    this.receipts = [...others, receipt].sort((a, b) => b.index - a.index).slice(0, SHOWN)
  }

  async #balance(): Promise<void> {
    const key = this.ctx.fan.identity.get()?.key
    this.wallet = key === undefined ? null : await this.ctx.api.get<Wallet>(`/wallets/${key}`)
  }

  protected override async load(): Promise<void> {
    const own = this.ctx.stage.get()?.community
    const [releases, receipts] = await Promise.all([
      this.ctx.api.get<ReleaseSummary[]>('/releases'),
      this.ctx.api.get<ReceiptInfo[]>(`/receipts?limit=${READ}${own === undefined ? '' : `&community=${own}`}`),
    ])
    this.plays = new Map(releases.filter(one => one.own).map(({ id, plays }) => [id, plays]))
    this.receipts = receipts
      .filter(paysFor)
      .sort((a, b) => b.index - a.index)
      .slice(0, SHOWN)
    await this.#balance()
  }

  protected override updated(): void {
    this.hidden = this.plays.size === 0
  }

  protected override render() {
    if (this.plays.size === 0) return nothing
    const asset = this.ctx.stage.get()?.asset
    const plays = [...this.plays.values()].reduce((sum, count) => sum + count, 0)
    return html`<section class="card stack" aria-labelledby="now-title" data-testid="studio-now">
      <h2 id="now-title">${t`As it happens`}</h2>
      <dl>
        <div>
          <dt>${explain(t`Plays`, t`Counted from the signed plays that listeners’ pages send, for everything published here.`)}</dt>
          <dd class="num" data-testid="now-plays">${plays.toLocaleString(currentLanguage())}</dd>
        </div>
        ${
          asset === undefined
            ? nothing
            : html`<div>
                <dt>
                  ${explain(t`Your balance`, t`What the log holds for the key on this device: your part of every payment, from the moment it is made. Others have theirs.`)}
                </dt>
                <dd class="num" data-testid="now-balance">${formatMoney(this.wallet?.balance ?? '0', asset)}</dd>
              </div>`
        }
      </dl>
      ${this.#list()}
    </section>`
  }

  #list() {
    if (this.receipts.length === 0)
      return html`<p class="small muted">${t`Nothing was paid yet. Tips, purchases and paid listening show up here the moment they happen.`}</p>`
    const me = this.ctx.fan.identity.get()?.key
    return html`<ul aria-live="polite">
      ${repeat(
        this.receipts,
        one => one.index,
        one =>
          html`<li data-testid="now-receipt">
            <a href="/receipts/${one.community}/${one.index}"
              ><span class="clip">${whatOf(one, me)}${one.releaseTitle === null ? nothing : ` · ${one.releaseTitle}`}</span
              ><b class="num">${formatMoney(one.amount, one.asset)}</b
              ><span class="small muted">${formatWhen(one.at, Date.now())}</span
              >${one.finality === 'final' ? html`<span class="small muted">${icon('check')} ${t`final`}</span>` : nothing}</a
            >
          </li>`,
      )}
    </ul>`
  }
}

/** Money that came in for a release of this community. */
const paysFor = ({ release, amount, kind }: ReceiptInfo): boolean =>
  release !== null && amount !== '0' && kind !== 'agreement' && kind !== 'transfer-out'

define('bs-studio-now', StudioNow)
