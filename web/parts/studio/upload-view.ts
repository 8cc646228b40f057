import { html, nothing, type TemplateResult } from 'lit'
import { formatBytes, formatTimeLeft, icon, t } from '#web/kit/mod.ts'
import type { UploadState } from './uploads.ts'

export interface UploadActs {
  pause(): void
  resume(): void
}

/** How far one file is, what happened on the way, and what can be done about it. */
export function uploadView(upload: UploadState, acts: UploadActs): TemplateResult {
  const { name, bytes, phase, note } = upload
  if (phase === 'done')
    return html`<span class="good" data-testid="upload-done">${icon('check')} ${name}, ${formatBytes(bytes)}</span>${note === null ? nothing : html`<span data-testid="upload-note">${note}</span>`}`
  if (phase === 'missing')
    return html`<span class="bad" data-testid="upload-missing">${t`Choose ${name} again: it goes on where it stopped.`}</span>${meter(upload)}`
  return html`<div class="row between">
      <span class="num" data-testid="upload-progress" data-phase=${phase}>${saying(upload)}</span>
      ${
        phase === 'sending'
          ? html`<button type="button" class="quiet tiny" data-testid="upload-pause" @click=${acts.pause}>
              ${icon('pause')} ${t`Pause`}
            </button>`
          : html`<button type="button" class="tiny" data-testid="upload-resume" @click=${acts.resume}>
              ${icon('play')} ${phase === 'paused' ? t`Go on` : t`Try now`}
            </button>`
      }
    </div>
    ${meter(upload)}${note === null ? nothing : html`<span data-testid="upload-note">${note}</span>`}`
}

function saying({ name, bytes, phase, sentBytes, bytesPerSecond, problem }: UploadState) {
  const far = t`${name} · ${formatBytes(sentBytes)} of ${formatBytes(bytes)}`
  if (phase === 'paused') return t`${far} · paused`
  if (phase === 'retrying') return t`${far} · the connection broke; it goes on by itself`
  if (problem !== null) return html`<span class="bad" role="alert">${problem}</span>`
  if (bytesPerSecond <= 0) return far
  const left = formatTimeLeft((bytes - sentBytes) / bytesPerSecond)
  const speed = t`${far} · ${formatBytes(bytesPerSecond)} a second`
  return left === '' ? speed : t`${speed} · ${left} left`
}

function meter({ name, bytes, sentBytes }: UploadState): TemplateResult {
  const percent = (100 * sentBytes) / Math.max(1, bytes)
  return html`<div
    class="meter"
    role="progressbar"
    aria-label=${t`Upload of ${name}`}
    aria-valuenow=${Math.round(percent)}
    aria-valuemin="0"
    aria-valuemax="100"
  >
    <i .style=${`width:${percent}%`}></i>
  </div>`
}
