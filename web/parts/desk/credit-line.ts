import { css, html, nothing } from 'lit'
import type { LineAnswer, SetLine } from '#protocols/api/v1/desk-schemas.ts'
import type { LineInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, formatMoney, formatUnits, heard, icon, Part, parseUnits, t, tx } from '#web/kit/mod.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const YEAR_DAYS = 365

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** How much of another community's credit is accepted: the limit is the largest possible loss, and says so. */
class CreditLine extends Part {
  static override properties = {
    ...Part.properties,
    community: {},
    name: {},
    line: { attribute: false },
    typed: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      form {
        display: grid;
        gap: 12px;
        padding-top: 10px;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(130px, 1fr));
        gap: 12px;
        align-items: end;
      }
      .check {
        display: flex;
        gap: 10px;
        align-items: start;
        font-weight: 400;
      }
      .check input {
        width: 20px;
        min-height: 20px;
        flex: none;
      }
      .loss {
        background: var(--raised);
        border-radius: var(--radius-small);
        padding: 10px 14px;
      }
      summary {
        cursor: pointer;
      }
    `,
  ]
  declare community: string
  declare name: string
  declare line: LineInfo | null
  declare typed: string | null
  declare busy: boolean

  constructor() {
    super()
    this.line = null
    this.typed = null
    this.busy = false
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const asset = this.ctx.stage.get()?.asset
    const form = new FormData(event.target as HTMLFormElement)
    const limit = parseUnits(String(form.get('limit')), asset?.scale ?? 0)
    const haircut = parseUnits(String(form.get('haircut')) || '0', 2)
    const expiry = Date.parse(String(form.get('expiry')))
    if (limit === null || haircut === null || haircut > 9_999n || Number.isNaN(expiry)) {
      this.toast(t`Type a limit with at most ${asset?.scale ?? 0} decimals, a part below 100 %, and a day.`, 'bad')
      return
    }
    const body: SetLine = {
      limit: String(limit),
      haircut: Number(haircut),
      expiry: expiry + DAY_MS - 1,
      alone: form.get('alone') === 'on',
    }
    this.busy = true
    await this.attempt(async () => {
      const { said } = await this.ctx.api.send<LineAnswer>('PUT', `/lines/${this.community}`, body)
      this.toast(heard(said), 'good')
      this.typed = null
      this.dispatchEvent(new Event('changed'))
    })
    this.busy = false
  }

  protected override render() {
    const asset = this.ctx.stage.get()?.asset
    if (asset === undefined) return nothing
    const { line } = this
    const open = line !== null && line.limit !== '0'
    const limit = parseUnits(this.typed ?? (open ? formatUnits(line.limit, asset.scale) : ''), asset.scale)
    return html`<details class="small">
      <summary class="muted" data-testid="line-open">${open ? t`Change the credit line` : t`Open a credit line`}</summary>
      <form @submit=${(event: SubmitEvent) => void this.#save(event)}>
        <div class="fields">
          <label
            >${tx`They may owe at most, ${asset.code}`}<input
              name="limit"
              data-testid="line-limit"
              required
              inputmode="decimal"
              autocomplete="off"
              .value=${this.typed ?? (open ? formatUnits(line.limit, asset.scale) : '')}
              @input=${(event: Event) => {
                this.typed = (event.target as HTMLInputElement).value
              }}
          /></label>
          <label
            >${t`Kept, %`}<input
              name="haircut"
              inputmode="decimal"
              autocomplete="off"
              .value=${formatUnits(String(line?.haircut ?? 0), 2)}
          /></label>
          <label
            >${t`Until`}<input
              name="expiry"
              type="date"
              required
              .value=${day(line?.expiry ?? Date.now() + YEAR_DAYS * DAY_MS)}
          /></label>
        </div>
        <p class="hint">
          ${tx`${explain(t`Kept`, t`A part of each payment that comes in over this line stays with your community, for the risk. People see it before they pay. Usually 0.`)} for the risk, of each payment that comes in.`}
        </p>
        <label class="check"
          ><input type="checkbox" name="alone" data-testid="line-alone" .checked=${line?.alone ?? false} /><span
            >${tx`Also while nobody but ${this.name} certifies its log. It could then take back what it paid you; inside a federation it cannot.`}</span
          ></label
        >
        ${
          limit === null
            ? nothing
            : html`<p class="loss" data-testid="line-loss">
                ${
                  limit === 0n
                    ? html`${tx`Nothing is accepted from ${this.name}.`}`
                    : html`${icon('shield')} ${tx`The most your community can lose is ${html`<b class="num">${formatMoney(limit, asset)}</b>`}: if ${this.name} never pays what it then owes. Your artists have their money in any case, from your community.`}`
                }
              </p>`
        }
        <div>
          <button data-testid="line-save" ?disabled=${this.busy}>${icon(this.busy ? 'spinner' : 'check')} ${t`Sign this line`}</button>
        </div>
      </form>
    </details>`
  }
}

define('bs-credit-line', CreditLine)
