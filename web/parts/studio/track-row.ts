import { css, html, LitElement, nothing } from 'lit'
import { define, explain, formatBytes, formatTimeLeft, icon, shared, t } from '#web/kit/mod.ts'
import type { UploadState } from './uploads.ts'

/** One track being prepared: its upload, title and code. */
export interface Draft {
  readonly key: number
  readonly upload: UploadState
  readonly title: string
  readonly isrc: string
}

/** Fires `change` with a partial draft, and `remove`. */
class TrackRow extends LitElement {
  static override properties = { draft: { attribute: false }, index: { attribute: false } }
  static override styles = [
    shared,
    css`
      .track {
        display: grid;
        grid-template-columns: 28px minmax(0, 1fr) 190px 44px;
        gap: 8px 12px;
        align-items: center;
        padding: 12px 0;
        border-top: 1px solid var(--line);
      }
      .state {
        grid-column: 2 / 4;
      }
      .meter {
        height: 5px;
        margin-top: 6px;
      }
      .bad {
        color: var(--bad);
      }
      .good .icon {
        color: var(--good);
      }
      @media (max-width: 620px) {
        .track {
          grid-template-columns: 20px minmax(0, 1fr) 44px;
        }
        .isrc {
          grid-column: 2;
          grid-row: 2;
        }
        .state {
          grid-column: 2 / 4;
        }
        .remove {
          grid-column: 3;
          grid-row: 1;
        }
      }
    `,
  ]
  declare draft: Draft
  declare index: number

  #change(change: Partial<Draft>): void {
    this.dispatchEvent(new CustomEvent('change', { detail: change }))
  }

  protected override render() {
    const { title, isrc, upload } = this.draft
    const value = (event: Event) => (event.target as HTMLInputElement).value
    return html`<div class="track" data-testid="draft-track">
      <span class="muted num">${this.index + 1}</span>
      <input
        data-testid="track-title"
        aria-label=${t`Title of track ${this.index + 1}`}
        maxlength="200"
        placeholder=${t`Title (from the file’s tags)`}
        .value=${title}
        @change=${(event: Event) => this.#change({ title: value(event) })}
      />
      <input
        class="isrc mono"
        data-testid="track-isrc"
        aria-label=${t`ISRC of track ${this.index + 1}`}
        maxlength="20"
        placeholder=${t`ISRC, if any`}
        .value=${isrc}
        @change=${(event: Event) => this.#change({ isrc: value(event) })}
      />
      <button
        type="button"
        class="quiet round remove"
        aria-label=${t`Remove ${upload.file.name}`}
        @click=${() => this.dispatchEvent(new CustomEvent('remove'))}
      >
        ${icon('close')}
      </button>
      <div class="state small muted">${this.#progress(upload)}</div>
    </div>`
  }

  #progress(upload: UploadState) {
    const { file, sentBytes, bytesPerSecond, id, problem } = upload
    if (problem !== null) return html`<span class="bad" role="alert">${problem}</span>`
    if (id !== null)
      return html`<span class="good" data-testid="upload-done"
        >${icon('check')} ${file.name}, ${formatBytes(file.size)}</span
      >`
    const left = bytesPerSecond > 0 ? formatTimeLeft((file.size - sentBytes) / bytesPerSecond) : ''
    return html`<span class="num"
        >${t`${file.name} · ${formatBytes(sentBytes)} of ${formatBytes(file.size)}`}${bytesPerSecond > 0 ? ` · ${formatBytes(bytesPerSecond)}/s` : ''}${left === '' ? nothing : t` · ${left} left`}</span
      >
      <div
        class="meter"
        role="progressbar"
        aria-label=${t`Upload of ${file.name}`}
        aria-valuenow=${Math.round((100 * sentBytes) / Math.max(1, file.size))}
      >
        <i .style=${`width:${(100 * sentBytes) / Math.max(1, file.size)}%`}></i>
      </div>`
  }
}

export const isrcHelp = () =>
  explain(
    'ISRC',
    t`International Standard Recording Code: the number by which the trade knows a recording, such as GBAYE0601498. Your national agency or distributor gives it out. You can publish without.`,
  )

define('bs-track-row', TrackRow)
