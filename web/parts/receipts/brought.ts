import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { define, formatMoney, formatWhen, icon, Part, savePromise, shortKey, t, tx } from '#web/kit/mod.ts'
import type { BroughtReceipt } from '#web/verify/brought.ts'

const SHOWN_MAX = 20

/** Receipts that the fan took along from other stages: each proves itself, whoever shows it. */
class Brought extends Part {
  static override properties = { ...Part.properties, receipts: { state: true }, all: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      li {
        border-top: 1px solid var(--line);
        padding: 12px 0;
      }
      .good {
        color: var(--good);
      }
      .bad {
        color: var(--bad);
      }
    `,
  ]
  declare receipts: readonly BroughtReceipt[]
  declare all: boolean

  constructor() {
    super()
    this.receipts = []
    this.all = false
  }

  protected override async load(): Promise<void> {
    const { broughtReceipts } = await import('#web/fan/brought.ts')
    const kept = await broughtReceipts()
    if (kept.length === 0) return
    const { checkBrought } = await import('#web/verify/brought.ts')
    this.receipts = kept.map(checkBrought).sort((a, b) => (b.proof?.at ?? 0) - (a.proof?.at ?? 0))
  }

  /** Nothing brought takes no room. */
  protected override updated(): void {
    this.hidden = this.receipts.length === 0
  }

  protected override render() {
    if (this.receipts.length === 0) return nothing
    const shown = this.all ? this.receipts : this.receipts.slice(0, SHOWN_MAX)
    return html`<section class="card stack" aria-labelledby="brought-title" data-testid="brought">
      <div class="stack tight">
        <h2 id="brought-title">${t`Brought with you`}</h2>
        <p class="small muted">${t`Receipts from other stages, checked on this device. They lie here and nowhere else.`}</p>
      </div>
      <ul>
        ${repeat(
          shown,
          one => `${one.community}/${one.index}`,
          one => this.#row(one),
        )}
      </ul>
      ${
        shown.length === this.receipts.length
          ? nothing
          : html`<div>
              <button
                class="tiny"
                @click=${() => {
                  this.all = true
                }}
              >
                ${t`Show all ${this.receipts.length}`}
              </button>
            </div>`
      }
    </section>`
  }

  #row({ community, index, proof, good }: BroughtReceipt) {
    const promise = this.ctx.fan.promises.get().find(one => one.community === community && one.index === index)
    return html`<li class="row between" data-testid="brought-receipt" data-good=${String(good)}>
      <span class="grow">
        ${proof === null ? html`<b>${t`A receipt that cannot be read`}</b>` : this.#what(proof)}
        <span class="small muted num">· ${tx`no. ${index}`}</span>
      </span>
      <span class=${`small ${good ? 'good' : 'bad'}`}
        >${icon(good ? 'check' : 'close')} ${good ? t`The proof holds` : t`The proof does not hold`}</span
      >
      ${promise === undefined ? nothing : html`<button class="quiet tiny" @click=${() => savePromise(promise)}>${t`Save the signed promise`}</button>`}
    </li>`
  }

  #what({ amount, asset, communityName, community, at, releaseTitle }: ReceiptProof) {
    return html`<b class="num">${formatMoney(amount, asset)}</b> ${releaseTitle ?? nothing}
      <span class="small muted">${t`at ${communityName || shortKey(community)}`} · ${formatWhen(at, Date.now())}</span>`
  }
}

define('bs-brought', Brought)
