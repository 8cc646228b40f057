import { css, html, nothing } from 'lit'
import type { EventInfo, ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { toHex } from '#web/fan/encoding.ts'
import { define, formatWhen, icon, Part, sayable, t } from '#web/kit/mod.ts'
import { zonedMs, zonedText } from '#web/setup/zoned-time.ts'
import { readProgramme } from './programme-text.ts'

const HOUR_MS = 3_600_000
const ID_BYTES = 16

/** What happens when: the operator announces, changes and cancels it in the community's name. */
class DeskEvents extends Part {
  static override properties = {
    ...Part.properties,
    events: { state: true },
    releases: { state: true },
    editing: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 12px;
        align-items: end;
      }
      li {
        border-block-start: 1px solid var(--line);
        padding-block: 10px;
      }
    `,
  ]
  declare events: readonly EventInfo[]
  declare releases: readonly ReleaseSummary[]
  /** The event in the form; null: a new one. */
  declare editing: EventInfo | null
  declare busy: boolean

  constructor() {
    super()
    this.events = []
    this.releases = []
    this.editing = null
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('event', () => void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    const own = this.ctx.stage.get()?.community
    const [coming, over, releases] = await Promise.all([
      this.ctx.api.get<EventInfo[]>('/happenings'),
      this.ctx.api.get<EventInfo[]>('/happenings?over=true'),
      this.ctx.api.get<ReleaseSummary[]>('/releases'),
    ])
    this.events = [...coming, ...over].filter(event => event.community === own)
    this.releases = releases.filter(release => release.own)
  }

  /** By whose clock times are written: that of the place, else of this device. */
  #zone(): string | null {
    return this.ctx.stage.get()?.timeZone ?? null
  }

  async #say(event: Omit<EventInfo, 'community'>): Promise<boolean> {
    const { id, title, startsAt, endsAt, programme, release, cancelled } = event
    const body = { id, title, startsAt, endsAt, programme, release, cancelled }
    this.busy = true
    const done = await this.attempt(async () => {
      await this.ctx.api.send('POST', '/community-events', { type: 'engagement/event', body })
      await this.load()
    })
    this.busy = false
    return done
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const zone = this.#zone()
    const startsAt = zonedMs(String(data.get('starts')), zone)
    const endsAt = zonedMs(String(data.get('ends')), zone)
    const programme = Number.isFinite(startsAt) ? readProgramme(String(data.get('programme')), startsAt, zone) : null
    if (programme === null) {
      this.toast(t`Write the programme one line each, with the time first: 20:30 Doors.`, 'bad')
      return
    }
    const id = this.editing?.id ?? toHex(crypto.getRandomValues(new Uint8Array(ID_BYTES)))
    const release = String(data.get('release')) || null
    const title = sayable(String(data.get('title')))
    if (!(await this.#say({ id, title, startsAt, endsAt, programme, release, cancelled: false }))) return
    this.editing = null
    form.reset()
  }

  protected override render() {
    const zone = this.#zone()
    return html`<section class="card stack" aria-labelledby="events-title" data-testid="desk-events">
      <div class="stack tight">
        <h2 id="events-title">${t`Events`}</h2>
        <p class="small muted">${t`A concert, a listening evening, a meeting: with a countdown, a programme and a room to talk in.`}</p>
        ${zone === null ? nothing : html`<p class="small muted">${t`Times are by the clock of ${zone.replaceAll('_', ' ')}.`}</p>`}
      </div>
      ${this.#form(this.editing)}
      ${
        this.events.length === 0
          ? nothing
          : html`<ul class="small" aria-label=${t`Announced`}>
              ${this.events.map(event => this.#line(event))}
            </ul>`
      }
    </section>`
  }

  #form(event: EventInfo | null) {
    const hour = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS
    const zone = this.#zone()
    const localTime = (ms: number): string => zonedText(ms, zone)
    const programme = (event?.programme ?? []).map(({ at, title }) => `${localTime(at).slice(11)} ${title}`).join('\n')
    return html`<form class="stack tight" @submit=${(submit: SubmitEvent) => void this.#submit(submit)}>
      <label>${t`What`}<input name="title" data-testid="event-title" required maxlength="200" .value=${event?.title ?? ''} /></label>
      <div class="fields">
        <label>${t`Starts`}<input name="starts" data-testid="event-starts" type="datetime-local" required .value=${localTime(event?.startsAt ?? hour)} /></label>
        <label>${t`Ends`}<input name="ends" data-testid="event-ends" type="datetime-local" required .value=${localTime(event?.endsAt ?? hour + 2 * HOUR_MS)} /></label>
      </div>
      <label
        >${t`Programme`}<textarea
          name="programme"
          data-testid="event-programme"
          rows="3"
          placeholder=${[t`20:00 Doors`, t`20:30 The Sample Trio`].join('\n')}
          .value=${programme}
        ></textarea>
      </label>
      <label
        >${t`Recording`}
        <select name="release">
          <option value="">${t`none yet`}</option>
          ${this.releases.map(one => html`<option value=${one.id} ?selected=${one.id === event?.release}>${one.title}</option>`)}
        </select></label
      >
      <div class="row">
        <button data-testid="event-submit" ?disabled=${this.busy}>
          ${icon(this.busy ? 'spinner' : 'plus')} ${event === null ? t`Announce` : t`Save the event`}
        </button>
        ${
          event === null
            ? nothing
            : html`<button
                type="button"
                class="quiet"
                @click=${() => {
                  this.editing = null
                }}
              >
                ${t`Leave it as it is`}
              </button>`
        }
      </div>
    </form>`
  }

  #line(event: EventInfo) {
    return html`<li class="row between" data-testid="desk-event">
      <span><a class="text" href=${`/event/${event.id}`}>${event.title}</a>
        <span class="muted">${event.cancelled ? t`Cancelled` : formatWhen(event.startsAt, Date.now())}</span></span
      >
      <span class="row tight">
        <button
          class="quiet tiny"
          aria-label=${t`Change ${event.title}`}
          @click=${() => {
            this.editing = event
          }}
        >
          ${t`Change`}
        </button>
        ${
          event.cancelled
            ? nothing
            : html`<button
                class="quiet tiny"
                data-testid="event-cancel"
                aria-label=${t`Cancel ${event.title}`}
                @click=${() => void this.#say({ ...event, cancelled: true })}
              >
                ${t`Cancel`}
              </button>`
        }
      </span>
    </li>`
  }
}

define('bs-desk-events', DeskEvents)
