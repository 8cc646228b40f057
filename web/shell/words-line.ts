import { css, html, LitElement, nothing, type PropertyValues } from 'lit'
import type { CaptionsInfo } from '#protocols/api/v1/schemas.ts'
import { type Api, currentLanguage, type Player, type QueueTrack, shared, t } from '#web/kit/mod.ts'
import { chooseLanguageOf, cuesAt, nextChange } from './cues.ts'

const TICK_MS = 400

/** Words of what plays, in step with it: the line of now. */
class WordsLine extends LitElement {
  static override properties = {
    player: { attribute: false },
    api: { attribute: false },
    track: { attribute: false },
    words: { state: true },
  }
  static override styles = [
    shared,
    css`
      :host {
        position: absolute;
        inset: auto 12px calc(100% + 12px);
        display: grid;
        justify-items: center;
        pointer-events: none;
      }
      p {
        margin: 0;
        padding: 9px 20px;
        max-width: min(56ch, 100%);
        box-sizing: border-box;
        text-align: center;
        text-wrap: balance;
        font-size: 1.125rem;
        font-weight: 650;
        line-height: 1.35;
        white-space: pre-line;
        overflow-wrap: anywhere;
        max-height: 7em;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: 18px;
        background: color-mix(in oklab, var(--surface), transparent 8%);
        backdrop-filter: blur(12px);
        box-shadow: var(--shadow);
      }
      .silent {
        color: var(--muted);
      }
    `,
  ]
  declare player: Player
  declare api: Api
  declare track: QueueTrack
  declare words: CaptionsInfo | null
  #stop: (() => void) | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #of = ''
  #tickedMs = 0

  constructor() {
    super()
    this.words = null
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
    this.#stop?.()
    this.#stop = null
  }

  override willUpdate(_changed: PropertyValues): void {
    this.#stop ??=
      this.player?.clock.subscribe(() => {
        this.#tickedMs = performance.now()
        this.requestUpdate()
      }) ?? null
    const language = chooseLanguageOf(this.track.info.captions, currentLanguage())
    const of = `${this.track.release}?track=${this.track.index}&language=${language}`
    if (of === this.#of) return
    this.#of = of
    this.words = null
    const [release, query] = of.split('?')
    this.api.get<CaptionsInfo>(`/releases/${release}/captions?${query}`).then(
      words => {
        if (of === this.#of) this.words = words
      },
      () => {},
    )
  }

  /** The clock ticks four times a second; words change when they change. */
  get #nowMs(): number {
    const { positionMs } = this.player.clock.get()
    const playing = this.player.state.get().status === 'playing' && this.#tickedMs > 0
    return positionMs + (playing ? Math.min(TICK_MS, performance.now() - this.#tickedMs) : 0)
  }

  protected override updated(): void {
    clearTimeout(this.#timer)
    if (this.words === null || this.player.state.get().status !== 'playing') return
    const ms = nextChange(this.words.cues, this.#nowMs)
    if (ms !== null && ms < TICK_MS) this.#timer = setTimeout(() => this.requestUpdate(), ms)
  }

  protected override render() {
    if (this.words === null) return nothing
    const now = cuesAt(this.words.cues, this.#nowMs)
    return html`<p
      lang=${this.words.language}
      dir="auto"
      class=${now.length === 0 ? 'silent' : ''}
      aria-label=${t`Words`}
      role="group"
      data-testid="words"
    >${now.length === 0 ? '♪' : now.map(({ text }) => text).join('\n')}</p>`
  }
}

customElements.define('bs-words-line', WordsLine)
