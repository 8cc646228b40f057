import { css, html, nothing } from 'lit'
import type { TransferInfo, TransferProof } from '#protocols/api/v1/schemas.ts'
import {
  define,
  explain,
  formatClock,
  formatFine,
  formatMoney,
  heard,
  icon,
  m,
  Part,
  t,
  translated,
  tx,
} from '#web/kit/mod.ts'
import type { TransferAnswer } from '#web/verify/transfer-answer.ts'
import { stepsStyle } from './styles.ts'

const STEPS = [
  ['accepted', m('Accepted'), m('Your stage wrote your payment to its disk and gave you a signed promise.')],
  ['final', m('Final'), m('It is spent for good here, and on its way to the other community.')],
  [
    'delivered',
    m('Delivered'),
    m('The other community wrote it into its own log: the people who made this have the money.'),
  ],
  ['settled', m('Settled'), m('Your community owes the other one nothing more for it.')],
] as const

/** How far a payment to another community has come, as it happens, with a proof that this page checks by itself. */
class TransferView extends Part {
  static override properties = {
    ...Part.properties,
    transfer: { attribute: false },
    told: { state: true },
    answer: { state: true },
  }
  static override styles = [
    ...Part.styles,
    stepsStyle,
    css`
      li.back {
        color: var(--ink);
      }
      .proof {
        display: flex;
        gap: 8px;
        align-items: baseline;
      }
      .proof .icon {
        flex: none;
        translate: 0 0.2em;
      }
      .proof.good .icon {
        color: var(--good);
      }
      .proof.bad {
        color: var(--bad);
      }
    `,
  ]
  /** Id of the order, or what is known of it already. */
  declare transfer: string | TransferInfo
  declare told: TransferInfo | null
  declare answer: TransferAnswer | null
  #checked = ''

  constructor() {
    super()
    this.told = null
    this.answer = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('transfer', told => {
      if (told.id === this.#id) void this.#follow(told)
    })
  }

  get #id(): string {
    return typeof this.transfer === 'string' ? this.transfer : this.transfer.id
  }

  protected override async load(): Promise<void> {
    await this.#follow(await this.ctx.api.get<TransferInfo>(`/transfers/${this.#id}`))
  }

  /** Shows the newest, and checks the proof once there is an answer. */
  async #follow(told: TransferInfo): Promise<void> {
    this.told = told
    const decided = told.state === 'delivered' || told.state === 'settled' || (told.state === 'returned' && !told.late)
    const me = this.ctx.fan.identity.get()?.key
    if (!decided || me !== told.account || this.#checked === told.id) return
    this.#checked = told.id
    try {
      const [proof, { verifyTransfer }] = await Promise.all([
        this.ctx.api.get<TransferProof>(`/transfers/${told.id}`),
        import('#web/verify/verify-transfer.ts'),
      ])
      if (proof.answer === null) this.#checked = ''
      // Another payment's proof would prove another payment.
      else if (proof.id !== told.id) this.answer = { ok: false, message: t`it is about another payment` }
      else this.answer = await verifyTransfer(proof, me)
    } catch {
      this.#checked = ''
    }
  }

  protected override render() {
    const told = this.told ?? (typeof this.transfer === 'string' ? null : this.transfer)
    if (told === null) return html`<div class="small muted">${icon('spinner')} ${t`Sending`}</div>`
    return html`<div class="stack tight small" role="status" data-testid="transfer" data-state=${told.state}>
      ${told.state === 'returned' ? this.#returned(told) : this.#ladder(told)} ${this.#proof(told)}
    </div>`
  }

  #ladder(told: TransferInfo) {
    const reached = STEPS.findIndex(([state]) => state === told.state)
    return html`<ol aria-label=${t`How far your payment has come`}>
        ${STEPS.map(
          ([state, word, why], at) =>
            html`<li class=${at <= reached ? 'done' : ''} data-testid=${`step-${state}`} data-done=${at <= reached}>
              ${icon(at <= reached ? 'check' : 'spinner')} ${explain(translated(word), translated(why))}
            </li>`,
        )}
      </ol>
      ${
        told.state === 'accepted' || told.state === 'final'
          ? html`<p class="muted">
              ${
                told.late
                  ? t`${told.toName} has not answered in time. Your money returns when the two stages meet again, or by itself after a day.`
                  : t`If it is not delivered by ${formatClock(told.expiry)}, it comes back to you.`
              }
            </p>`
          : nothing
      }`
  }

  #returned(told: TransferInfo) {
    return html`<ol>
        <li class="back" data-testid="step-returned">${icon('back')} ${t`Returned to you`}</li>
      </ol>
      <p>
        ${told.refusal === null ? t`${told.toName} did not take it.` : heard(told.refusal.said)} ${t`You have your ${formatMoney(told.amount, told.asset)} back.`}
      </p>`
  }

  #proof(told: TransferInfo) {
    const answer = this.answer
    if (answer === null) return nothing
    if (!answer.ok)
      return html`<p class="proof bad" data-testid="transfer-proof" data-good="false">
        ${icon('close')}<span>${tx`The proof does not hold: ${heard(answer.message)}. Do not rely on it; ask ${told.toName}.`}</span>
      </p>`
    const by =
      answer.total === 1 ? t`the community’s own signature` : t`${answer.weight} of ${answer.total} auditor seats`
    return html`<p class="proof good muted" data-testid="transfer-proof" data-good="true">
      ${icon('shield')}<span
        >${
          answer.outcome === 'delivered'
            ? tx`Checked by this page alone: ${html`<b class="num">${formatFine(answer.arrived, told.asset)} ${told.asset.code}</b>`} stand in the log of ${told.toName}, certified by ${by}.`
            : t`Checked by this page alone: the refusal stands in the log, certified by ${by}.`
        }</span
      >
    </p>`
  }
}

define('bs-transfer', TransferView)
