import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ReceiptInfo, ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { define, explain, formatMoney, formatUnits, formatWhen, icon, Part } from '#web/kit/mod.ts'
import type { CheckStep } from '#web/verify/check.ts'
import './verify-file.ts'

const LIMIT = 100

/** Every payment of every known community: who got what, and the proof of it. */
export default class Receipts extends Part {
  static override properties = { ...Part.properties, receipts: { state: true }, checks: { state: true } }
  static override styles = [...Part.styles, receiptStyles()]
  declare receipts: readonly ReceiptInfo[] | null
  declare checks: ReadonlyMap<string, readonly CheckStep[]>

  constructor() {
    super()
    this.receipts = null
    this.checks = new Map()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('receipt', receipt => {
      const others = (this.receipts ?? []).filter(one => keyOf(one) !== keyOf(receipt))
      this.receipts = [receipt, ...others].sort((a, b) => b.at - a.at)
    })
  }

  protected override async load(): Promise<void> {
    const { community, index } = this.params
    const listed = await this.ctx.api.get<ReceiptInfo[]>(`/receipts?limit=${LIMIT}`)
    const named = listed.some(one => one.community === community && String(one.index) === index)
    if (community === undefined || index === undefined || named) this.receipts = listed
    else this.receipts = [await this.ctx.api.get<ReceiptProof>(`/receipts/${community}/${index}`), ...listed]
  }

  async #check(receipt: ReceiptInfo): Promise<void> {
    await this.attempt(async () => {
      const [proof, { checkReceipt }] = await Promise.all([
        this.ctx.api.get<ReceiptProof>(`/receipts/${receipt.community}/${receipt.index}`),
        import('#web/verify/check.ts'),
      ])
      this.checks = new Map(this.checks).set(keyOf(receipt), checkReceipt(proof))
    })
  }

  protected override render() {
    return html`<div class="stack loose page">
      <div class="stack tight">
        <h1>Receipts</h1>
        <p class="lede">
          Every payment, and exactly who got what. Each is an entry in a
          ${explain('public log', 'A book to which a community can add but in which it can change nothing unseen. Your own device can check that an entry stands in it.')};
          you need not believe it, you can check it here.
        </p>
      </div>
      <bs-verify-file></bs-verify-file>
      ${this.#list()}
    </div>`
  }

  #list() {
    if (this.receipts === null) return html`<div class="skeleton block"></div>`
    if (this.receipts.length === 0)
      return html`<div class="empty">
        <h2>No payments yet</h2>
        <p class="lede">
          A tip on a release shows up here the moment it is paid, divided to the last unit among the people who made the
          music.
        </p>
      </div>`
    return html`<ul class="stack">
      ${repeat(this.receipts, keyOf, receipt => this.#receipt(receipt))}
    </ul>`
  }

  #receipt(receipt: ReceiptInfo) {
    const { community, index, kind, release, releaseTitle, amount, asset, at, lines, own, verified } = receipt
    const named = this.params.community === community && this.params.index === String(index)
    const mine = receipt.payer !== null && receipt.payer === this.ctx.fan.identity.get()?.key
    const total = Number(amount) || 1
    return html`<li class=${`card stack${named ? ' named' : ''}`} data-testid="receipt-row" data-index=${index}>
      <div class="row between top">
        <div class="grow">
          <h2 class="num">${formatMoney(amount, asset)}</h2>
          <p class="small muted">
            ${kind === 'issue' ? 'Credit issued by the cash desk' : html`Tip${mine ? ' by you' : ''} for ${release === null ? 'a release' : html`<a class="text" href="/release/${release}">${releaseTitle ?? 'a release'}</a>`}`}
            · ${own ? 'here' : `at ${receipt.communityName}`} · ${formatWhen(at, Date.now())} ·
            <span class="num">no. ${index}</span>
          </p>
        </div>
        ${
          verified
            ? html`<span
                class="chip good"
                data-testid="receipt-verified"
                title="This stage checked the signature and the inclusion proof"
                >${icon('check')} verified</span
              >`
            : html`<span class="chip bad">not verified yet</span>`
        }
      </div>
      ${
        kind === 'issue' || lines.length === 0
          ? nothing
          : html`<ul class="lines" aria-label="Who got what">
              ${lines.map(
                line =>
                  html`<li data-testid="receipt-line">
                    <span class="clip">${line.party}</span><b class="num">${formatUnits(line.amount, asset.scale)}</b>
                    <div class="meter"><i .style=${`width:${(100 * Number(line.amount)) / total}%`}></i></div>
                  </li>`,
              )}
            </ul>`
      }
      ${this.#proof(receipt)}
    </li>`
  }

  #proof(receipt: ReceiptInfo) {
    const steps = this.checks.get(keyOf(receipt))
    if (steps === undefined)
      return html`<div>
        <button class="tiny" data-testid="check-proof" @click=${() => void this.#check(receipt)}>
          Check the proof here
        </button>
      </div>`
    const good = steps.every(step => step.good)
    return html`<div
      class=${`proof ${good ? 'good' : 'bad'}`}
      role="status"
      data-testid="proof-result"
      data-good=${good}
    >
      <b
        >${good ? 'Checked in this browser, without asking anybody' : 'This receipt does not hold. Do not rely on it.'}</b
      >
      <ol>
        ${steps.map(
          step =>
            html`<li>
              ${icon(step.good ? 'check' : 'close')}
              <div class="grow"><span>${step.said}</span><span class="mono muted">${step.detail}</span></div>
            </li>`,
        )}
      </ol>
    </div>`
  }
}

const keyOf = (receipt: ReceiptInfo): string => `${receipt.community}/${receipt.index}`

function receiptStyles() {
  return css`
    .page {
      max-width: 760px;
    }
    .block {
      height: 180px;
    }
    .top {
      align-items: start;
    }
    .named {
      border-color: var(--accent);
    }
    .lines {
      display: grid;
      gap: 10px;
    }
    .lines li {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 3px 12px;
    }
    .lines .meter {
      grid-column: 1 / -1;
      height: 4px;
    }
    .proof {
      border-radius: var(--radius-small);
      background: var(--raised);
      padding: 14px 16px;
      display: grid;
      gap: 10px;
    }
    .proof.good b,
    .proof.good .icon {
      color: var(--good);
    }
    .proof.bad b,
    .proof.bad .icon {
      color: var(--bad);
    }
    .proof ol {
      display: grid;
      gap: 8px;
    }
    .proof ol li {
      display: flex;
      gap: 10px;
      font-size: 0.9rem;
    }
    .proof ol div {
      display: grid;
    }
    .proof .icon {
      margin-top: 2px;
    }
  `
}

define('bs-receipts', Receipts)
