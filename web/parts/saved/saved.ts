import { html } from 'lit'
import { keptReleases } from '#web/kept/kept.ts'
import { define, formatBytes, Part, plural, t } from '#web/kit/mod.ts'

/** What the listener kept on this device. Needs no stage to be shown. */
export default class Saved extends Part {
  protected override render() {
    const kept = keptReleases()
    const bytes = kept.reduce((sum, one) => sum + one.bytes, 0)
    return html`<div class="stack loose">
      <header class="stack tight">
        <h1>${t`On this device`}</h1>
        <p class="muted">
          ${
            kept.length === 0
              ? t`Nothing yet. Open a release and choose “Keep offline”.`
              : t`${plural(kept.length, 'release')}, ${formatBytes(bytes)}. They play without a connection.`
          }
        </p>
      </header>
      <ul class="stack" role="list">
        ${kept.map(
          one =>
            html`<li>
              <a class="text" href="/release/${one.id}" data-testid="saved-release">${one.title}</a>
              <span class="muted small">${one.artist}</span>
            </li>`,
        )}
      </ul>
    </div>`
  }
}

define('bs-saved', Saved)
