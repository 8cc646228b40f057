import { html } from 'lit'
import { m, t } from '#web/kit/mod.ts'
import { type Asked, type Question, standing, typed } from './question.ts'

const AS_THE_BROWSER = 'any'
/** One file a language; only their names are asked for here. */
const files = Object.keys(import.meta.glob('../messages/*.ts'))
const codes = ['en', ...files.map(path => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length))].sort()
const own = (code: string): string => new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code
const chosen = (asked: Asked): string => standing(asked, 'language', asked.settings.language ?? AS_THE_BROWSER)

export const language: Question = {
  name: 'language',
  title: m('Which language does your stage speak?'),
  lede: () =>
    t`The page greets in it whoever has not chosen another. Everybody can change it for themselves, under “You”.`,
  fields: asked =>
    html`<label
      >${t`Language of the page`}<select data-testid="setup-language" @change=${typed(asked, 'language')}>
        <option value=${AS_THE_BROWSER} ?selected=${chosen(asked) === AS_THE_BROWSER}>${t`As the visitor’s browser asks`}</option>
        ${codes.map(code => html`<option value=${code} lang=${code} ?selected=${chosen(asked) === code}>${own(code)}</option>`)}
      </select></label
    >`,
  answer: asked => ({ language: chosen(asked) === AS_THE_BROWSER ? null : chosen(asked) }),
}
