import { css, html, LitElement, type PropertyValues } from 'lit'
import type { ChatMessage, EventInfo } from '#protocols/api/v1/schemas.ts'
import { positionIn, saidBy } from '#src/engagement/programme.ts'
import { define, formatDuration, icon, type PartContext, sentenceOf, shared, shortKey, t } from '#web/kit/mod.ts'

/** Read in pages of this size, at most so many: what a long evening says. */
const PAGE = 200
const PAGES_MAX = 25
/** Messages on the page: those last said at this moment of the recording. */
const SHOWN_MAX = 100

/** What was said while an event was on, in step with the recording that plays. */
class ReplayChat extends LitElement {
  static override properties = {
    ctx: { attribute: false },
    event: { attribute: false },
    messages: { state: true },
    failed: { state: true },
  }
  static override styles = [
    shared,
    css`
      .log {
        max-height: 60vh;
        overflow-y: auto;
        display: grid;
        gap: 10px;
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ]
  declare ctx: PartContext
  declare event: EventInfo
  /** Null until they were read. */
  declare messages: readonly ChatMessage[] | null
  declare failed: string | null
  /** What was shown last: only something new moves the list. */
  #newest: string | undefined
  #stop: (() => void)[] = []

  constructor() {
    super()
    this.messages = null
    this.failed = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = () => this.requestUpdate()
    const read = () =>
      void this.#read().catch((cause: unknown) => {
        this.failed = sentenceOf(cause)
      })
    this.#stop = [
      this.ctx.player.clock.subscribe(again),
      this.ctx.player.state.subscribe(again),
      this.ctx.live.onResync(read),
      // What was hidden since is not replayed.
      this.ctx.live.on('moderation', ({ community }) => {
        if (community === this.event.community) read()
      }),
    ]
    read()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stop.splice(0)) stop()
  }

  async #read(): Promise<void> {
    const { community, id, startsAt, endsAt } = this.event
    const path = `/rooms/${community}/${id}/messages?limit=${PAGE}&before=`
    let found: ChatMessage[] = []
    let before = `${endsAt + 1}`
    for (let page = 0; page < PAGES_MAX; page++) {
      const older = await this.ctx.api.get<ChatMessage[]>(path + before)
      found = [...older, ...found]
      const first = older[0]
      if (first === undefined || older.length < PAGE || first.at < startsAt) break
      before = `${first.at}&beforeId=${first.id}`
    }
    this.messages = found.filter(({ text }) => text !== '')
    this.failed = null
  }

  /** Position in the recording; null while something else plays. */
  get #position(): number | null {
    const { queue, at } = this.ctx.player.state.get()
    const track = queue[at]
    if (track === undefined || track.release !== this.event.release) return null
    const durations = queue.filter(one => one.release === track.release).map(one => one.info.durationMs)
    return positionIn(durations, track.index, this.ctx.player.clock.get().positionMs)
  }

  /** What had been said by now. */
  #said(): ChatMessage[] {
    return saidBy(this.messages ?? [], this.event.startsAt, this.#position ?? 0).slice(-SHOWN_MAX)
  }

  protected override updated(_changed: PropertyValues): void {
    const log = this.renderRoot.querySelector('.log')
    const newest = this.#said().at(-1)?.id
    if (log !== null && newest !== this.#newest) log.scrollTop = log.scrollHeight
    this.#newest = newest
  }

  protected override render() {
    if (this.failed !== null) return html`<p class="muted" role="status">${this.failed}</p>`
    if (this.#position === null)
      return html`<p class="muted">${t`Play the recording: what people said appears as it did that evening.`}</p>`
    const { startsAt } = this.event
    if (this.messages === null) return html`<p class="muted">${icon('spinner')} ${t`Reading the room`}</p>`
    const said = this.#said()
    if (said.length === 0) return html`<p class="muted" data-testid="replay">${t`Nobody has said anything yet.`}</p>`
    return html`<div class="log" role="log" tabindex="0" aria-label=${t`What was said`} data-testid="replay">
      ${said.map(
        one => html`<p>
          <b>${one.name || shortKey(one.author)}</b>
          <span class="muted small num">${formatDuration(Math.max(0, one.at - startsAt))}</span><br />${one.text}
        </p>`,
      )}
    </div>`
  }
}

define('bs-replay-chat', ReplayChat)
