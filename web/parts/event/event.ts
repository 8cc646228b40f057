import { html, nothing } from 'lit'
import type { AudienceInfo, EventInfo, ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import { onNow, partsOf, phaseOf } from '#src/engagement/programme.ts'
import { currentLanguage, define, formatClock, icon, Part, plural, queueOf, t } from '#web/kit/mod.ts'
import { atThePlace } from './at-the-place.ts'
import { eventStyles } from './event-styles.ts'
import './replay-chat.ts'

/** Something that happens at a time: how long until then, what is on, who is there, the talk beside it, and afterwards the recording. */
export default class Event extends Part {
  static override properties = {
    ...Part.properties,
    event: { state: true },
    gone: { state: true },
    audience: { state: true },
    now: { state: true },
  }
  static override styles = [...Part.styles, eventStyles]
  declare event: EventInfo | null
  declare gone: string | null
  declare audience: number
  declare now: number
  /** Where this page is counted, and under which name. */
  #counted: { readonly id: string; readonly reader: string } | null = null

  constructor() {
    super()
    this.event = null
    this.gone = null
    this.audience = 0
    this.now = Date.now()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const tick = setInterval(() => {
      this.now = Date.now()
    }, 1000)
    this.cleanup(() => clearInterval(tick))
    this.on('event', event => {
      if (event.id === this.params.id && event.community === this.event?.community) this.event = event
    })
    this.on('audience', ({ event, count }) => {
      if (event === this.params.id) this.audience = count
    })
    this.cleanup(this.ctx.live.reader.subscribe(() => this.#attend()))
    this.cleanup(() => {
      if (this.#counted !== null) void this.#tell(this.#counted.id, this.#counted.reader, false)
      this.#counted = null
    })
  }

  protected override async load(): Promise<void> {
    try {
      this.event = await this.ctx.api.get<EventInfo>(`/happenings/${this.params.id}`)
      this.gone = null
    } catch (cause) {
      if (this.event === null) this.gone = cause instanceof Error ? cause.message : t`This event cannot be shown.`
      throw cause
    }
    this.#attend()
  }

  /** Whoever looks is counted; a new connection has a new name. */
  #attend(): void {
    const reader = this.ctx.live.reader.get()
    const id = this.event?.id
    if (id === undefined || reader === null) return
    if (this.#counted?.id === id && this.#counted.reader === reader) return
    this.#counted = { id, reader }
    void this.#tell(id, reader, true)
  }

  async #tell(id: string, reader: string, on: boolean): Promise<void> {
    try {
      const { count } = await this.ctx.api.send<AudienceInfo>('POST', `/happenings/${id}/audience`, { reader, on })
      if (on) this.audience = count
    } catch {
      // Not being counted takes nothing from the evening.
      this.#counted = null
    }
  }

  async #play(release: string): Promise<void> {
    await this.attempt(async () => {
      this.ctx.player.play(queueOf(await this.ctx.api.get<ReleaseDetail>(`/releases/${release}`)), 0)
    })
  }

  protected override render() {
    if (this.gone !== null)
      return html`<div class="empty">
        <h1>${t`No such event`}</h1>
        <p class="lede">${this.gone}</p>
        <a class="button primary" href="/">${t`Back to the first page`}</a>
      </div>`
    const { event } = this
    if (event === null) return html`<div class="skeleton block" aria-busy="true"></div>`
    const phase = phaseOf(event, this.now)
    const from = this.ctx.communities.get().find(one => one.community === event.community)
    return html`<div class="stack loose" data-testid="event" data-phase=${phase}>
      <header class="stack tight">
        <p class="muted small">${from?.name ?? ''} · ${whenOf(event)}</p>
        <h1>${event.title}</h1>
        ${this.#state(event)} ${this.#place(event)}
      </header>
      <div class="columns">
        <div class="stack loose">${this.#recording(event)}${this.#programme(event)}</div>
        <aside class="card stack">
          ${
            phase === 'over' && event.release !== null
              ? html`<h2>${t`What was said`}</h2>
                  <bs-replay-chat .ctx=${this.ctx} .event=${event}></bs-replay-chat>`
              : html`<bs-part
                  name="chat"
                  .ctx=${this.ctx}
                  .params=${{ community: event.community, room: event.id }}
                ></bs-part>`
          }
        </aside>
      </div>
    </div>`
  }

  #place(event: EventInfo) {
    const place = atThePlace(this.ctx.stage.get(), event)
    return place === null ? nothing : html`<p class="muted small" data-testid="event-place">${place}</p>`
  }

  #state(event: EventInfo) {
    const phase = phaseOf(event, this.now)
    const here = html`<span class="muted" data-testid="event-audience">${t`${plural(this.audience, 'person', 'people')} here`}</span>`
    if (phase === 'cancelled') return html`<p class="chip bad">${t`Cancelled`}</p>`
    if (phase === 'over') return html`<p class="muted">${t`This event is over.`}</p>`
    if (phase === 'on')
      return html`<p class="row"><span class="chip good"><span class="dot on"></span>${t`On now`}</span>${here}</p>`
    const { days, hours, minutes, seconds } = partsOf(event.startsAt - this.now)
    const two = (n: number) => String(n).padStart(2, '0')
    return html`<p class="row">
      <span class="count num" role="timer" data-testid="event-countdown"
        >${days > 0 ? `${plural(days, 'day')} ` : ''}${two(hours)}:${two(minutes)}:${two(seconds)}</span
      >
      ${here}
    </p>`
  }

  #recording({ release }: EventInfo) {
    if (release === null) return nothing
    return html`<div class="row">
      <button class="primary" data-testid="event-play" @click=${() => void this.#play(release)}>
        ${icon('play')} ${t`Play the recording`}
      </button>
      <a class="button quiet" href=${`/release/${release}`}>${t`About the recording`}</a>
    </div>`
  }

  #programme({ programme, ...event }: EventInfo) {
    if (programme.length === 0) return nothing
    const now = phaseOf(event, this.now) === 'on' ? onNow(programme, this.now) : -1
    return html`<section class="stack tight">
      <h2>${t`Programme`}</h2>
      <ol>
        ${programme.map(
          (
            { at, title },
            index,
          ) => html`<li class=${index === now ? 'now' : ''} aria-current=${index === now ? 'true' : nothing}>
            <time class="num muted" datetime=${new Date(at).toISOString()}>${formatClock(at)}</time>
            <span>${title}</span>${index === now ? html`<span class="chip good">${t`On now`}</span>` : nothing}
          </li>`,
        )}
      </ol>
    </section>`
  }
}

const whenOf = ({ startsAt, endsAt }: EventInfo): string => {
  const day = new Date(startsAt).toLocaleDateString(currentLanguage(), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  })
  return `${day}, ${formatClock(startsAt)}–${formatClock(endsAt)}`
}

define('bs-event', Event)
