import { html, nothing } from 'lit'
import type { CommentInfo, ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import { currentRelease, define, formatDuration, icon, Part, queueOf, t } from '#web/kit/mod.ts'
import { factsOf } from './facts.ts'
import { heroOf } from './hero.ts'
import type { Say } from './queueing.ts'
import { releaseStyles } from './release-styles.ts'
import { tracksOf } from './tracks.ts'
import './comments.ts'
import './moment.ts'
import './keep.ts'
import './reactions.ts'
import './waveform.ts'

/** How far below the window something may stand and still be near. */
const NEAR = '0px 0px 200px 0px'
const LATER_MS = 2_500

/** One release: listen, see who made it, react, talk, pay. */
export default class Release extends Part {
  static override properties = {
    ...Part.properties,
    release: { state: true },
    gone: { state: true },
    comments: { state: true },
    payable: { state: true },
    near: { state: true },
  }
  static override styles = [...Part.styles, releaseStyles]
  declare release: ReleaseDetail | null
  declare gone: string | null
  declare comments: readonly CommentInfo[]
  declare payable: boolean
  declare near: boolean
  #watching = false

  constructor() {
    super()
    this.release = null
    this.gone = null
    this.comments = []
    this.payable = false
    this.near = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.ctx.player.warm()
    this.watch(this.ctx.player.state)
    this.watch(this.ctx.player.clock)
    const again = (id: string | null) => {
      if (id !== null && id === this.params.id) void this.load().catch(() => {})
    }
    this.on('release', release => again(release.id))
    this.on('receipt', receipt => again(receipt.release))
    // A holder came or went.
    this.on('community', () => again(this.params.id ?? null))
    this.on('play', ({ release, plays }) => {
      if (this.release?.id === release) this.release = { ...this.release, plays }
    })
    this.on('withdraw', ({ id }) => {
      if (id === this.params.id) this.gone = t`The people who published this release have taken it down.`
    })
  }

  protected override async load(): Promise<void> {
    try {
      const release = await this.ctx.api.get<ReleaseDetail>(`/releases/${this.params.id}`)
      if (showsPicture(release)) await import('./picture.ts')
      this.release = release
      this.gone = null
      const [first] = queueOf(this.release)
      this.ctx.player.warm(first)
    } catch (cause) {
      if (this.release === null) this.gone = cause instanceof Error ? cause.message : t`This release cannot be shown.`
      throw cause
    }
  }

  /** What stands further down comes when somebody gets near it, or when nobody waits for anything any more. */
  #watchNear(): void {
    const seen = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) this.#loadRest()
      },
      { rootMargin: NEAR },
    )
    const later = setTimeout(() => this.#loadRest(), LATER_MS)
    seen.observe(this.renderRoot.querySelector('.later') as Element)
    this.cleanup(() => {
      seen.disconnect()
      clearTimeout(later)
    })
  }

  /** Elements are placed once their module is there. */
  #loadRest(): void {
    if (this.near) return
    this.near = true
    import('./pay-sections.ts').then(
      () => {
        this.payable = true
      },
      () => {},
    )
  }

  #play(index: number, fromMs = 0): void {
    if (this.release !== null) this.ctx.player.play(queueOf(this.release), index, fromMs)
  }

  readonly say: Say = (message, tone) => this.toast(message, tone)

  #toggle(): void {
    if (currentRelease(this.ctx) === this.release?.id) this.ctx.player.toggle()
    else this.#play(0)
  }

  /** Which track the waveform shows: the one being played, else the first. */
  get #shown(): number {
    const { queue, at } = this.ctx.player.state.get()
    const track = queue[at]
    return track !== undefined && track.release === this.release?.id ? track.index : 0
  }

  protected override updated(): void {
    if (!this.#watching && this.release !== null && this.gone === null) {
      this.#watching = true
      this.#watchNear()
    }
  }

  protected override render() {
    if (this.gone !== null)
      return html`<div class="empty">
        <h1>${t`Not on this stage`}</h1>
        <p class="lede">${this.gone}</p>
        <a class="button primary" href="/">${t`Back to the music`}</a>
      </div>`
    const release = this.release
    if (release === null)
      return html`<div class="hero">
        <div class="skeleton art"></div>
        <div class="skeleton line"></div>
      </div>`
    const room = { community: release.community, room: release.id }
    const target = { community: release.community, release: release.id }
    return html`<div class="page" data-testid="release" data-release=${release.id}>
      ${heroOf(release, { ctx: this.ctx, toggle: () => this.#toggle(), say: this.say })}
      <div class="columns">
        <div class="stack loose">
          ${showsPicture(release) ? html`<bs-picture .ctx=${this.ctx} .release=${release}></bs-picture>` : nothing}
          ${this.#listen(release)}
          <bs-reactions .ctx=${this.ctx} .params=${target}></bs-reactions>
          ${tracksOf(release, { ctx: this.ctx, shown: this.#shown, play: index => this.#play(index), say: this.say })}
          <span class="later"></span>
          ${
            this.payable
              ? html`<bs-buy .ctx=${this.ctx} .release=${release}></bs-buy>
                <bs-tip .ctx=${this.ctx} .release=${release}></bs-tip>`
              : nothing
          }
          <bs-comments
            .ctx=${this.ctx}
            .params=${target}
            @comments=${(event: CustomEvent<CommentInfo[]>) => {
              this.comments = event.detail
            }}
            @moment=${(event: CustomEvent<{ track: number; atMs: number }>) => this.#play(event.detail.track, event.detail.atMs)}
          ></bs-comments>
          ${factsOf(release)}
        </div>
        <aside class="card">${this.near ? html`<bs-part name="chat" .ctx=${this.ctx} .params=${room}></bs-part>` : nothing}</aside>
      </div>
    </div>`
  }

  #listen(release: ReleaseDetail) {
    const index = this.#shown
    const track = release.tracks[index]
    if (track === undefined) return nothing
    const active = currentRelease(this.ctx) === release.id
    const clock = this.ctx.player.clock.get()
    const { sentence } = this.ctx.player.state.get()
    const markers = this.comments.flatMap(one =>
      one.track === index && one.atMs !== null ? [{ atMs: one.atMs, label: `${one.name}: ${one.text}` }] : [],
    )
    return html`<div class="stack tight">
      <bs-waveform
        .buckets=${track.waveform}
        .positionMs=${active ? clock.positionMs : 0}
        .durationMs=${(active && clock.durationMs) || track.durationMs || 1}
        .buffered=${active ? clock.buffered : []}
        .markers=${markers}
        label=${t`Position in ${track.title}`}
        @seek=${(event: CustomEvent<number>) => (active ? this.ctx.player.seek(event.detail) : this.#play(index, event.detail))}
      ></bs-waveform>
      <bs-moment .comments=${this.comments} .track=${index} .positionMs=${active ? clock.positionMs : null}></bs-moment>
      <div class="row between small muted num" dir="ltr">
        <span>${formatDuration(active ? clock.positionMs : 0)}</span
        ><span class="clip">${release.tracks.length > 1 ? track.title : nothing}</span
        ><span>${formatDuration(track.durationMs)}</span>
      </div>
      ${active && sentence !== null ? html`<p class="away" role="status">${icon('cloud')} ${sentence}</p>` : nothing}
    </div>`
  }
}

/** Whether everybody may watch something of it: what is sold as a download is not shown before it is bought. */
function showsPicture({ price, tracks }: ReleaseDetail): boolean {
  return price === null && tracks.some(({ original }) => original.mediaType.startsWith('video/'))
}

define('bs-release', Release)
