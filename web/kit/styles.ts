import { html, type TemplateResult } from 'lit'
import { base } from './styles-base.ts'
import { controls } from './styles-controls.ts'
import { pieces } from './styles-pieces.ts'

/** The look that shell and parts share. Colours and sizes are custom properties set once in `shell/base.css`. */
export const shared = [base, controls, pieces]

/** A term with its meaning on tap. */
export const explain = (term: string, meaning: string): TemplateResult =>
  html`<details class="explain" @toggle=${keepInView} @focusout=${closeWhenLeft} @keydown=${closeOnEscape}>
    <summary>${term}</summary>
    <p>${meaning}</p>
  </details>`

function closeWhenLeft(event: FocusEvent): void {
  const details = event.currentTarget as HTMLDetailsElement
  if (!details.contains(event.relatedTarget as Node | null)) details.open = false
}

function closeOnEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape') (event.currentTarget as HTMLDetailsElement).open = false
}

/** A term at the end of a line on a phone: its meaning moves back until it is readable, and nothing scrolls sideways. Out from under the player, too. */
function keepInView({ currentTarget }: Event): void {
  const meaning = (currentTarget as HTMLElement).lastElementChild as HTMLElement
  meaning.style.translate = ''
  const { left, right } = meaning.getBoundingClientRect()
  meaning.style.translate = `${Math.max(12 - left, 0) || Math.min(innerWidth - 12 - right, 0)}px`
  meaning.scrollIntoView({ block: 'nearest' })
}
