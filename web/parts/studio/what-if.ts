import { css, html, LitElement, nothing, type PropertyValues } from 'lit'
import type { AssetInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, formatFine, formatMoney, parseUnits, plural, shared, t, tx } from '#web/kit/mod.ts'
import type { SplitShare } from './split-math.ts'

const FINE_SCALE = 9
const PLAYS = 1_000n
/** A track whose length is not known yet. */
const USUAL_MS = 210_000

type Run = typeof import('./what-if-run.ts')

/** What a payment would bring to each, before anything is published: the very rules that divide payments, run on this device. */
class WhatIf extends LitElement {
  static override properties = {
    asset: { attribute: false },
    splits: { attribute: false },
    price: { attribute: false },
    durations: { attribute: false },
    typed: { state: true },
    run: { state: true },
  }
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 10px;
        align-content: start;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        font-size: 0.875rem;
      }
      th {
        text-align: end;
        font-weight: 600;
        color: var(--muted);
        vertical-align: bottom;
      }
      th,
      td {
        padding-block: 6px;
        padding-inline: 12px 0;
        border-bottom: 1px solid var(--line);
      }
      td {
        text-align: end;
      }
      tr > th:first-child {
        padding-inline-start: 0;
        text-align: start;
      }
      th[scope='row'] {
        color: var(--ink);
        font-weight: 500;
        overflow-wrap: anywhere;
      }
      tr:last-child > * {
        border: 0;
      }
      label {
        display: flex;
        gap: 8px;
        align-items: center;
        font-weight: 500;
      }
      input {
        width: 84px;
        min-height: 36px;
        padding: 4px 10px;
        text-align: end;
      }
    `,
  ]
  declare asset: AssetInfo
  /** Null while the split is not complete. */
  declare splits: readonly SplitShare[] | null
  /** Of 30 seconds, minor units. */
  declare price: bigint
  /** Length of each track, ms; 0 while it is not known. */
  declare durations: readonly number[]
  declare typed: string
  declare run: Run | null

  constructor() {
    super()
    this.splits = null
    this.price = 0n
    this.durations = []
    this.typed = '10'
    this.run = null
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    void import('./what-if-run.ts').then(run => {
      this.run = run
    })
  }

  protected override render() {
    return html`<h3>${explain(t`What if`, t`Worked out by the rules that will divide every payment, here on your device. Nothing is sent, and nothing is paid.`)}</h3>
      <label
        >${t`A tip of`}<input
          data-testid="what-if-amount"
          class="num"
          inputmode="decimal"
          autocomplete="off"
          .value=${this.typed}
          @input=${(event: Event) => {
            this.typed = (event.target as HTMLInputElement).value
          }}
        />${this.asset.code}</label
      >
      ${this.#answer()}`
  }

  #answer() {
    const { splits, run, asset } = this
    if (splits === null) return html`<p class="hint">${t`Shown as soon as the shares total 100 %.`}</p>`
    if (run === null) return nothing
    const tip = parseUnits(this.typed, asset.scale)
    const plays = run.playsBring(
      PLAYS,
      this.price,
      this.durations.map(duration => duration || USUAL_MS),
    )
    const name = `${asset.code}/${asset.scale}/${asset.issuer}`
    const divide = (amount: bigint | null) =>
      amount === null || amount === 0n
        ? null
        : run.tryDraft(amount * 10n ** BigInt(FINE_SCALE - asset.scale), name, splits)
    const [ofTip, ofPlays] = [divide(tip), divide(plays)]
    const cell = (parts: readonly bigint[] | null, index: number) =>
      html`<td class="num">${parts === null ? '–' : formatFine(parts[index] ?? 0n, asset)}</td>`
    return html`<table data-testid="what-if">
        <thead>
          <tr>
            <th scope="col">${t`Who`}</th>
            <th scope="col">${t`of the tip`}</th>
            <th scope="col">${tx`of ${plural(Number(PLAYS), 'play')}`}</th>
          </tr>
        </thead>
        <tbody>
          ${splits.map(
            ({ party }, index) =>
              html`<tr data-testid="what-if-line">
                <th scope="row">${party}</th>
                ${cell(ofTip, index)} ${cell(ofPlays, index)}
              </tr>`,
          )}
        </tbody>
      </table>
      <p class="hint">${this.#plays(plays)}</p>`
  }

  #plays(plays: bigint) {
    if (this.price === 0n)
      return t`Listening is free, so plays bring nothing by themselves. Set a price below to see what they would bring.`
    const length = this.durations.includes(0)
      ? t`, counting three and a half minutes where a length is not known yet`
      : ''
    return t`${plural(Number(PLAYS), 'play')} of the whole release bring ${formatMoney(plays, this.asset)}${length}.`
  }
}

define('bs-what-if', WhatIf)
