import { css, html, LitElement, nothing } from 'lit'
import { live } from 'lit/directives/live.js'
import { repeat } from 'lit/directives/repeat.js'
import { formatDuration, icon, type Player, type QueueTrack, shared, t } from '#web/kit/mod.ts'

/** Rows that are shown at once; the rest is counted. */
const SHOWN_MAX = 100

/** What plays and what follows: jump to it, or take it out. Fires `close`. */
export class QueuePanel extends LitElement {
  static override properties = { player: { attribute: false } }
  static override styles = [
    shared,
    css`
      section {
        position: absolute;
        z-index: 1;
        inset-inline-end: 12px;
        bottom: calc(100% + 12px);
        width: min(420px, calc(100vw - 24px));
        max-height: min(60dvh, 560px);
        overflow: auto;
        overscroll-behavior: contain;
        box-sizing: border-box;
        padding: 16px;
        border: 1px solid var(--line);
        border-radius: 20px;
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      ol {
        margin: 8px 0 0;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
      }
      .track {
        display: grid;
        grid-template-columns: 20px minmax(0, 1fr) auto;
        gap: 10px;
        justify-content: start;
        text-align: start;
        padding: 8px 6px;
        border-radius: 10px;
      }
      .on .track {
        color: var(--accent);
      }
      .past .track {
        color: var(--muted);
        font-weight: 450;
      }
      .foot {
        border-top: 1px solid var(--line);
        margin-top: 12px;
        padding-top: 12px;
      }
      label {
        display: flex;
        gap: 8px;
        align-items: center;
      }
    `,
  ]
  declare player: Player
  #stop: (() => void) | null = null

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop?.()
    this.#stop = null
  }

  override willUpdate(): void {
    this.#stop ??= this.player?.state.subscribe(() => this.requestUpdate()) ?? null
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('h2')?.focus()
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('close'))
  }

  /** The row that takes the place of the one that left keeps the focus. */
  async #remove(index: number): Promise<void> {
    this.player.remove(index)
    await this.updateComplete
    const left = [...this.renderRoot.querySelectorAll<HTMLElement>('.remove')]
    const at = left.find(button => Number(button.dataset.index) >= index) ?? left.at(-1)
    ;(at ?? this.renderRoot.querySelector<HTMLElement>('h2'))?.focus()
  }

  #row(track: QueueTrack, index: number, at: number) {
    const here = index === at
    return html`<li class=${here ? 'on' : index < at ? 'past' : ''} data-testid="queue-row">
      <button
        class="quiet track"
        aria-current=${here ? 'true' : 'false'}
        @click=${() => (here ? this.player.toggle() : this.player.play(this.player.state.get().queue, index))}
      >
        <span class="num muted small">${here ? icon('volume') : index + 1}</span>
        <span class="clip">${track.info.title} <span class="muted">· ${track.info.artist}</span></span>
        <span class="num muted small">${formatDuration(track.info.durationMs)}</span>
      </button>
      ${
        here
          ? nothing
          : html`<button
              class="quiet round remove"
              data-index=${index}
              data-testid="queue-remove"
              aria-label=${t`Take ${track.info.title} out`}
              @click=${() => void this.#remove(index)}
            >
              ${icon('close')}
            </button>`
      }
    </li>`
  }

  protected override render() {
    const { queue, at, bitsPerSecond } = this.player.state.get()
    const from = Math.max(0, at - 3)
    const shown = queue.slice(from, from + SHOWN_MAX)
    return html`<section
      aria-labelledby="next"
      data-testid="queue"
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        this.#close()
      }}
    >
      <div class="row between">
        <h2 id="next" tabindex="-1">${t`Up next`}</h2>
        <button class="quiet round" aria-label=${t`Close`} @click=${() => this.#close()}>${icon('close')}</button>
      </div>
      <ol>
        ${repeat(
          shown.map((track, index) => ({ track, index: from + index })),
          ({ track }) => track,
          ({ track, index }) => this.#row(track, index, at),
        )}
      </ol>
      ${queue.length > from + SHOWN_MAX ? html`<p class="small muted">${t`and ${queue.length - from - SHOWN_MAX} more`}</p>` : nothing}
      ${at + 1 >= queue.length ? html`<p class="small muted">${t`Nothing follows. Add songs from any release.`}</p>` : nothing}
      <div class="row between foot small muted">
        <label
          ><input
            type="checkbox"
            .checked=${live(this.player.saver.get())}
            @change=${(event: Event) => this.player.saver.set((event.target as HTMLInputElement).checked)}
          />${t`Save data`}</label
        >
        ${bitsPerSecond === null ? nothing : html`<span class="num">${Math.round(bitsPerSecond / 1000)} kbit/s</span>`}
      </div>
    </section>`
  }
}

customElements.define('bs-queue-panel', QueuePanel)
