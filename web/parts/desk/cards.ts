import { css, html, nothing } from 'lit'
import type { CardBatchInfo, PrintedCards } from '#protocols/api/v1/desk-schemas.ts'
import { define, explain, formatMoney, icon, Part, parseUnits, plural, t, tx } from '#web/kit/mod.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Top-up cards: issued in batches, printed here, redeemed once by whoever holds one. */
class Cards extends Part {
  static override properties = {
    ...Part.properties,
    batches: { state: true },
    printed: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 12px;
        align-items: end;
      }
      li {
        border-top: 1px solid var(--line);
        padding: 10px 0;
      }
      .card-texts li {
        display: flex;
        gap: 14px;
        padding: 6px 0;
      }
    `,
  ]
  declare batches: readonly CardBatchInfo[]
  declare printed: PrintedCards | null
  declare busy: boolean

  constructor() {
    super()
    this.batches = []
    this.printed = null
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('receipt', ({ own }) => own && void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    this.batches = await this.ctx.api.get<CardBatchInfo[]>('/codes')
  }

  async #issue(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const asset = this.ctx.stage.get()?.asset
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const amount = parseUnits(String(data.get('amount')), asset?.scale ?? 0)
    if (amount === null || amount === 0n) {
      this.toast(t`Type an amount with at most ${asset?.scale ?? 0} decimals.`, 'bad')
      return
    }
    const body = {
      count: Number(data.get('count')),
      amount: String(amount),
      expiry: Date.now() + Number(data.get('days')) * DAY_MS,
      label: String(data.get('label')).trim(),
    }
    this.busy = true
    await this.attempt(async () => {
      const batch = await this.ctx.api.send<CardBatchInfo>('POST', '/codes', body)
      form.reset()
      await this.load()
      await this.#print(batch.batch)
    })
    this.busy = false
  }

  async #print(batch: string): Promise<void> {
    await this.attempt(async () => {
      this.printed = await this.ctx.api.get<PrintedCards>(`/codes/${batch}/cards`)
    })
  }

  async #revoke({ batch, label, amount, asset }: CardBatchInfo): Promise<void> {
    await this.attempt(async () => {
      await this.ctx.api.send('POST', `/codes/${batch}/revoke`, { serials: [] })
      this.printed = null
      this.toast(
        t`The unused cards of ${label === '' ? formatMoney(amount, asset) : label} are worth nothing now.`,
        'good',
      )
      await this.load()
    })
  }

  protected override render() {
    const asset = this.ctx.stage.get()?.asset
    return html`<section class="card stack" aria-labelledby="cards-title" data-testid="cards">
      <div class="stack tight">
        <h2 id="cards-title">${t`Top-up cards`}</h2>
        <p class="small muted">
          ${tx`Print ${explain(t`codes`, t`Each stands for credit of your community, set aside when the cards are made. Whoever types one first has it; a second time it is refused. Anybody can check without asking you that a card is genuine.`)} and sell them at the door. Each can be redeemed once, on the page under Receipts.`}
        </p>
      </div>
      <form class="stack tight" @submit=${(event: SubmitEvent) => void this.#issue(event)}>
        <div class="fields">
          <label>${t`Cards`}<input name="count" data-testid="cards-count" type="number" min="1" max="1024" required value="10" /></label>
          <label
            >${tx`Each worth, ${asset?.code}`}<input
              name="amount"
              data-testid="cards-amount"
              required
              inputmode="decimal"
              autocomplete="off"
              placeholder="5"
          /></label>
          <label>${t`Good for, days`}<input name="days" type="number" min="1" max="3650" required value="365" /></label>
          <label>${t`Name`}<input name="label" maxlength="80" placeholder=${t`Summer fair`} /></label>
        </div>
        <div>
          <button data-testid="cards-issue" ?disabled=${this.busy}>${icon(this.busy ? 'spinner' : 'plus')} ${t`Make cards`}</button>
        </div>
      </form>
      ${this.printed === null ? nothing : this.#texts(this.printed)}
      ${
        this.batches.length === 0
          ? nothing
          : html`<ul class="small" aria-label=${t`Batches of cards`}>
              ${this.batches.map(batch => this.#batch(batch))}
            </ul>`
      }
    </section>`
  }

  #batch(one: CardBatchInfo) {
    return html`<li class="stack tight" data-testid="card-batch">
      <div class="row between">
        <span
          >${one.label === '' ? nothing : html`<b>${one.label}</b> `}<span class="num"
            >${tx`${plural(one.count, 'card')} of ${formatMoney(one.amount, one.asset)}`}</span
          ></span
        >
        <span class="muted num">${one.revoked === 0 ? t`${one.good} good, ${one.used} used` : t`${one.good} good, ${one.used} used, ${one.revoked} revoked`}</span>
      </div>
      ${
        one.good === 0
          ? nothing
          : html`<div class="row tight">
              <button class="tiny quiet" @click=${() => void this.#print(one.batch)}>${t`Show the codes`}</button>
              <button class="tiny quiet danger" data-testid="cards-revoke" @click=${() => void this.#revoke(one)}>
                ${t`Revoke the unused`}
              </button>
            </div>`
      }
    </li>`
  }

  #texts({ batch, cards, communityName }: PrintedCards) {
    return html`<div class="stack tight small">
      <p>${tx`${communityName}, ${formatMoney(batch.amount, batch.asset)} each. Keep these like cash.`}</p>
      <ol class="card-texts">
        ${cards.map(
          card =>
            html`<li><span class="muted num">${card.serial + 1}</span><span class="mono" data-testid="card-text">${card.text}</span></li>`,
        )}
      </ol>
      <div>
        <button
          class="tiny quiet"
          @click=${() => {
            this.printed = null
          }}
        >
          ${t`Hide them`}
        </button>
      </div>
    </div>`
  }
}

define('bs-desk-cards', Cards)
