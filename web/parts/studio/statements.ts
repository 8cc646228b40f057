import { css, html, nothing } from 'lit'
import type { AgreementInfo, Problem } from '#protocols/api/v1/schemas.ts'
import type { StatementFormat } from '#protocols/api/v1/statements.ts'
import { ApiError, define, explain, heard, icon, m, Part, t, translated } from '#web/kit/mod.ts'

const FORMATS: readonly (readonly [format: StatementFormat, name: string, meaning: string])[] = [
  ['csv', m('Table (CSV)'), m('One line for each payment and party, for any spreadsheet.')],
  [
    'bundle',
    m('Proof bundle'),
    m('Everything of one party, with the proofs: anybody checks it offline, without trusting this stage.'),
  ],
  [
    'dsr',
    m('Sales report (DSR)'),
    m('In the form in which distributors report sales to each other; without the numbers of their registers.'),
  ],
  ['ledger', m('Books for hledger'), m('Double-entry journal in plain text.')],
  ['beancount', m('Books for Beancount'), m('The same journal for Beancount.')],
]

/** Statements as files: whose, of which month, in which form. */
class Statements extends Part {
  static override properties = {
    ...Part.properties,
    parties: { state: true },
    format: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
        gap: 14px;
        align-items: start;
      }
      .wide {
        grid-column: 1 / -1;
      }
    `,
  ]
  /** Name by what the statement is asked for: an account where there is one, else the party's id. */
  declare parties: ReadonlyMap<string, string>
  declare format: StatementFormat
  declare busy: boolean

  constructor() {
    super()
    this.parties = new Map()
    this.format = 'csv'
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('agreement', () => void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    if (this.ctx.stage.get()?.operator === false) return
    const own = this.ctx.stage.get()?.community
    const agreements = await this.ctx.api.get<AgreementInfo[]>('/agreements')
    const parties = agreements.filter(({ community }) => community === own).flatMap(one => one.parties)
    this.parties = new Map(
      parties.map(({ party, name, account, signedOff }) => [account ?? signedOff?.account ?? party, name]),
    )
  }

  async #close(): Promise<void> {
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.api.send('POST', '/log/close-period')
      this.toast(t`What was open is closed. In a moment it is certified, and a bundle proves it.`, 'good')
    })
    this.busy = false
  }

  async #download(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const ask = new URLSearchParams({ period: String(form.get('period')), format: this.format })
    const party = String(form.get('party') ?? '')
    if (party !== '') ask.set('party', party)
    this.busy = true
    await this.attempt(async () => {
      const answer = await fetch(`/api/v1/statements?${ask}`)
      if (!answer.ok) {
        const { code, message } = (await answer.json()) as Problem
        throw new ApiError(code, heard(message, code), answer.status)
      }
      const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'statement'
      save(await answer.blob(), name)
      this.toast(t`${name} is downloaded.`, 'good')
    })
    this.busy = false
  }

  #closing() {
    return html`<span class="small muted"
      >${explain(t`A bundle proves what is closed.`, t`A month is closed by the first payment of the next. Closing earlier ends the part that is open now: what waits for the end of a month is divided, and what comes later begins a new part.`)}
      <button type="button" class="tiny" data-testid="close-period" ?disabled=${this.busy} @click=${() => void this.#close()}>
        ${t`Close what is open now`}
      </button></span
    >`
  }

  protected override updated(): void {
    this.hidden = this.parties.size === 0
  }

  protected override render() {
    if (this.parties.size === 0) return nothing
    const now = new Date().toISOString().slice(0, 7)
    const [, , meaning] = FORMATS.find(([format]) => format === this.format) ?? []
    const alone = this.format === 'bundle'
    return html`<section class="card stack" aria-labelledby="statements-title" data-testid="statements">
      <div class="stack tight">
        <h2 id="statements-title">${t`Statements`}</h2>
        <p class="small muted">${t`Every payment of a month, with who got what of it. Made from the log, so that they agree with everybody else’s.`}</p>
      </div>
      <form @submit=${(event: SubmitEvent) => void this.#download(event)}>
        <label
          >${t`Whose`}<select name="party" data-testid="statement-party">
            ${alone ? nothing : html`<option value="">${t`Everybody’s`}</option>`}
            ${[...this.parties].map(([id, name]) => html`<option value=${id}>${name}</option>`)}
          </select></label
        >
        <label
          >${t`Month`}<input
            name="period"
            type="month"
            data-testid="statement-period"
            required
            pattern="[0-9]{4}-[0-9]{2}"
            max=${now}
            .defaultValue=${now}
        /></label>
        <label
          >${t`As`}<select
            data-testid="statement-format"
            @change=${(event: Event) => {
              this.format = (event.target as HTMLSelectElement).value as StatementFormat
            }}
          >
            ${FORMATS.map(([format, name]) => html`<option value=${format} ?selected=${format === this.format}>${translated(name)}</option>`)}
          </select></label
        >
        <p class="hint wide">${translated(meaning ?? '')}</p>
        <div class="wide row">
          <button data-testid="statement-download" ?disabled=${this.busy}>
            ${icon(this.busy ? 'spinner' : 'receipts')} ${t`Download`}
          </button>
          ${alone ? this.#closing() : nothing}
        </div>
      </form>
    </section>`
  }
}

/** Hands a file to the browser as a download. */
function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = Object.assign(document.createElement('a'), { href: address, download: name })
  link.click()
  // After the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

define('bs-statements', Statements)
