import { css, html, nothing } from 'lit'
import type { LogInfo, ReceiptInfo } from '#protocols/api/v1/schemas.ts'
import {
  define,
  explain,
  formatMoney,
  formatWhen,
  icon,
  Part,
  parseUnits,
  plural,
  shortKey,
  t,
  tx,
} from '#web/kit/mod.ts'
import { sourced } from './sourced.ts'

/** As many as a desk hands out in an evening. */
const REDEEMED_MAX = 10

/** The cash desk and the community's log. */
class Money extends Part {
  static override properties = {
    ...Part.properties,
    log: { state: true },
    redeemed: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      .two {
        display: grid;
        grid-template-columns: 130px minmax(0, 1fr);
        gap: 12px;
      }
      pre {
        margin: 0;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        background: var(--bg);
        border-radius: var(--radius-small);
        padding: 12px;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 6px 16px;
      }
      summary {
        cursor: pointer;
      }
    `,
  ]
  declare log: LogInfo | null
  declare redeemed: readonly ReceiptInfo[]
  declare busy: boolean
  /** When the log was read. */
  #at = 0

  constructor() {
    super()
    this.log = null
    this.redeemed = []
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('receipt', receipt => {
      if (receipt.own) void this.load().catch(() => {})
    })
    this.on('log', ({ community }) => {
      if (community === this.log?.community) void this.load().catch(() => {})
    })
  }

  protected override async load(): Promise<void> {
    this.log = await this.ctx.api.get<LogInfo>('/log')
    this.#at = Date.now()
    const recent = await this.ctx.api.get<ReceiptInfo[]>(`/receipts?community=${this.log.community}&limit=200`)
    this.redeemed = recent.filter(receipt => receipt.kind === 'redeem').slice(0, REDEEMED_MAX)
  }

  async #issue(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const asset = this.ctx.stage.get()?.asset
    if (asset === undefined) return
    const amount = parseUnits(String(data.get('amount')), asset.scale)
    if (amount === null || amount === 0n)
      return this.toast(t`Type an amount with at most ${asset.scale} decimals.`, 'bad')
    const body = {
      account: String(data.get('account')).trim().toLowerCase(),
      amount: String(amount),
      evidence: String(data.get('evidence')).trim(),
    }
    this.busy = true
    await this.attempt(async () => {
      const receipt = await this.ctx.api.send<ReceiptInfo>('POST', '/desk/credits', body)
      form.reset()
      this.toast(t`${formatMoney(receipt.amount, receipt.asset)} credited; receipt ${receipt.index}.`, 'good')
      await this.load()
    })
    this.busy = false
  }

  async #mine(event: Event): Promise<void> {
    const input = ((event.target as HTMLElement).closest('form') as HTMLFormElement).elements.namedItem(
      'account',
    ) as HTMLInputElement
    await this.attempt(async () => {
      input.value = (await this.ctx.fan.ready()).key
    })
  }

  protected override render() {
    return html`<div class="stack">${this.#desk()}${this.log === null ? nothing : this.#log(this.log)}</div>`
  }

  #desk() {
    const asset = this.ctx.stage.get()?.asset
    return html`<section class="card stack" aria-labelledby="credit-title">
      <div class="stack tight">
        <h2 id="credit-title">${t`Cash desk`}</h2>
        <p class="small muted">
          ${tx`Credit a fan’s account so that they can tip. ${explain(t`This credit`, t`${asset?.code ?? t`The unit`} is counted here and nowhere else: a promise by your community. Every unit you issue is a receipt in the public log.`)} is a promise of this community. What it was for stays on this machine; the log holds only its seal.`}
        </p>
      </div>
      <form class="stack tight" @submit=${(event: SubmitEvent) => void this.#issue(event)}>
        <div class="label">
          <span class="row tight between"
            ><label for="account">${t`Account id`}</label
            ><button
              type="button"
              class="quiet tiny"
              data-testid="credit-mine"
              @click=${(event: Event) => void this.#mine(event)}
            >
              ${t`Use mine`}
            </button></span
          >
          <input
            id="account"
            name="account"
            class="mono"
            data-testid="credit-account"
            required
            pattern="\\s*[0-9a-fA-F]{64}\\s*"
            title=${t`64 characters, 0-9 and a-f`}
            autocomplete="off"
            spellcheck="false"
            placeholder=${t`The fan finds it under “You”`}
          />
        </div>
        <div class="two">
          <label
            >${tx`Amount, ${asset?.code}`}<input
              name="amount"
              data-testid="credit-amount"
              required
              inputmode="decimal"
              autocomplete="off"
              placeholder="20"
          /></label>
          <label
            >${t`What for`}<input
              name="evidence"
              data-testid="credit-evidence"
              required
              maxlength="200"
              placeholder=${t`Cash at the door, Friday`}
          /></label>
        </div>
        <div>
          <button data-testid="credit-submit" ?disabled=${this.busy}>
            ${this.busy ? icon('spinner') : icon('plus')} ${t`Credit the account`}
          </button>
        </div>
      </form>
      ${this.redeemed.length === 0 ? nothing : this.#handOut()}
    </section>`
  }

  /** What members took out of their balance, for the desk to hand over. */
  #handOut() {
    return html`<div class="stack tight" data-testid="redeemed">
      <h3>
        ${explain(t`To hand out`, t`These members took credit out of their balance. It is gone from their account; you give them its worth, by whatever means you agreed on.`)}
      </h3>
      <ul class="stack tight small">
        ${this.redeemed.map(
          ({ amount, asset, payer, index, at }) =>
            html`<li class="row between">
              <span>${tx`${html`<b class="num">${formatMoney(amount, asset)}</b>`} to ${html`<span class="mono">${shortKey(payer ?? '')}</span>`}`}</span>
              <a class="text num" href="/receipts/${this.log?.community}/${index}">${tx`no. ${index}`}</a>
              <span class="muted">${formatWhen(at, Date.now())}</span>
            </li>`,
        )}
      </ul>
    </div>`
  }

  #log(log: LogInfo) {
    return html`<section class="card stack" aria-labelledby="log-title">
      <div class="row between">
        <h2 id="log-title">
          ${explain(t`Log`, t`The public book of this community: every credit and tip is an entry that can be added but never changed. Anyone can check it.`)}
        </h2>
        <span class="row tight small"
          ><a class="text" href="/agreements">${t`Agreements`}</a> <a class="text" href="/receipts">${t`All receipts`}</a></span
        >
      </div>
      <dl class="small">
        <dt class="muted">${t`Entries`}</dt>
        <dd class="num" data-testid="log-size">${sourced(plural(log.size, 'entry', 'entries'), t`The size of the community’s own log, as its newest head says.`, this.#at)}</dd>
        <dt class="muted">
          ${explain(t`Root`, t`One number computed from all entries. If a single character of any entry were changed, it would be another number.`)}
        </dt>
        <dd class="mono" data-testid="log-root">${log.root}</dd>
      </dl>
      <details class="small">
        <summary class="muted">${t`Signed checkpoint`}</summary>
        <pre class="mono">${log.checkpoint}</pre>
      </details>
    </section>`
  }
}

define('bs-desk-money', Money)
