import { html, LitElement, nothing } from 'lit'
import { live } from 'lit/directives/live.js'
import { define, hueOf, icon, shared, t } from '#web/kit/mod.ts'
import { moveShare } from './share-moves.ts'
import { begun, equalShares, parsePercent, type Row, remaining, showPercent, WHOLE } from './split-math.ts'
import { splitStyles } from './split-styles.ts'

const PARTIES_MAX = 32
const STEP = 100

/** Who gets what of every payment, typed or dragged. Fires `change` with the rows. */
class Splits extends LitElement {
  static override properties = { rows: { attribute: false }, held: { state: true } }
  static override styles = [shared, splitStyles]
  declare rows: readonly Row[]
  /** Rows whose share stays while others are dragged. */
  declare held: ReadonlySet<number>
  /** Where the shares stood when the drag began: going back and forth changes nothing. */
  #from: readonly Row[] | null = null

  constructor() {
    super()
    this.held = new Set()
  }

  #change(rows: readonly Row[]): void {
    this.dispatchEvent(new CustomEvent('change', { detail: rows }))
  }

  #edit(index: number, change: Partial<Row>): void {
    this.#change(this.rows.map((row, at) => (at === index ? { ...row, ...change } : row)))
  }

  /** Rows that nobody began to fill in take no part. */
  #slide(index: number, to: number): void {
    this.#from ??= this.rows
    const rows = this.#from
    const taking = rows.map((_, at) => at).filter(at => at === index || begun(rows[at]))
    const moved = moveShare(
      taking.map(at => parsePercent(rows[at]?.percent ?? '') ?? 0),
      {
        index: taking.indexOf(index),
        to,
        held: new Set(taking.flatMap((at, place) => (this.held.has(at) ? [place] : []))),
      },
    )
    this.#change(
      rows.map((row, at) =>
        taking.includes(at) ? { ...row, percent: showPercent(moved[taking.indexOf(at)] ?? 0) } : row,
      ),
    )
  }

  #remove(index: number): void {
    this.held = new Set([...this.held].filter(at => at !== index).map(at => (at > index ? at - 1 : at)))
    this.#change(this.rows.filter((_, at) => at !== index))
  }

  #hold(index: number): void {
    const held = new Set(this.held)
    if (!held.delete(index)) held.add(index)
    this.held = held
  }

  protected override render() {
    const left = remaining(this.rows)
    const used = this.rows.some(begun)
    return html`<div class="stack">
      <div class="meter" aria-hidden="true">
        ${this.rows.map((row, index) => html`<i .style=${`--h:${this.#hue(index)};width:${(parsePercent(row.percent) ?? 0) / 100}%`}></i>`)}
      </div>
      <ul class="stack">
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
    const name = row.party.trim() || t`party ${index + 1}`
    return html`<li .style=${`--h:${this.#hue(index)}`}>
      <span class="dot"></span>
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
      <input
        type="range"
        class="slide"
        data-testid="split-slide"
        min="0"
        max=${WHOLE}
        step=${STEP}
        aria-label=${t`Share of ${name}`}
        aria-valuetext=${`${row.percent || 0} %`}
        .value=${live(String(parsePercent(row.percent) ?? 0))}
        @input=${(event: Event) => this.#slide(index, Number(value(event)))}
        @change=${(event: Event) => {
          event.stopPropagation()
          this.#from = null
        }}
      />
      <button
        type="button"
        class="quiet round hold"
        data-testid="split-hold"
        aria-pressed=${this.held.has(index)}
        aria-label=${t`Keep the share of ${name} while others move`}
        title=${t`Keep this share while others move`}
        @click=${() => this.#hold(index)}
      >
        ${lock(this.held.has(index))}
      </button>
      <button type="button" class="quiet round" aria-label=${t`Remove ${name}`} @click=${() => this.#remove(index)}>
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

const lock = (closed: boolean) =>
  html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true">
    <rect x="6" y="11" width="12" height="9" rx="2" /><path d=${closed ? 'M9 11V8a3 3 0 0 1 6 0v3' : 'M9 11V8a3 3 0 0 1 5.8-1'} />
  </svg>`

define('bs-splits', Splits)
