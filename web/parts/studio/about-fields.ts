import { html, type TemplateResult } from 'lit'
import { explain, icon, t, translated } from '#web/kit/mod.ts'
import { LICENSES } from './licenses.ts'

export interface AboutFields {
  readonly license: string
  /** Object URL of the chosen cover; null without one. */
  readonly preview: string | null
  choose(license: string): void
  add(files: Iterable<File>): void
}

/** What is said about a release as a whole. The text fields are read from the form by their names. */
export function aboutFields({ license: chosen, preview, choose, add }: AboutFields): TemplateResult {
  const license = LICENSES.find(([id]) => id === chosen)
  return html`<section class="about">
    <div class="stack tight">
      <label class="cover" title=${t`Choose a cover`}
        >${preview === null ? html`<span class="muted small">${icon('plus')} ${t`Cover`}</span>` : html`<img src=${preview} alt=${t`Cover`} />`}
        <input
          class="hidden-visually"
          type="file"
          accept="image/*"
          data-testid="cover-input"
          @change=${(event: Event) => add((event.target as HTMLInputElement).files ?? [])}
      /></label>
    </div>
    <div class="stack">
      <label
        >${t`Title of the release`}<input
          name="title"
          data-testid="release-title-input"
          maxlength="200"
          placeholder=${t`From the files’ tags`}
      /></label>
      <label
        >${t`Artist`}<input
          name="artist"
          data-testid="release-artist-input"
          maxlength="200"
          placeholder=${t`From the files’ tags`}
      /></label>
      <label
        >${t`License`}<select
          name="license"
            data-testid="license"
          @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
        >
          ${LICENSES.map(([id, name]) => html`<option value=${id} ?selected=${id === chosen}>${translated(name)}</option>`)}</select
        ><span class="hint">${translated(license?.[2] ?? '')}</span></label
      >
      <details class="more">
        <summary class="small">${t`More: notes, product number`}</summary>
        <div class="stack">
          <label
            >${t`Notes`}<textarea
              name="description"
              maxlength="4000"
              placeholder=${t`Who played what, where it was recorded, thanks`}
            ></textarea>
          </label>
          <label
            >${explain('UPC', t`The product number of a release, 12 or 13 digits, as on a bar code. Optional.`)}<input
              name="upc"
              maxlength="20"
              inputmode="numeric"
          /></label>
        </div>
      </details>
    </div>
  </section>`
}
