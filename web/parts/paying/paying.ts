import { css, html, nothing } from 'lit'
import { define, formatMoney, formatUnits, icon, Part, type Paying, parseUnits, t, tx } from '#web/kit/mod.ts'

/** What listening costs, above the player: the limit is asked once, and the sum is seen as it grows. */
export default class PayStrip extends Part {
  static override properties = { ...Part.properties, typed: { state: true }, changing: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      :host {
        background: var(--surface);
        border-top: 1px solid var(--line);
      }
      section {
        padding: 10px 20px;
        max-width: 1440px;
        margin: auto;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 14px;
        align-items: center;
      }
      form p {
        flex: 1 1 260px;
      }
      label {
        display: flex;
        align-items: center;
        gap: 8px;
        white-space: nowrap;
      }
      input {
        width: 88px;
        min-height: 38px;
        padding: 6px 10px;
      }
      .line {
        display: flex;
        gap: 12px;
        align-items: center;
        justify-content: space-between;
      }
      .meter {
        flex: 1;
        max-width: 260px;
        height: 4px;
      }
      .buttons {
        display: flex;
        gap: 8px;
        align-items: center;
      }
      .buttons button {
        white-space: nowrap;
      }
      .stopped {
        flex-wrap: wrap;
      }
      .stopped > span:first-child {
        flex: 1 1 240px;
      }
    `,
  ]
  declare typed: string | null
  declare changing: boolean

  constructor() {
    super()
    this.typed = null
    this.changing = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.player.paying)
  }

  #allow(event: SubmitEvent, { asset }: Paying): void {
    event.preventDefault()
    const cap = parseUnits(String(new FormData(event.target as HTMLFormElement).get('cap')), asset.scale)
    if (cap === null || cap === 0n) this.toast(t`Type an amount with at most ${asset.scale} decimals.`, 'bad')
    else {
      this.changing = false
      this.ctx.player.allow(cap)
    }
  }

  protected override render() {
    const paying = this.ctx.player.paying.get()
    if (paying === null) return nothing
    return html`<section aria-label=${t`What listening costs`} data-testid="paying" data-phase=${paying.phase}>
      ${paying.phase === 'ask' || this.changing ? this.#ask(paying) : paying.phase === 'stopped' ? this.#stopped(paying) : this.#running(paying)}
    </section>`
  }

  #ask(paying: Paying) {
    const { asset, price, cap, balance, track } = paying
    const own = this.ctx.stage.get()?.community === track.community
    const name = this.ctx.communities.get().find(one => one.community === track.community)?.name
    return html`<form @submit=${(event: SubmitEvent) => this.#allow(event, paying)}>
      <p class="small">
        ${this.#price(html`<b class="num">${formatMoney(price, asset)}</b>`, own ? null : (name ?? t`the other community`))}
        ${balance === null ? nothing : html`<span class="muted">${t`You hold ${formatMoney(balance, asset)}.`}</span>`}
      </p>
      <label
        >${t`At most`}<input
          name="cap"
          data-testid="pay-cap"
          inputmode="decimal"
          autocomplete="off"
          .value=${formatUnits(cap, asset.scale)}
        />${asset.code}</label
      >
      <span class="buttons">
        <button class="primary tiny" data-testid="pay-allow">${icon('play')} ${t`Play`}</button>
        <button
          type="button"
          class="quiet tiny"
          @click=${() => {
            this.changing = false
            this.ctx.player.allow(null)
          }}
        >
          ${t`Not now`}
        </button>
      </span>
    </form>`
  }

  #price(price: unknown, to: string | null) {
    return to === null
      ? tx`${price} for each 30 seconds you listen. You pay for what you hear, and playing stops at your limit.`
      : tx`${price} for each 30 seconds you listen, sent on to ${to}. You pay for what you hear, and playing stops at your limit.`
  }

  #running({ phase, asset, spent, cap, price }: Paying) {
    if (phase === 'member')
      return html`<p class="small muted" role="status">${icon('check')} ${t`Your membership covers this.`}</p>`
    const share = cap === 0n ? 0 : Number((spent * 100n) / cap)
    return html`<div class="line small">
      <span class="num" data-testid="pay-total" data-spent=${String(spent)}
        >${tx`${html`<b>${formatMoney(spent, asset)}</b>`} of at most ${formatMoney(cap, asset)}`}</span
      >
      <span class="meter" aria-hidden="true"><i .style=${`width:${share}%`}></i></span>
      <span class="muted num">${t`${formatMoney(price, asset)} / 30 s`}</span>
    </div>`
  }

  #stopped({ sentence, asset, cap, balance }: Paying) {
    const empty = balance === 0n
    return html`<div class="line stopped small" role="status" data-testid="pay-stopped">
      <span>${sentence}</span>
      <span class="buttons"
        >${
          empty
            ? html`<a class="button tiny" href="/receipts">${t`Your balance`}</a>`
            : html`<button class="tiny" data-testid="pay-more" @click=${() => this.ctx.player.allow(cap)}>
                  ${tx`Another ${formatMoney(cap, asset)}`}</button
                ><button
                  class="quiet tiny"
                  @click=${() => {
                    this.changing = true
                  }}
                >
                  ${t`Other limit`}
                </button>`
        }<button class="quiet tiny" aria-label=${t`Close`} @click=${() => this.ctx.player.allow(null)}>${icon('close')}</button></span
      >
    </div>`
  }
}

define('bs-paying', PayStrip)
