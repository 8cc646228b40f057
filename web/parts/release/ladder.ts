import { html, nothing } from 'lit'
import type { LogInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, icon, Part, savePromise, t } from '#web/kit/mod.ts'
import { stepsStyle } from '#web/pay/styles.ts'

/** How far one payment has come, as it happens: accepted, signed, final. */
class Ladder extends Part {
  static override properties = {
    ...Part.properties,
    community: {},
    index: { attribute: false },
    log: { state: true },
  }
  static override styles = [...Part.styles, stepsStyle]
  declare community: string
  declare index: number
  declare log: LogInfo | null

  constructor() {
    super()
    this.log = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('log', moved => {
      if (moved.community === this.community) void this.load().catch(() => {})
    })
  }

  protected override async load(): Promise<void> {
    this.log = await this.ctx.api.get<LogInfo>(`/log?community=${this.community}`)
  }

  protected override render() {
    const log = this.log
    const isSigned = log !== null && log.signedSize > this.index
    const isFinal = log !== null && log.finalSize > this.index
    const alone = log === null || log.committee.total === 1
    const promise = this.ctx.fan.promises
      .get()
      .find(one => one.community === this.community && one.index === this.index)
    const step = (done: boolean, text: unknown, id: string) =>
      html`<li class=${done ? 'done' : ''} data-testid=${`step-${id}`} data-done=${done}>
        ${icon(done ? 'check' : 'spinner')} ${text}
      </li>`
    return html`<div class="stack tight small" role="status" data-testid="ladder">
      <ol aria-label=${t`How far your payment has come`}>
        ${step(true, explain(t`Accepted`, t`The stage wrote your payment to its disk and gave you a signed promise, which this page keeps.`), 'accepted')}
        ${step(isSigned, explain(t`Signed`, t`The community signed its public log with your payment in it.`), 'signed')}
        ${step(
          isFinal,
          explain(
            t`Final`,
            alone
              ? t`This community stands alone: its own signature makes a payment final. In a federation, other communities check it too.`
              : t`Other communities executed your payment again and confirmed it: ${log.committee.quorum} of ${log.committee.total} seats are needed.`,
          ),
          'final',
        )}
      </ol>
      <span class="row tight">
        <a class="text" data-testid="tip-receipt" href="/receipts/${this.community}/${this.index}">${t`See the receipt`}</a>
        ${
          promise === undefined
            ? nothing
            : html`<button type="button" class="quiet tiny" data-testid="save-promise" @click=${() => savePromise(promise)}>
                ${t`Save the signed promise`}
              </button>`
        }
      </span>
    </div>`
  }
}

define('bs-ladder', Ladder)
