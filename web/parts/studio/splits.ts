import { css, html, LitElement, nothing } from 'lit'
import { live } from 'lit/directives/live.js'
import { define, hueOf, icon, shared, t } from '#web/kit/mod.ts'
import { equalShares, parsePercent, type Row, remaining, showPercent } from './split-math.ts'

const PARTIES_MAX = 32

/** Who gets what of every payment. Fires `change` with the rows. */
class Splits extends LitElement {
  static override properties = { rows: { attribute: false } }
  static override styles = [
    shared,
    css`
      li {
        display: grid;
        grid-template-columns: 12px minmax(0, 1fr) 104px 44px;
        gap: 10px;
        align-items: center;
      }
      .dot {
        width: 12px;
        height: 12px;
        border-radius: 4px;
        background: oklch(0.65 0.16 var(--h));
      }
      .percent {
        position: relative;
      }
      .percent input {
        padding-inline-end: 32px;
        text-align: end;
      }
      .percent span {
        position: absolute;
        inset-inline-end: 13px;
        top: 10px;
        color: var(--muted);
        pointer-events: none;
      }
      .account {
        grid-column: 2 / 4;
        margin-top: -4px;
      }
      .account summary {
        cursor: pointer;
      }
      .meter {
        height: 14px;
      }
      .meter i {
        background: oklch(0.65 0.16 var(--h));
        border-inline-end: 2px solid var(--surface);
      }
      .left {
        color: var(--bad);
        font-weight: 600;
      }
      .right {
        color: var(--good);
        font-weight: 600;
      }
    `,
  ]
  declare rows: readonly Row[]

  #change(rows: readonly Row[]): void {
    this.dispatchEvent(new CustomEvent('change', { detail: rows }))
  }

  #edit(index: number, change: Partial<Row>): void {
    this.#change(this.rows.map((row, at) => (at === index ? { ...row, ...change } : row)))
  }

  protected override render() {
    const left = remaining(this.rows)
    const used = this.rows.some(row => row.percent.trim() !== '' || row.party.trim() !== '')
    return html`<div class="stack">
      <div class="meter" aria-hidden="true">
        ${this.rows.map((row, index) => html`<i .style=${`--h:${this.#hue(index)};width:${(parsePercent(row.percent) ?? 0) / 100}%`}></i>`)}
      </div>
      <ul class="stack tight">
        ${this.rows.map((row, index) => this.#row(row, index))}
      </ul>
      <div class="row between">
        <div class="row tight">
          <button
            type="button"
            class="quiet tiny"
            data-testid="split-add"
            ?disabled=${this.rows.length >= PARTIES_MAX}
            @click=${() => this.#change([...this.rows, { party: '', percent: '' }])}
          >
            ${icon('plus')} ${t`Add somebody`}
          </button>
          <button type="button" class="quiet tiny" @click=${() => this.#change(equalShares(this.rows))}>
            ${t`Share equally`}
          </button>
        </div>
        ${used ? html`<span role="status" data-testid="split-remaining" class=${`num small ${left === 0 ? 'right' : 'left'}`}>${left === 0 ? t`100 %, complete` : left > 0 ? t`${showPercent(left)} % to give` : t`${showPercent(-left)} % too much`}</span>` : nothing}
      </div>
    </div>`
  }

  #hue(index: number): number {
    return (hueOf('0a') + index * 67) % 360
  }

  #row(row: Row, index: number) {
    const value = (event: Event) => (event.target as HTMLInputElement).value
    return html`<li>
      <span class="dot" .style=${`--h:${this.#hue(index)}`}></span>
      <input
        data-testid="split-party"
        aria-label=${t`Party ${index + 1}`}
        maxlength="80"
        placeholder=${t`Name`}
        .value=${live(row.party)}
        @input=${(event: Event) => this.#edit(index, { party: value(event) })}
      />
      <span class="percent"
        ><input
          data-testid="split-percent"
          class="num"
          inputmode="decimal"
          aria-label=${t`Share of party ${index + 1}, percent`}
          placeholder="0"
          .value=${live(row.percent)}
          @input=${(event: Event) => this.#edit(index, { percent: value(event) })}
        /><span aria-hidden="true">%</span></span
      >
      <button
        type="button"
        class="quiet round"
        aria-label=${t`Remove ${row.party || t`party ${index + 1}`}`}
        @click=${() => this.#change(this.rows.filter((_, at) => at !== index))}
      >
        ${icon('close')}
      </button>
      ${row.party.trim() === '' ? nothing : this.#account(row, index)}
    </li>`
  }

  /** With an account, a party is asked to sign and is paid at once; without, its part waits. */
  #account(row: Row, index: number) {
    return html`<details class="account small">
      <summary class="muted">${row.account ? t`Account id given` : t`Account id, if they have one`}</summary>
      <input
        class="mono"
        data-testid="split-account"
        aria-label=${t`Account id of ${row.party}`}
        autocomplete="off"
        spellcheck="false"
        placeholder=${t`They find it under “You”; without one, their part is kept for them`}
        .value=${live(row.account ?? '')}
        @input=${(event: Event) => this.#edit(index, { account: (event.target as HTMLInputElement).value })}
      />
    </details>`
  }
}

define('bs-splits', Splits)
