import { html } from 'lit'
import type { Joining } from '#protocols/api/v1/settings.ts'
import { m, t, translated } from '#web/kit/mod.ts'
import { type Asked, type Question, standing, typed } from './question.ts'

const CHOICES: readonly (readonly [Joining, string, string])[] = [
  ['everyone', m('Everyone'), m('Whoever opens the page may chat, vote and react at once. You moderate what comes.')],
  ['invited', m('With an invite'), m('New people bring a link that you gave them. Whoever spoke here before stays.')],
  ['nobody', m('Nobody new'), m('The people who are here stay among themselves.')],
]

const chosen = (asked: Asked): string => standing(asked, 'joining', asked.settings.joining)

/** Whose first words the stage takes. */
export const joining: Question = {
  name: 'joining',
  title: m('Who may join?'),
  lede: () => t`Listening and reading are open to everybody in any case. This is about who may speak.`,
  fields: asked =>
    html`<fieldset class="choices">
      <legend class="hidden-visually">${t`Who may join?`}</legend>
      ${CHOICES.map(
        ([value, name, meaning]) =>
          html`<label class="choice"
            ><input
              type="radio"
              name="joining"
              value=${value}
              data-testid=${`setup-joining-${value}`}
              .checked=${chosen(asked) === value}
              @change=${typed(asked, 'joining')} /><span class="stack tight"
              ><b>${translated(name)}</b><span class="hint">${translated(meaning)}</span></span
            ></label
          >`,
      )}
    </fieldset>`,
  answer: asked => ({ joining: chosen(asked) as Joining }),
}
