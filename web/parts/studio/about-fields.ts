import { html, type TemplateResult } from 'lit'
import { explain, icon } from '#web/kit/mod.ts'
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
      <label class="cover" title="Choose a cover"
        >${preview === null ? html`<span class="muted small">${icon('plus')} Cover</span>` : html`<img src=${preview} alt="Cover" />`}
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
        >Title of the release<input
          name="title"
          data-testid="release-title-input"
          maxlength="200"
          placeholder="From the files’ tags"
      /></label>
      <label
        >Artist<input
          name="artist"
          data-testid="release-artist-input"
          maxlength="200"
          placeholder="From the files’ tags"
      /></label>
      <label
        >License<select
          name="license"
            data-testid="license"
          @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
        >
          ${LICENSES.map(([id, name]) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`)}</select
        ><span class="hint">${license?.[2]}</span></label
      >
      <details class="more">
        <summary class="small">More: notes, product number</summary>
        <div class="stack">
          <label
            >Notes<textarea
              name="description"
              maxlength="4000"
              placeholder="Who played what, where it was recorded, thanks"
            ></textarea>
          </label>
          <label
            >${explain('UPC', 'The product number of a release, 12 or 13 digits, as on a bar code. Optional.')}<input
              name="upc"
              maxlength="20"
              inputmode="numeric"
          /></label>
        </div>
      </details>
    </div>
  </section>`
}
