import { css, html, LitElement, nothing } from 'lit'
import type { EventInfo } from '#protocols/api/v1/schemas.ts'
import { phaseOf } from '#src/engagement/programme.ts'
import { define, formatWhen, type PartContext, shared, t } from '#web/kit/mod.ts'

/** The first page has room for so many. */
const SHOWN_MAX = 3

/** What is on now or comes next, soonest first. Nothing at all when nothing is announced. */
class NextEvents extends LitElement {
  static override properties = { ctx: { attribute: false }, events: { state: true } }
  static override styles = [
    shared,
    css`
      /* Without anything to show it takes no room. */
      :host {
        display: contents;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        list-style: none;
        margin: 0;
        padding: 0;
      }
      a {
        display: grid;
        gap: 4px;
        padding: 14px 18px;
        color: inherit;
        text-decoration: none;
      }
    `,
  ]
  declare ctx: PartContext
  declare events: readonly EventInfo[]
  #stop: (() => void)[] = []

  constructor() {
    super()
    this.events = []
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.hasUpdated) this.#listen()
  }

  /** Only now: what was set before the element was defined arrives with the first update. */
  protected override firstUpdated(): void {
    this.#listen()
  }

  #listen(): void {
    const read = () => void this.#read().catch(() => {})
    this.#stop = [this.ctx.live.on('event', read), this.ctx.live.onResync(read)]
    read()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stop.splice(0)) stop()
  }

  async #read(): Promise<void> {
    const known = await this.ctx.api.get<EventInfo[]>('/happenings')
    this.events = known.filter(event => !event.cancelled).slice(0, SHOWN_MAX)
  }

  protected override render() {
    if (this.events.length === 0) return nothing
    const now = Date.now()
    const on = this.events.some(event => phaseOf(event, now) === 'on')
    return html`<section class="stack tight" aria-labelledby="events" data-testid="next-events">
      <h2 id="events">${on ? t`On now` : t`Coming up`}</h2>
      <ul>
        ${this.events.map(
          event => html`<li>
            <a class="card" href=${`/event/${event.id}`}>
              <b>${event.title}</b>
              <span class="small muted"
                >${phaseOf(event, now) === 'on' ? t`On now` : t`starts ${formatWhen(event.startsAt, now)}`}</span
              >
            </a>
          </li>`,
        )}
      </ul>
    </section>`
  }
}

define('bs-next-events', NextEvents)
