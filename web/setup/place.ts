import { html } from 'lit'
import { currentLanguage, m, sayable, t, tx } from '#web/kit/mod.ts'
import { type Asked, type Question, standing, typed } from './question.ts'

const NONE = 'none'
const here = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone
const zoneOf = (asked: Asked): string =>
  standing(asked, 'timeZone', asked.settings.timeZone ?? (asked.settings.step === null ? NONE : here()))

/** What the clock on the wall says there. */
function timeIn(timeZone: string): string {
  try {
    return new Date().toLocaleTimeString(currentLanguage(), { timeZone, hour: '2-digit', minute: '2-digit' })
  } catch {
    return ''
  }
}

function zones(): string[] {
  const known = Intl.supportedValuesOf('timeZone')
  return known.includes(here()) ? known : [here(), ...known]
}

/** Where the community is, and by which clock its evenings begin. */
export const place: Question = {
  name: 'place',
  title: m('Where are you?'),
  lede: () =>
    t`Visitors read it beside your name. Times of your events are given by the clock of this place, and everybody also sees them by their own.`,
  fields(asked) {
    const zone = zoneOf(asked)
    return html`<label
        >${t`Place`}<input
          data-testid="setup-place"
          maxlength="120"
          autocomplete="off"
          placeholder=${t`A town, a hall, a street`}
          .value=${standing(asked, 'place', asked.settings.place)}
          @input=${typed(asked, 'place')}
      /></label>
      <label
        >${t`Time zone`}<select data-testid="setup-zone" @change=${typed(asked, 'timeZone')}>
          <option value=${NONE} ?selected=${zone === NONE}>${t`Not said`}</option>
          ${zones().map(name => html`<option value=${name} ?selected=${name === zone}>${name.replaceAll('_', ' ')}</option>`)}
        </select>
        ${zone === NONE ? null : html`<span class="hint">${tx`It is ${html`<span class="num">${timeIn(zone)}</span>`} there now.`}</span>`}
      </label>`
  },
  answer(asked) {
    const zone = zoneOf(asked)
    return { place: sayable(standing(asked, 'place', asked.settings.place)), timeZone: zone === NONE ? null : zone }
  },
}
