import { css, html, LitElement } from 'lit'
import { define, formatDuration, shared, t } from '#web/kit/mod.ts'

const BAR_PX = 3
const GAP_PX = 2
const STEP_MS = 5_000

export interface Marker {
  readonly atMs: number
  readonly label: string
}

/** Loudness over time, drawn; a slider to the keyboard and to screen readers. Fires `seek` with milliseconds. */
export class Waveform extends LitElement {
  static override properties = {
    buckets: { attribute: false },
    positionMs: { attribute: false },
    durationMs: { attribute: false },
    buffered: { attribute: false },
    markers: { attribute: false },
    label: {},
  }
  static override styles = [
    shared,
    css`
      .box {
        position: relative;
        height: 96px;
        cursor: pointer;
        border-radius: 10px;
        touch-action: pan-y;
      }
      canvas {
        width: 100%;
        height: 100%;
        display: block;
      }
      .mark {
        position: absolute;
        bottom: -7px;
        width: 13px;
        height: 13px;
        margin-left: -6px;
        border-radius: 50%;
        background: var(--accent);
        border: 2px solid var(--bg);
        pointer-events: none;
      }
    `,
  ]
  declare buckets: readonly number[]
  declare positionMs: number
  declare durationMs: number
  declare buffered: readonly (readonly [number, number])[]
  declare markers: readonly Marker[]
  declare label: string
  readonly #resize = new ResizeObserver(() => this.#draw())

  constructor() {
    super()
    this.buckets = []
    this.positionMs = 0
    this.durationMs = 1
    this.buffered = []
    this.markers = []
    this.label = t`Position`
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#resize.disconnect()
  }

  protected override firstUpdated(): void {
    this.#resize.observe(this.renderRoot.querySelector('canvas') as HTMLCanvasElement)
  }

  protected override updated(): void {
    this.#draw()
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector('canvas')
    const pen = canvas?.getContext('2d')
    if (!canvas || !pen || canvas.clientWidth === 0) return
    const scale = devicePixelRatio || 1
    const { clientWidth: width, clientHeight: height } = canvas
    canvas.width = width * scale
    canvas.height = height * scale
    pen.scale(scale, scale)
    const look = getComputedStyle(this)
    const colours = ['--line', '--muted', '--accent'].map(name => look.getPropertyValue(name))
    const bars = Math.max(1, Math.floor(width / (BAR_PX + GAP_PX)))
    for (let bar = 0; bar < bars; bar++) {
      const atMs = ((bar + 0.5) / bars) * this.durationMs
      const tone = atMs <= this.positionMs ? 2 : this.buffered.some(([from, to]) => from <= atMs && atMs < to) ? 1 : 0
      const tall = Math.max(3, this.#peak(bar / bars, (bar + 1) / bars) * height)
      pen.fillStyle = colours[tone] ?? '#888'
      pen.beginPath()
      pen.roundRect(bar * (BAR_PX + GAP_PX), (height - tall) / 2, BAR_PX, tall, BAR_PX / 2)
      pen.fill()
    }
  }

  /** Loudest bucket between two shares of the track, 0 to 1. A track without a waveform gets a quiet line. */
  #peak(from: number, to: number): number {
    const { length } = this.buckets
    const first = Math.floor(from * length)
    return Math.max(0, ...this.buckets.slice(first, Math.max(first + 1, Math.ceil(to * length)))) / 255
  }

  #seek(ms: number): void {
    this.dispatchEvent(new CustomEvent('seek', { detail: Math.min(Math.max(ms, 0), this.durationMs) }))
  }

  #click(event: MouseEvent): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    this.#seek(((event.clientX - box.left) / box.width) * this.durationMs)
  }

  #key(event: KeyboardEvent): void {
    const to: Record<string, number> = {
      ArrowRight: this.positionMs + STEP_MS,
      ArrowLeft: this.positionMs - STEP_MS,
      Home: 0,
      End: this.durationMs - STEP_MS,
    }
    const target = to[event.key]
    if (target === undefined) return
    event.preventDefault()
    this.#seek(target)
  }

  protected override render() {
    return html`<div
      class="box"
      role="slider"
      tabindex="0"
      data-testid="waveform"
      aria-label=${this.label}
      aria-valuemin="0"
      aria-valuemax=${Math.round(this.durationMs)}
      aria-valuenow=${Math.round(this.positionMs)}
      aria-valuetext=${t`${formatDuration(this.positionMs)} of ${formatDuration(this.durationMs)}`}
      @click=${(event: MouseEvent) => this.#click(event)}
      @keydown=${(event: KeyboardEvent) => this.#key(event)}
    >
      <canvas></canvas>
      ${this.markers.map(({ atMs, label }) => html`<span class="mark" title=${label} .style=${`left:${(100 * atMs) / this.durationMs}%`}></span>`)}
    </div>`
  }
}

define('bs-waveform', Waveform)
