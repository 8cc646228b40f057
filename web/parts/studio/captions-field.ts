import { css, html, LitElement, nothing } from 'lit'
import { currentLanguage, define, explain, icon, shared, t } from '#web/kit/mod.ts'
import type { CaptionsDraft } from './draft.ts'

/** As much as the stage takes of one track: longer than any words. */
const CHARS_MAX = 64_000
/** Spoken by most people, and those whose language reads from right to left; the page's own is among them in any case. */
const LANGUAGES = [
  'ar',
  'bn',
  'de',
  'en',
  'es',
  'fa',
  'fr',
  'hi',
  'id',
  'it',
  'ja',
  'ko',
  'pl',
  'pt',
  'ru',
  'sw',
  'tr',
  'uk',
  'ur',
  'zh',
]

/** Words in step with one track, from a file. Fires `change` with the captions or null. */
class CaptionsField extends LitElement {
  static override properties = {
    captions: { attribute: false },
    track: { attribute: false },
    problem: { state: true },
  }
  static override styles = [
    shared,
    css`
      .row {
        padding-block: 4px;
      }
      select {
        width: auto;
        min-height: 38px;
        padding-block: 4px;
      }
      .choose {
        display: inline-flex;
        gap: 8px;
        align-items: center;
        font-weight: 500;
        color: var(--muted);
        cursor: pointer;
        border-radius: 8px;
        padding-block: 6px;
      }
      .choose:focus-within {
        outline: 2.5px solid var(--accent);
      }
      .bad {
        color: var(--bad);
      }
    `,
  ]
  declare captions: CaptionsDraft | null
  /** Title or name of the track, for labels. */
  declare track: string
  declare problem: string | null

  constructor() {
    super()
    this.captions = null
    this.problem = null
  }

  #change(captions: CaptionsDraft | null): void {
    this.dispatchEvent(new CustomEvent('change', { detail: captions }))
  }

  async #read(event: Event): Promise<void> {
    event.stopPropagation()
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    if (file === undefined) return
    const text = file.size > 4 * CHARS_MAX ? null : await file.text()
    input.value = ''
    this.problem =
      text === null || text.length > CHARS_MAX
        ? t`${file.name} is too long for captions: at most 64,000 characters.`
        : null
    if (text !== null && this.problem === null)
      this.#change({ name: file.name, language: this.captions?.language ?? currentLanguage(), text })
  }

  protected override render() {
    const { captions } = this
    return html`<div class="row tight small">
      ${captions === null ? this.#choose() : this.#chosen(captions)}
      ${this.problem === null ? nothing : html`<span class="bad" role="alert">${this.problem}</span>`}
    </div>`
  }

  #choose() {
    return html`<label class="choose"
        ><input
          class="hidden-visually"
          type="file"
          accept=".vtt,.srt,.lrc,text/vtt"
          data-testid="captions-input"
          aria-label=${t`Captions or lyrics of ${this.track}`}
          @change=${(event: Event) => void this.#read(event)}
        />${icon('plus')} ${t`Captions or lyrics`}</label
      >
      ${explain('.vtt, .srt, .lrc', t`A text file that says which words come when. They are shown in step with the music, to whoever wants them.`)}`
  }

  #chosen(captions: CaptionsDraft) {
    const names = new Intl.DisplayNames([currentLanguage()], { type: 'language' })
    const offered = [...new Set([...LANGUAGES, currentLanguage(), captions.language])]
    return html`<span class="clip" data-testid="captions-name">${icon('check')} ${captions.name}</span>
      <select
        data-testid="captions-language"
        aria-label=${t`Language of the captions of ${this.track}`}
        @change=${(event: Event) => {
          event.stopPropagation()
          this.#change({ ...captions, language: (event.target as HTMLSelectElement).value })
        }}
      >
        ${offered.map(code => html`<option value=${code} ?selected=${code === captions.language}>${names.of(code) ?? code}</option>`)}
      </select>
      <button
        type="button"
        class="quiet round"
        aria-label=${t`Remove the captions of ${this.track}`}
        @click=${() => this.#change(null)}
      >
        ${icon('close')}
      </button>`
  }
}

define('bs-captions-field', CaptionsField)
