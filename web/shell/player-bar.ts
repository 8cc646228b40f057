import { html, LitElement, nothing } from 'lit'
import { live } from 'lit/directives/live.js'
import { type Api, formatDuration, icon, type Player, type QueueTrack, shared, t } from '#web/kit/mod.ts'
import { playerBarStyles } from './player-bar-styles.ts'

const WORDS_KEY = 'bandstand-words'

/** What plays, at the foot of every route. What follows, and the words of what plays, open above it. */
export class PlayerBar extends LitElement {
  static override properties = {
    player: { attribute: false },
    api: { attribute: false },
    listed: { state: true },
    worded: { state: true },
  }
  static override styles = [shared, playerBarStyles]
  declare player: Player
  declare api: Api
  /** Whether what follows is shown. */
  declare listed: boolean
  /** Whether words are shown where there are any. */
  declare worded: boolean
  #stop: (() => void)[] = []

  constructor() {
    super()
    this.listed = false
    this.worded = localStorage.getItem(WORDS_KEY) !== 'off'
  }

  /** Loaded when something plays for the first time: the element is there before its module. */
  override willUpdate(): void {
    if (this.#stop.length > 0 || this.player === undefined) return
    const render = () => this.requestUpdate()
    const { state, clock, saver, volume } = this.player
    this.#stop = [state.subscribe(render), clock.subscribe(render), saver.subscribe(render), volume.subscribe(render)]
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stop.splice(0)) stop()
  }

  #list(open: boolean): void {
    this.listed = open
    if (open) void import('./queue-panel.ts').catch(() => {})
    else this.renderRoot.querySelector<HTMLElement>('[data-testid="queue-toggle"]')?.focus()
  }

  #word(): void {
    this.worded = !this.worded
    localStorage.setItem(WORDS_KEY, this.worded ? 'on' : 'off')
  }

  protected override render() {
    const { queue, at } = this.player.state.get()
    const track = queue[at]
    if (track === undefined) return nothing
    return html`<section aria-label=${t`Player`} data-testid="player">
      ${this.#above(track)} ${this.#line(track)}
      <div class="bar">${this.#what(track)} ${this.#controls()} ${this.#extra()}</div>
    </section>`
  }

  #above(track: QueueTrack) {
    const words = this.worded && track.info.captions.length > 0
    if (words) void import('./words-line.ts').catch(() => {})
    return html`${
      this.listed
        ? html`<bs-queue-panel .player=${this.player} @close=${() => this.#list(false)}></bs-queue-panel>`
        : nothing
    }
    ${words ? html`<bs-words-line .player=${this.player} .api=${this.api} .track=${track}></bs-words-line>` : nothing}`
  }

  #line(track: QueueTrack) {
    const { positionMs, durationMs, buffered } = this.player.clock.get()
    const total = durationMs || 1
    const share = (ms: number) => `${Math.min(100, (100 * ms) / total)}%`
    return html`<div class="line">
      ${buffered.map(([from, to]) => html`<i .style=${`left:${share(from)};width:${share(to - from)}`}></i>`)}
      <i class="done" .style=${`width:${share(positionMs)}`}></i>
      <input
        type="range"
        min="0"
        max=${Math.round(total)}
        step="1000"
        aria-label=${t`Position in ${track.info.title}`}
        aria-valuetext=${t`${formatDuration(positionMs)} of ${formatDuration(durationMs)}`}
        .value=${live(String(Math.round(positionMs)))}
        @input=${(event: Event) => this.player.seek(Number((event.target as HTMLInputElement).value))}
      />
    </div>`
  }

  #what(track: QueueTrack) {
    const { sentence, status } = this.player.state.get()
    const { positionMs, durationMs } = this.player.clock.get()
    return html`<div class="what">
      <bs-cover .src=${track.cover} seed=${track.release}></bs-cover>
      <div class="grow">
        <a class="clip" href="/release/${track.release}" data-testid="player-title">${track.info.title}</a>
        <div class="small muted about">
          ${
            sentence !== null && status !== 'playing'
              ? html`<span class="sentence clip" role="status" data-testid="player-sentence">${sentence}</span>`
              : html`<span class="clip">${track.info.artist}</span> ·
                  <span class="num" data-testid="player-time">${formatDuration(positionMs)}</span>
                  <span class="num whole">/ ${formatDuration(durationMs)}</span>`
          }
        </div>
      </div>
    </div>`
  }

  #controls() {
    const { status, queue, at } = this.player.state.get()
    const words = (queue[at]?.info.captions.length ?? 0) > 0
    const busy = status === 'loading' || status === 'waiting'
    const playing = status === 'playing'
    return html`<div class="controls">
      <button class="quiet round skip" aria-label=${t`Previous`} @click=${() => this.player.previous()}>
        ${icon('previous')}
      </button>
      <button
        class="round main"
        data-testid="player-toggle"
        data-status=${status}
        aria-label=${playing || busy ? t`Pause` : t`Play`}
        @click=${() => this.player.toggle()}
      >
        ${icon(busy ? 'spinner' : playing ? 'pause' : 'play')}
      </button>
      <button
        class="quiet round"
        aria-label=${t`Next`}
        ?disabled=${at + 1 >= queue.length}
        @click=${() => this.player.next()}
      >
        ${icon('next')}
      </button>
      ${
        words
          ? html`<button
              class="quiet round"
              data-testid="words-toggle"
              aria-label=${t`Words`}
              title=${t`Words`}
              aria-pressed=${this.worded}
              @click=${() => this.#word()}
            >
              ${icon('words')}
            </button>`
          : nothing
      }
      <button
        class="quiet round"
        data-testid="queue-toggle"
        aria-label=${t`Up next`}
        title=${t`Up next`}
        aria-expanded=${this.listed}
        @click=${() => this.#list(!this.listed)}
      >
        ${icon('queue')}
      </button>
    </div>`
  }

  #extra() {
    const { bitsPerSecond } = this.player.state.get()
    const { saver, volume } = this.player
    return html`<div class="extra">
      ${bitsPerSecond === null ? nothing : html`<span class="chip num" title=${t`Sound quality now`}>${Math.round(bitsPerSecond / 1000)} kbit/s</span>`}
      <label title=${t`Always the smallest rendition, and a short buffer`}
        ><input
          type="checkbox"
          data-testid="data-saver"
          .checked=${live(saver.get())}
          @change=${(event: Event) => saver.set((event.target as HTMLInputElement).checked)}
        />${t`Save data`}</label
      >
      <label
        >${icon('volume')}<span class="hidden-visually">${t`Volume`}</span>
        <input
          class="volume"
          type="range"
          min="0"
          max="1"
          step="0.05"
          .value=${live(String(volume.get()))}
          @input=${(event: Event) => volume.set(Number((event.target as HTMLInputElement).value))}
      /></label>
    </div>`
  }
}

customElements.define('bs-player-bar', PlayerBar)
