import { css, html, nothing, type PropertyValues } from 'lit'
import type { ReleaseDetail, TrackInfo } from '#protocols/api/v1/schemas.ts'
import { currentRelease, define, formatBytes, icon, isSounding, Part, t } from '#web/kit/mod.ts'

/** The picture of a release that was made as a video: at hand, or first for whoever mostly watches. */
class Picture extends Part {
  static override properties = { ...Part.properties, release: { attribute: false }, at: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      video {
        width: 100%;
        max-height: 70vh;
        border-radius: var(--radius);
        background: #000;
      }
    `,
  ]
  declare release: ReleaseDetail
  /** Which track is shown; null: only the sound. */
  declare at: number | null
  #told: 'watched' | 'heard' | null = null

  constructor() {
    super()
    this.at = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.cleanup(this.ctx.player.state.subscribe(() => this.#listened()))
  }

  /** Decided once, as the page opens: nothing jumps while somebody reads. */
  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed)
    // Written by `web/personal`, which may come later than the release.
    const first = localStorage.getItem('bandstand-layout')?.includes('"first":"picture"') === true
    if (first) this.at = this.#pictures()[0]?.[1] ?? null
  }

  #pictures(): (readonly [TrackInfo, number])[] {
    return this.release.tracks.map((track, at) => [track, at] as const).filter(([track]) => isPicture(track))
  }

  /** Said once for each side of a visit. */
  #tell(how: 'watched' | 'heard'): void {
    if (this.#told === how) return
    this.#told = how
    this.ctx.personal.get()?.pictured(how === 'watched')
  }

  #listened(): void {
    if (!isSounding(this.ctx, this.release.id)) return
    this.renderRoot.querySelector('video')?.pause()
    this.#tell('heard')
  }

  #watched(): void {
    // One sound at a time.
    const sounding = currentRelease(this.ctx)
    if (sounding !== null && isSounding(this.ctx, sounding)) this.ctx.player.toggle()
    this.#tell('watched')
  }

  protected override render() {
    const shown = this.at === null ? undefined : this.release.tracks[this.at]
    return html`<div class="stack tight" data-testid="picture">
      ${
        shown === undefined
          ? nothing
          : html`<video
              controls
              playsinline
              preload="none"
              data-testid="picture-video"
              aria-label=${shown.title}
              .poster=${this.release.cover ?? ''}
              src=${shown.original.url}
              @play=${() => this.#watched()}
            ></video>`
      }
      <div class="row tight">
        ${this.#pictures().map(
          ([track, at]) =>
            html`<button
              class="tiny"
              aria-pressed=${String(at === this.at)}
              data-testid="watch"
              @click=${() => {
                this.at = at === this.at ? null : at
              }}
            >
              ${icon(at === this.at ? 'close' : 'play')}
              ${at === this.at ? t`Only the sound` : t`Watch ${track.title} (${formatBytes(track.original.bytes)})`}
            </button>`,
        )}
      </div>
    </div>`
  }
}

/** What browsers show by themselves. */
const isPicture = ({ original }: TrackInfo): boolean => /^video\/(?:mp4|webm)$/.test(original.mediaType)

define('bs-picture', Picture)
