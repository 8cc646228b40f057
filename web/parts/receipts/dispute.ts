import { html, nothing } from 'lit'
import type { ReceiptInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, Part, t } from '#web/kit/mod.ts'

const DISPUTABLE = new Set<ReceiptInfo['kind']>(['gift', 'purchase'])

/** Of one's own purchase: asks the community to look at it again. */
class Dispute extends Part {
  static override properties = {
    ...Part.properties,
    receipt: { attribute: false },
    sent: { state: true },
    busy: { state: true },
  }
  declare receipt: ReceiptInfo
  declare sent: boolean
  declare busy: boolean

  constructor() {
    super()
    this.sent = false
    this.busy = false
  }

  async #dispute(): Promise<void> {
    const { community, index } = this.receipt
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.fan.order(
        community,
        'value/dispute',
        { receipt: index, reason: null },
        t`Dispute of receipt ${index}`,
      )
      this.sent = true
      this.toast(t`The people at the desk see it now. They can refund it, share by share.`, 'good')
    })
    this.busy = false
  }

  protected override render() {
    const { kind, own, payer } = this.receipt
    if (!own || !DISPUTABLE.has(kind) || payer === null || payer !== this.ctx.fan.identity.get()?.key) return nothing
    if (this.sent) return html`<span class="small muted">${t`Disputed`}</span>`
    return html`<span class="row tight small"
      ><button class="quiet tiny" data-testid="dispute" ?disabled=${this.busy} @click=${() => void this.#dispute()}>
        ${t`Something is wrong`}</button
      >${explain(t`What happens then`, t`Your objection is written beside the receipt, and the community’s desk sees it first. A refund takes every share back and returns the whole sum to you. Nothing is ever deleted.`)}</span
    >`
  }
}

define('bs-dispute', Dispute)
