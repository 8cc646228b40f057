import { html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { LogInfo, ReceiptInfo, ReceiptProof } from '#protocols/api/v1/schemas.ts'
import {
  define,
  explain,
  formatFine,
  formatMoney,
  formatWhen,
  heard,
  icon,
  Part,
  savePromise,
  t,
  translated,
  tx,
} from '#web/kit/mod.ts'
import type { CheckStep } from '#web/verify/check.ts'
import './balance.ts'
import './brought.ts'
import './dispute.ts'
import { receiptStyles } from './receipt-styles.ts'
import './sent.ts'
import './verify-file.ts'
import { LINE_WORDS, standing, whatOf } from './words.ts'

const LIMIT = 100

/** Every payment of every known community: who got what, and the proof of it. */
export default class Receipts extends Part {
  static override properties = {
    ...Part.properties,
    receipts: { state: true },
    checks: { state: true },
    logs: { state: true },
  }
  static override styles = [...Part.styles, receiptStyles]
  declare receipts: readonly ReceiptInfo[] | null
  declare checks: ReadonlyMap<string, readonly CheckStep[]>
  /** Who certifies the logs that the receipts are in. */
  declare logs: ReadonlyMap<string, LogInfo>

  constructor() {
    super()
    this.receipts = null
    this.checks = new Map()
    this.logs = new Map()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('receipt', receipt => {
      const others = (this.receipts ?? []).filter(one => keyOf(one) !== keyOf(receipt))
      this.receipts = [receipt, ...others].sort((a, b) => b.at - a.at)
    })
    this.on('log', ({ community, signedSize, finalSize }) => {
      this.receipts =
        this.receipts?.map(one =>
          one.community === community ? { ...one, finality: reached(one, signedSize, finalSize) } : one,
        ) ?? null
    })
  }

  protected override async load(): Promise<void> {
    const { community, index } = this.params
    const listed = await this.ctx.api.get<ReceiptInfo[]>(`/receipts?limit=${LIMIT}`)
    const named = listed.some(one => one.community === community && String(one.index) === index)
    if (community === undefined || index === undefined || named) this.receipts = listed
    else this.receipts = [await this.ctx.api.get<ReceiptProof>(`/receipts/${community}/${index}`), ...listed]
    const communities = [...new Set(this.receipts.map(one => one.community))]
    const logs = await Promise.all(communities.map(key => this.ctx.api.get<LogInfo>(`/log?community=${key}`)))
    this.logs = new Map(logs.map(log => [log.community, log]))
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
        <h1>${t`Receipts`}</h1>
        <p class="lede">
          ${tx`Every payment, and exactly who got what. Each is an entry in a ${explain(t`public log`, t`A book to which a community can add but in which it can change nothing unseen. Your own device can check that an entry stands in it.`)}; you need not believe it, you can check it here.`}
        </p>
      </div>
      <bs-balance .ctx=${this.ctx}></bs-balance>
      <bs-sent .ctx=${this.ctx}></bs-sent>
      ${this.#list()}
      <bs-brought .ctx=${this.ctx}></bs-brought>
      <bs-verify-file></bs-verify-file>
    </div>`
  }

  #list() {
    if (this.receipts === null) return html`<div class="skeleton block"></div>`
    if (this.receipts.length === 0)
      return html`<div class="empty">
        <h2>${t`No payments yet`}</h2>
        <p class="lede">
          ${t`A tip on a release shows up here the moment it is paid, divided to the last unit among the people who made the music.`}
        </p>
      </div>`
    return html`<ul class="stack">
      ${repeat(this.receipts, keyOf, receipt => this.#receipt(receipt))}
    </ul>`
  }

  #receipt(receipt: ReceiptInfo) {
    const { community, index, amount, asset, at, lines, own } = receipt
    const named = this.params.community === community && this.params.index === String(index)
    return html`<li class=${`card stack${named ? ' named' : ''}`} data-testid="receipt-row" data-index=${index}>
      <div class="row between top">
        <div class="grow">
          <h2 class="num">${receipt.kind === 'dispute' ? t`An objection` : formatMoney(amount, asset)}</h2>
          <p class="small muted">
            ${this.#what(receipt)} · ${own ? t`here` : t`at ${receipt.communityName}`} · ${formatWhen(at, Date.now())} ·
            <span class="num">${tx`no. ${index}`}</span>
          </p>
        </div>
        ${standing(receipt, this.logs.get(community))}
      </div>
      ${lines.length === 0 ? nothing : this.#lines(receipt)} ${this.#proof(receipt)}
    </li>`
  }

  #what({ kind, payer, credited, release, releaseTitle, peerName }: ReceiptInfo) {
    const me = this.ctx.fan.identity.get()?.key
    if (kind === 'issue')
      return credited !== null && credited === me
        ? t`Credit issued by the cash desk to you`
        : t`Credit issued by the cash desk`
    const words = whatOf(
      { kind: kind === 'gift' && credited === payer ? 'purchase' : kind, peerName, payer, credited },
      me,
    )
    if (release === null) return words
    return tx`${words} for ${html`<a class="text" href="/release/${release}">${releaseTitle ?? t`a release`}</a>`}`
  }

  #lines({ lines, asset, agreement, release }: ReceiptInfo) {
    const total = lines.reduce((sum, line) => sum + Number(line.amount), 0) || 1
    return html`<ul class="lines" aria-label=${t`Who got what`}>
        ${lines.map(
          line =>
            html`<li data-testid="receipt-line" data-state=${line.state}>
              <span class="clip"
                >${line.name === '' ? line.tag : line.name}
                <span class="muted small">${translated(LINE_WORDS[line.state] ?? '')}</span></span
              ><b class="num">${formatFine(line.amount, asset)}</b>
              <div class="meter"><i .style=${`width:${(100 * Number(line.amount)) / total}%`}></i></div>
            </li>`,
        )}
      </ul>
      ${
        agreement === null || release === null
          ? nothing
          : html`<p class="small"><a class="text" href="/agreements/${release}">${t`The agreement that divides it`}</a></p>`
      }`
  }

  #promise({ community, index }: ReceiptInfo) {
    const promise = this.ctx.fan.promises.get().find(one => one.community === community && one.index === index)
    return promise === undefined
      ? nothing
      : html`<button class="quiet tiny" @click=${() => savePromise(promise)}>${t`Save the signed promise`}</button>`
  }

  #proof(receipt: ReceiptInfo) {
    const steps = this.checks.get(keyOf(receipt))
    if (steps === undefined)
      return html`<div class="row tight">
        <button class="tiny" data-testid="check-proof" @click=${() => void this.#check(receipt)}>
          ${t`Check the proof here`}
        </button>
        ${this.#promise(receipt)} <bs-dispute .ctx=${this.ctx} .receipt=${receipt}></bs-dispute>
      </div>`
    const good = steps.every(step => step.good)
    return html`<div
      class=${`proof ${good ? 'good' : 'bad'}`}
      role="status"
      data-testid="proof-result"
      data-good=${good}
    >
      <b
        >${good ? t`Checked in this browser, without asking anybody` : t`This receipt does not hold. Do not rely on it.`}</b
      >
      <ol>
        ${steps.map(
          step =>
            html`<li>
              ${icon(step.good ? 'check' : 'close')}
              <div class="grow"><span>${heard(step.said)}</span><span class="mono muted">${heard(step.detail)}</span></div>
            </li>`,
        )}
      </ol>
    </div>`
  }
}

/** A list that was read before a head moved is told by the event alone. */
function reached({ index, finality }: ReceiptInfo, signedSize: number, finalSize: number): ReceiptInfo['finality'] {
  if (finality === 'final' || finalSize > index) return 'final'
  return signedSize > index ? 'signed' : finality
}

const keyOf = (receipt: ReceiptInfo): string => `${receipt.community}/${receipt.index}`

define('bs-receipts', Receipts)
