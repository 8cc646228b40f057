import { css, html, nothing } from 'lit'
import type { ModerationInfo, PersonInfo, RoomInfo } from '#protocols/api/v1/moderation.ts'
import { define, explain, Part, t } from '#web/kit/mod.ts'
import { handleOr, nameOf } from '#web/moderation/words.ts'
import './block-lists.ts'

const SLOW = [0, 5, 30, 120] as const

/** Who moderates with the community, how its main room is spoken in, and whose block lists it honours. */
class Moderators extends Part {
  static override properties = { ...Part.properties, info: { attribute: false }, room: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      li {
        padding: 12px 0;
        border-top: 1px solid var(--line);
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      form select {
        flex: 1 1 160px;
      }
    `,
  ]
  declare info: ModerationInfo | null
  /** How the main room is spoken in now; null while it is not known. */
  declare room: RoomInfo | null

  constructor() {
    super()
    this.info = null
    this.room = null
  }

  protected override async load(): Promise<void> {
    const community = this.ctx.stage.get()?.community
    if (community !== undefined) this.room = await this.ctx.api.get<RoomInfo>(`/rooms/${community}/main`)
  }

  #change(work: () => Promise<unknown>): Promise<boolean> {
    return this.attempt(async () => {
      await work()
      this.dispatchEvent(new CustomEvent('bs-moderated', { bubbles: true, composed: true }))
    })
  }

  #say(type: string, body: unknown): Promise<boolean> {
    return this.#change(() => this.ctx.api.send('POST', '/community-events', { type: `engagement/${type}`, body }))
  }

  protected override render() {
    const { info } = this
    return info === null
      ? nothing
      : html`${this.#people(info)} ${this.#room()} <bs-desk-block-lists .ctx=${this.ctx} .lists=${info.lists}></bs-desk-block-lists>`
  }

  #people({ moderators, speakers }: ModerationInfo) {
    const others = speakers.filter(one => !moderators.some(({ key }) => key === one.key))
    const add = (event: SubmitEvent): void => {
      event.preventDefault()
      const key = String(new FormData(event.target as HTMLFormElement).get('key'))
      void this.#say('role', { key, role: 'moderator' })
    }
    return html`<div>
      <h3>
        ${explain(t`Moderators`, t`They may hide, mute and ban in your name, but not you and not each other. Once you take the role back, what they decided does not count.`)}
      </h3>
      <ul>
        ${moderators.map((one: PersonInfo) => this.#moderator(one))}
      </ul>
      ${
        others.length === 0
          ? html`<p class="small muted">${t`Whoever talks in your rooms can be chosen here.`}</p>`
          : html`<form @submit=${add}>
              <select name="key" aria-label=${t`Person`} data-testid="moderator-choice">
                ${others.map(one => html`<option value=${one.key}>${nameOf(one.name, one.key)} · ${handleOr(one)}</option>`)}
              </select>
              <button class="tiny" data-testid="moderator-add">${t`Make moderator`}</button>
            </form>`
      }
    </div>`
  }

  #moderator(one: PersonInfo) {
    return html`<li data-testid="moderator">
      <div class="row between">
        <span>${nameOf(one.name, one.key)} <span class="small muted mono">${handleOr(one)}</span></span>
        <button class="tiny quiet" @click=${() => void this.#say('role', { key: one.key, role: 'none' })}>${t`Take the role back`}</button>
      </div>
    </li>`
  }

  #room() {
    const { room } = this
    const set = async (slowMs: number, closed: boolean): Promise<void> => {
      if (await this.#say('room', { room: 'main', slowMs, closed })) this.room = { slowMs, closed }
    }
    const isNow = (slowMs: number) => String(room !== null && !room.closed && room.slowMs === slowMs)
    return html`<div class="stack tight">
      <h3>${t`Main room`}</h3>
      <div class="row tight" role="group" aria-label=${t`Main room`}>
        ${SLOW.map(
          seconds => html`<button
            class="tiny"
            data-testid=${`slow-${seconds}`}
            aria-pressed=${isNow(seconds * 1000)}
            @click=${() => void set(seconds * 1000, false)}
          >
            ${seconds === 0 ? t`Open` : t`One message every ${seconds} s`}
          </button>`,
        )}
        <button
          class="tiny"
          data-testid="room-close"
          aria-pressed=${String(room?.closed === true)}
          @click=${() => void set(0, true)}
        >
          ${t`Closed`}
        </button>
      </div>
    </div>`
  }
}

define('bs-desk-moderators', Moderators)
