import { html, LitElement, nothing } from 'lit'
import type { ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import {
  formatDuration,
  icon,
  type PartContext,
  type Player,
  queueOf,
  sentenceOf,
  shared,
  t,
  tx,
} from '#web/kit/mod.ts'
import { leftOffStyles } from './left-off-styles.ts'

const KEY = 'bandstand-left-off'
const WRITE_EVERY_MS = 5_000
/** Less than this was hardly listening, and whoever heard all but this much of the last track is done. */
const WORTH_MS = 15_000

interface LeftOff {
  readonly release: string
  readonly index: number
  readonly positionMs: number
  readonly title: string
}

/** What this device remembers; null when there is nothing to go on with. Exported for its test. */
export function readLeftOff(text: string | null): LeftOff | null {
  try {
    const { release, index, positionMs, title } = JSON.parse(text ?? 'null') as Record<keyof LeftOff, unknown>
    return typeof release === 'string' &&
      /^[0-9a-f]{32}$/.test(release) &&
      Number.isSafeInteger(index) &&
      Number.isSafeInteger(positionMs) &&
      Number(index) >= 0 &&
      Number(positionMs) >= 0 &&
      typeof title === 'string'
      ? { release, index: Number(index), positionMs: Number(positionMs), title: title.slice(0, 200) }
      : null
  } catch {
    return null
  }
}

/** Where one is, while something plays. It stays on the device. */
export function rememberLeftOff({ state, clock }: Player): void {
  let writtenMs = 0
  const write = (): void => {
    const { queue, at, status } = state.get()
    const track = queue[at]
    const { positionMs, durationMs } = clock.get()
    if (track === undefined || status === 'idle' || durationMs <= 0) return
    const done = at === queue.length - 1 && positionMs > durationMs - Math.min(WORTH_MS, durationMs / 4)
    if (done) localStorage.removeItem(KEY)
    if (done || (positionMs < WORTH_MS && track.index === 0)) return
    const { release, index, info } = track
    localStorage.setItem(KEY, JSON.stringify({ release, index, positionMs: Math.round(positionMs), title: info.title }))
  }
  clock.subscribe(() => {
    const now = performance.now()
    if (now - writtenMs < WRITE_EVERY_MS) return
    writtenMs = now
    write()
  })
  addEventListener('pagehide', write)
}

/** Offers to go on where one left off. Nothing plays by itself. */
class LeftOffOffer extends LitElement {
  static override properties = { ctx: { attribute: false }, gone: { state: true }, sentence: { state: true } }
  static override styles = [shared, leftOffStyles]
  declare ctx: PartContext
  declare gone: boolean
  declare sentence: string | null
  readonly #left = readLeftOff(localStorage.getItem(KEY))

  constructor() {
    super()
    this.gone = false
    this.sentence = null
  }

  async #goOn({ release, index, positionMs }: LeftOff): Promise<void> {
    try {
      const detail = await this.ctx.api.get<ReleaseDetail>(`/releases/${release}`)
      this.ctx.player.play(queueOf(detail), Math.min(index, detail.tracks.length - 1), positionMs)
    } catch (cause) {
      this.sentence = sentenceOf(cause)
    }
  }

  #dismiss(): void {
    localStorage.removeItem(KEY)
    this.gone = true
  }

  protected override render() {
    const left = this.#left
    if (left === null || this.gone) return nothing
    return html`<section aria-label=${t`Where you left off`} data-testid="left-off">
      <button class="round main" data-testid="left-off-play" aria-label=${t`Go on with ${left.title}`} @click=${() => void this.#goOn(left)}>
        ${icon('play')}
      </button>
      ${
        this.sentence === null
          ? html`<p class="grow clip">${tx`Go on with ${html`<b>${left.title}</b>`}`}</p>
              <span class="num muted">${formatDuration(left.positionMs)}</span>`
          : html`<p class="grow">${this.sentence}</p>`
      }
      <button class="quiet round" data-testid="left-off-dismiss" aria-label=${t`Not now`} @click=${() => this.#dismiss()}>
        ${icon('close')}
      </button>
    </section>`
  }
}

customElements.define('bs-left-off', LeftOffOffer)
