import { html, nothing } from 'lit'
import type { CreditInfo } from '#protocols/api/v1/schemas.ts'
import { t } from '#web/kit/mod.ts'
import { shownRole } from './roles.ts'

/** Who played what on a track; who did several things stands there once. */
export function creditsOf(credits: readonly CreditInfo[] | undefined) {
  if (credits === undefined || credits.length === 0) return nothing
  const roles = Map.groupBy(credits, ({ name }) => name)
  return html`<dl class="small" aria-label=${t`Who played what`} data-testid="track-credits">
    ${[...roles].map(
      ([name, done]) =>
        html`<dt>${name}</dt>
          <dd class="muted">${done.map(({ role }) => shownRole(role)).join(', ')}</dd>`,
    )}
  </dl>`
}
