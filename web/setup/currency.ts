import { html, nothing } from 'lit'
import { currentLanguage, explain, leftToRight, m, t, tx } from '#web/kit/mod.ts'
import { type Asked, type Question, standing, typed } from './question.ts'

const CODE = /^[A-Z][A-Z0-9]{2,7}$/
const DECIMALS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const TRIAL = 'TEST'

const codeOf = (asked: Asked): string => standing(asked, 'code', asked.settings.currency.code).trim().toUpperCase()

/** As the world counts a currency (ISO 4217); two for what only this community knows. */
const usualDecimals = (code: string): number => {
  try {
    return (
      new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2
    )
  } catch {
    return 2
  }
}

function scaleOf(asked: Asked): number {
  const { code, scale } = asked.settings.currency
  const given = asked.draft.scale
  if (given !== undefined) return Number(given)
  return codeOf(asked) === code ? scale : usualDecimals(codeOf(asked))
}

const sample = (code: string, scale: number): string => leftToRight(`${(5).toFixed(scale)} ${code}`)

/** In what the community's own book counts. */
export const currency: Question = {
  name: 'currency',
  title: m('What do you count in?'),
  lede: () =>
    tx`Tips and prices are amounts in your community’s own ${explain(t`book`, t`A log that everybody can read and nobody can change afterwards: each tip and each credit is an entry. You hand out the credit and stand for it; no bank takes part.`)}. ${t`TEST is play money: good for a start, worth nothing. The first entry or price settles it for good.`}`,
  fields(asked) {
    const { fixed } = asked.settings.currency
    const [code, scale] = [codeOf(asked), scaleOf(asked)]
    if (fixed !== null)
      return html`<p><b class="num">${sample(code, scale)}</b></p>
        <p class="small muted">
          ${t`The log has entries or prices in this currency already. What was promised in it cannot become something else.`}
        </p>`
    const names = new Intl.DisplayNames([currentLanguage()], { type: 'currency', fallback: 'none' })
    const name = /^[A-Z]{3}$/.test(code) ? names.of(code) : undefined
    return html`<div class="pair">
        <label
          >${t`Currency`}<input
            data-testid="setup-currency"
            list="currencies"
            maxlength="8"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            .value=${standing(asked, 'code', asked.settings.currency.code)}
            @input=${typed(asked, 'code')} /><datalist id="currencies">
            <option value=${TRIAL}></option>
            ${Intl.supportedValuesOf('currency').map(one => html`<option value=${one}>${names.of(one) ?? one}</option>`)}
          </datalist></label
        >
        <label
          >${t`Decimals`}<select data-testid="setup-decimals" @change=${typed(asked, 'scale')}>
            ${DECIMALS.map(n => html`<option value=${n} ?selected=${n === scale}>${n}</option>`)}
          </select></label
        >
      </div>
      <p class="small muted">
        ${CODE.test(code) ? tx`An amount then reads ${html`<b class="num">${sample(code, scale)}</b>`}.` : t`Three to eight letters or digits, beginning with a letter.`}
        ${code === TRIAL ? t`Play money.` : (name ?? nothing)}
      </p>
      <p class="small muted">
        ${t`Communities pay each other only in what both count: agree with those you know.`}
      </p>`
  },
  answer(asked) {
    if (asked.settings.currency.fixed !== null) return null
    const code = codeOf(asked)
    if (!CODE.test(code)) throw t`Three to eight letters or digits, beginning with a letter.`
    return { currency: { code, scale: scaleOf(asked) } }
  },
}
