import { html, nothing, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import { explain, icon, t, translated } from '#web/kit/mod.ts'
import type { CoverDraft, ReleaseFields } from './draft.ts'
import { LICENSES } from './licenses.ts'

export interface AboutFields {
  readonly fields: ReleaseFields
  readonly cover: CoverDraft | null
  change(change: Partial<ReleaseFields>): void
  /** Somebody is about to type there. */
  touch(field: 'title' | 'artist'): void
  add(files: Iterable<File>): void
}

type TextField = 'title' | 'artist' | 'upc' | 'description'

/** What is said about a release as a whole. */
export function aboutFields({ fields, cover, change, touch, add }: AboutFields): TemplateResult {
  const license = LICENSES.find(([id]) => id === fields.license)
  const typed = (name: TextField) => (event: Event) => change({ [name]: (event.target as HTMLInputElement).value })
  return html`<section class="about">
    <div class="stack tight">
      <label class="cover" title=${t`Choose a cover`}
        >${picture(cover)}
        <input
          class="hidden-visually"
          type="file"
          accept="image/*"
          data-testid="cover-input"
          aria-label=${t`Choose a cover`}
          @change=${(event: Event) => add((event.target as HTMLInputElement).files ?? [])}
      /></label>
      ${cover === null ? nothing : html`<span class="hint clip" data-testid="cover-name">${cover.name}</span>`}
    </div>
    <div class="stack">
      <label
        >${t`Title of the release`}<input
          data-testid="release-title-input"
          maxlength="200"
          placeholder=${t`From the files’ tags`}
          .value=${live(fields.title)}
          @focus=${() => touch('title')}
          @input=${typed('title')}
      /></label>
      <label
        >${t`Artist`}<input
          data-testid="release-artist-input"
          maxlength="200"
          placeholder=${t`From the files’ tags`}
          .value=${live(fields.artist)}
          @focus=${() => touch('artist')}
          @input=${typed('artist')}
      /></label>
      <label
        >${t`License`}<select
          data-testid="license"
          @change=${(event: Event) => change({ license: (event.target as HTMLSelectElement).value })}
        >
          ${LICENSES.map(([id, name]) => html`<option value=${id} ?selected=${id === fields.license}>${translated(name)}</option>`)}</select
        ><span class="hint">${translated(license?.[2] ?? '')}</span></label
      >
      <details class="more">
        <summary class="small">${t`More: notes, product number`}</summary>
        <div class="stack">
          <label
            >${t`Notes`}<textarea
              maxlength="4000"
              placeholder=${t`Where it was recorded, how it came to be, thanks`}
              .value=${live(fields.description)}
              @input=${typed('description')}
            ></textarea>
          </label>
          <label
            >${explain('UPC', t`The product number of a release, 12 or 13 digits, as on a bar code. Optional.`)}<input
              maxlength="20"
              inputmode="numeric"
              .value=${live(fields.upc)}
              @input=${typed('upc')}
          /></label>
        </div>
      </details>
    </div>
  </section>`
}

function picture(cover: CoverDraft | null): TemplateResult {
  if (cover === null) return html`<span class="muted small">${icon('plus')} ${t`Cover`}</span>`
  if (cover.preview === null) return html`<span class="muted small">${icon('check')} ${t`Cover`}</span>`
  return html`<img src=${cover.preview} alt=${t`Cover`} />`
}
