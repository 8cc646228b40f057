import { html, nothing, type TemplateResult } from 'lit'
import type { ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import { currentRelease, formatDuration, icon, isSounding, type PartContext, queueOf, t } from '#web/kit/mod.ts'
import { creditsOf } from './credits.ts'
import { formatsOf } from './facts.ts'
import { queueing, type Say } from './queueing.ts'

export interface TrackActs {
  readonly ctx: PartContext
  readonly shown: number
  readonly play: (index: number) => void
  readonly say: Say
}

/** The tracks in their order; `shown` is the one that the page is about now. */
export function tracksOf(release: ReleaseDetail, { ctx, shown, play, say }: TrackActs): TemplateResult {
  const playing = currentRelease(ctx) === release.id ? shown : -1
  return html`<ol class="tracks" aria-label=${t`Tracks`}>
    ${release.tracks.map(
      (track, index) =>
        html`<li class=${index === playing ? 'on' : ''} data-testid="track">
          <button
            class="quiet"
            @click=${() => (index === playing ? ctx.player.toggle() : play(index))}
          >
            <span class="hidden-visually">${index === playing && isSounding(ctx, release.id) ? t`Pause` : t`Play`}</span>
            <span class="no num"
              >${index === playing ? icon(isSounding(ctx, release.id) ? 'pause' : 'play') : index + 1}</span
            >
            <span class="grow clip"
              >${track.title}${track.artist === release.artist ? nothing : html` <span class="muted">· ${track.artist}</span>`}</span
            >
            <span class="muted num">${formatDuration(track.durationMs)}</span>
          </button>
          ${formatsOf(track, release.price?.download != null, {
            actions: queueing(ctx, queueOf(release).slice(index, index + 1), say),
            credits: creditsOf(release.credits[index]),
          })}
        </li>`,
    )}
  </ol>`
}
