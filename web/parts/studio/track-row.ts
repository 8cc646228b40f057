import { html, LitElement } from 'lit'
import { live } from 'lit/directives/live.js'
import { define, explain, icon, shared, t } from '#web/kit/mod.ts'
import type { CaptionsDraft, Credit, Draft } from './draft.ts'
import { trackRowStyles } from './track-row-styles.ts'
import { uploadView } from './upload-view.ts'
import './captions-field.ts'
import './credits.ts'

/** Fires `change` with a partial draft, `act` with what to do with it, and `copy` to give its credits to every track. */
class TrackRow extends LitElement {
  static override properties = { draft: { attribute: false }, index: { attribute: false }, count: { attribute: false } }
  static override styles = [shared, trackRowStyles]
  declare draft: Draft
  declare index: number
  declare count: number

  #change(change: Partial<Draft>): void {
    this.dispatchEvent(new CustomEvent('change', { detail: change }))
  }

  #act(act: 'remove' | 'pause' | 'resume' | 'up' | 'down'): void {
    this.dispatchEvent(new CustomEvent('act', { detail: act }))
  }

  protected override render() {
    const { title, isrc, upload, credits, captions } = this.draft
    const value = (event: Event) => (event.target as HTMLInputElement).value
    return html`<div class="track" data-testid="draft-track">
      <span class="muted num">${this.index + 1}</span>
      <input
        data-testid="track-title"
        aria-label=${t`Title of track ${this.index + 1}`}
        maxlength="200"
        placeholder=${t`Title (from the file’s tags)`}
        .value=${live(title)}
        @input=${(event: Event) => this.#change({ title: value(event) })}
      />
      <input
        class="isrc mono"
        data-testid="track-isrc"
        aria-label=${t`ISRC of track ${this.index + 1}`}
        maxlength="20"
        placeholder=${t`ISRC, if any`}
        .value=${live(isrc)}
        @input=${(event: Event) => this.#change({ isrc: value(event) })}
      />
      <span class="acts">
        ${this.#mover('up', t`Move ${upload.name} up`, this.index === 0)}
        ${this.#mover('down', t`Move ${upload.name} down`, this.index === this.count - 1)}
        <button type="button" class="quiet round" aria-label=${t`Remove ${upload.name}`} @click=${() => this.#act('remove')}>
          ${icon('close')}
        </button>
      </span>
      <div class="state small muted stack">
        ${uploadView(upload, { pause: () => this.#act('pause'), resume: () => this.#act('resume') })}
      </div>
      <bs-credits
        class="state"
        .credits=${credits}
        .track=${title || upload.name}
        ?several=${this.count > 1}
        @change=${(event: CustomEvent<readonly Credit[]>) => this.#change({ credits: event.detail })}
        @copy=${() => this.dispatchEvent(new CustomEvent('copy'))}
      ></bs-credits>
      <bs-captions-field
        class="state"
        .captions=${captions}
        .track=${title || upload.name}
        @change=${(event: CustomEvent<CaptionsDraft | null>) => this.#change({ captions: event.detail })}
      ></bs-captions-field>
    </div>`
  }

  #mover(act: 'up' | 'down', label: string, disabled: boolean) {
    return html`<button type="button" class=${`quiet round ${act}`} aria-label=${label} ?disabled=${disabled} @click=${() => this.#act(act)}>
      ${icon('back')}
    </button>`
  }
}

export const isrcHelp = () =>
  explain(
    'ISRC',
    t`International Standard Recording Code: the number by which the trade knows a recording, such as GBAYE0601498. Your national agency or distributor gives it out. You can publish without.`,
  )

define('bs-track-row', TrackRow)
