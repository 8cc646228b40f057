import { css, html, nothing } from 'lit'
import type { EvidenceInfo, FederationInfo, LogInfo, SeatInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, heard, icon, Part, plural, t, tx } from '#web/kit/mod.ts'

/** Who checks this community's log, whose logs it checks, and what was found wrong. */
class Auditors extends Part {
  static override properties = {
    ...Part.properties,
    federation: { state: true },
    evidence: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      li {
        display: flex;
        gap: 10px;
        align-items: center;
        justify-content: space-between;
        padding: 6px 0;
      }
      .halted {
        background: var(--raised);
        border-radius: var(--radius-small);
        border-inline-start: 4px solid var(--bad);
        padding: 12px 16px;
      }
      summary {
        cursor: pointer;
      }
    `,
  ]
  declare federation: FederationInfo | null
  declare evidence: readonly EvidenceInfo[]
  declare busy: boolean

  constructor() {
    super()
    this.federation = null
    this.evidence = []
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = (): void => void this.load().catch(() => {})
    this.on('log', again)
    this.on('federation', again)
  }

  protected override async load(): Promise<void> {
    const federation = await this.ctx.api.get<FederationInfo>('/federation')
    this.evidence = federation.evidence === 0 ? [] : await this.ctx.api.get<EvidenceInfo[]>('/evidence')
    this.federation = federation
  }

  async #succeed(): Promise<void> {
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.api.send<LogInfo>('POST', '/log/succeed')
      this.toast(t`A new log is open; all balances came along.`, 'good')
      await this.load()
    })
    this.busy = false
  }

  async #adopt(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    if (file === undefined) return
    await this.attempt(async () => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const charter = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
      this.federation = await this.ctx.api.send<FederationInfo>('POST', '/federation', { charter })
      this.toast(t`The charter is in force.`, 'good')
    })
    input.value = ''
  }

  protected override render() {
    const federation = this.federation
    if (federation === null) return nothing
    const { log, audits, epoch } = federation
    return html`<section class="card stack" aria-labelledby="auditors-title" data-testid="auditors">
      <div class="stack tight">
        <h2 id="auditors-title">${t`Auditors`}</h2>
        <p class="small muted">
          ${whoTheyAre(log)}
        </p>
      </div>
      ${log.state === 'halted' ? this.#halted(log) : nothing}
      ${log.committee.total === 1 ? nothing : this.#committee(log, epoch)}
      ${
        audits.length === 0
          ? nothing
          : html`<div class="stack tight small">
              <h3>${t`This stage checks`}</h3>
              <ul>
                ${audits.map(
                  one =>
                    html`<li>
                      <span class="clip">${one.name}</span>
                      <span class="muted num">${one.closed ? t`closed at ${plural(one.size, 'entry', 'entries')}` : plural(one.size, 'entry', 'entries')}</span>
                    </li>`,
                )}
              </ul>
            </div>`
      }
      ${this.#found()}
      <details class="small">
        <summary class="muted">${t`Join a federation, or take its next charter`}</summary>
        <label
          >${explain(t`Charter`, t`A file that all founding communities signed: who is a member, with what stake, and so who checks whom. \`bandstand federation\` makes and signs one.`)}
          <input type="file" data-testid="charter-input" @change=${(event: Event) => void this.#adopt(event)}
        /></label>
      </details>
    </section>`
  }

  #halted(log: LogInfo) {
    return html`<div class="halted stack tight" role="alert" data-testid="log-halted">
      <b>${t`The log stands still: nothing is paid until you act.`}</b>
      <p class="small">${log.reason}</p>
      <div>
        <button class="tiny" data-testid="log-succeed" ?disabled=${this.busy} @click=${() => void this.#succeed()}>
          ${icon(this.busy ? 'spinner' : 'check')} ${t`Close it and open its successor`}
        </button>
      </div>
    </div>`
  }

  #committee({ committee }: LogInfo, epoch: number) {
    const { signed, total, quorum, seats } = committee
    return html`<div class="stack tight small">
      <p data-testid="certified-by">
        ${tx`Newest entries certified by ${html`<b class="num">${t`${signed} of ${total}`}</b>`} seats; ${quorum} are needed. Epoch ${epoch}.`}
      </p>
      <ul>
        ${seats.map(seat => seatRow(seat))}
      </ul>
    </div>`
  }

  #found() {
    if (this.evidence.length === 0) return nothing
    return html`<div class="stack tight small" data-testid="evidence">
      <h3>${t`Found wrong`}</h3>
      <ul>
        ${this.evidence.map(
          ({ said, bytes, kind }) =>
            html`<li>
              <span>${heard(said)}</span>
              <a class="text" download=${`${kind}.evidence`} href=${`data:application/octet-stream;base64,${bytes}`}>${t`Proof`}</a>
            </li>`,
        )}
      </ul>
    </div>`
  }
}

function whoTheyAre({ committee }: LogInfo) {
  const auditors = explain(
    t`Auditors`,
    t`Other communities whose stages execute every entry of your log again and sign that it is right. A payment is final when enough of them have signed.`,
  )
  return committee.total === 1
    ? tx`${auditors} keep a log honest. This community stands alone so far: it certifies its own log, and pages say so.`
    : tx`${auditors} of this community’s log, chosen by the charter of its federation.`
}

function seatRow({ communityName, operator, weight, cosigned, ejected }: SeatInfo) {
  const chip = ejected
    ? html`<span class="chip bad">${t`does not count: proven dishonest`}</span>`
    : cosigned
      ? html`<span class="chip good">${icon('check')} ${t`signed`}</span>`
      : html`<span class="chip">${t`not yet`}</span>`
  return html`<li>
    <span class="clip"
      >${communityName} <span class="muted">· ${operator} · ${plural(weight, 'seat')}</span></span
    >
    ${chip}
  </li>`
}

define('bs-desk-auditors', Auditors)
