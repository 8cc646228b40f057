import { html, type TemplateResult } from 'lit'
import { explain, formatClock, t } from '#web/kit/mod.ts'

/** A number that says on tap where it comes from, and when it was read there. */
export const sourced = (number: string, from: string, at: number): TemplateResult =>
  html`<span class="num">${explain(number, t`${from} Read at ${formatClock(at)}.`)}</span>`
