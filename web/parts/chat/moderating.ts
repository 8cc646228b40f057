import { css, html, nothing } from 'lit'
import type { DecisionInfo, RoomInfo, StandingInfo } from '#protocols/api/v1/moderation.ts'
import type { ChatMessage } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { currentLanguage, define, m, Part, sayable, t, translated } from '#web/kit/mod.ts'
import { decide } from '#web/moderation/decide.ts'
import { REASON_MAX } from '#web/moderation/words.ts'

const HOUR_MS = 60 * 60 * 1000
const APPEAL_MAX = 1_000

type Act = 'report' | 'hide' | 'mute' | 'ban'

const ACTS: readonly (readonly [act: Act, words: string])[] = [
  ['hide', m('Hide')],
  ['mute', m('Mute for an hour')],
  ['ban', m('Ban')],
]

const styles = css`
  .acts button {
    all: unset;
    cursor: pointer;
    color: var(--muted);
    font-size: 0.875rem;
    min-height: 24px;
  }
  .acts button:focus-visible {
    outline: 2px solid var(--accent);
    border-radius: 4px;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 12px;
    align-items: center;
  }
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding-block: 6px;
  }
  input {
    flex: 1 1 160px;
  }
`

/** What may be done about one message: everybody reports, moderators decide. Two taps, with a reason. */
class MessageActs extends Part {
  static override properties = {
    ...Part.properties,
    message: { attribute: false },
    helps: { type: Boolean, reflect: true },
    act: { state: true },
    open: { type: Boolean, reflect: true },
  }
  static override styles = [...Part.styles, styles]
  declare message: ChatMessage
  /** Whether this reader moderates here. */
  declare helps: boolean
  declare act: Act | null
  /** Whether something was chosen and waits for its reason. */
  declare open: boolean

  constructor() {
    super()
    this.helps = false
    this.act = null
    this.open = false
  }

  #choose(act: Act | null): void {
    this.act = act
    this.open = act !== null
    if (this.open) void this.updateComplete.then(() => this.scrollIntoView({ block: 'nearest' }))
  }

  async #do(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const { act, message } = this
    const reason = sayable(String(new FormData(event.target as HTMLFormElement).get('reason') ?? ''))
    if (act === null) return
    const done = await this.attempt(() =>
      act === 'report' ? this.#report(reason) : this.#decide(act, message, reason),
    )
    if (!done) return
    this.#choose(null)
    this.toast(
      act === 'report' ? t`Thank you. The moderators will look at it.` : t`Done. It takes effect at once.`,
      'good',
    )
  }

  #report(reason: string): Promise<unknown> {
    const { community, id } = this.message
    return this.ctx.fan.send(community, 'engagement/report', { target: fromHex(id), reason })
  }

  #decide(action: Exclude<Act, 'report'>, { community, id, author }: ChatMessage, reason: string): Promise<void> {
    const target = action === 'hide' ? id : author
    const until = action === 'mute' ? Date.now() + HOUR_MS : 0
    return decide(this.ctx, community, { action, target, until, reason })
  }

  #choice(act: Act, words: string) {
    return html`<button
      class="text small"
      data-testid=${`chat-${act}`}
      @click=${() => this.#choose(act)}
    >
      ${words}
    </button>`
  }

  protected override render() {
    if (this.act === null)
      return html`<span class="acts">
        ${this.helps ? ACTS.map(([act, words]) => this.#choice(act, translated(words))) : this.#choice('report', t`Report`)}
      </span>`
    const words = ACTS.find(([act]) => act === this.act)?.[1]
    return html`<form @submit=${(event: SubmitEvent) => void this.#do(event)}>
      <input name="reason" maxlength=${REASON_MAX} aria-label=${t`Reason`} placeholder=${t`Reason, in a few words`} data-testid="chat-reason" />
      <button class="tiny primary" data-testid="chat-act">${words === undefined ? t`Report` : translated(words)}</button>
      <button
        type="button"
        class="tiny quiet"
        @click=${() => this.#choose(null)}
      >
        ${t`Not now`}
      </button>
    </form>`
  }
}

/** Why one may not speak, until when, and the way to appeal; how the room is spoken in. */
class RoomNotice extends Part {
  static override properties = {
    ...Part.properties,
    standing: { attribute: false },
    room: { attribute: false },
    community: {},
  }
  static override styles = [...Part.styles, styles]
  declare standing: StandingInfo | null
  declare room: RoomInfo | null
  declare community: string

  constructor() {
    super()
    this.standing = null
    this.room = null
    this.community = ''
  }

  async #appeal(event: SubmitEvent, decision: DecisionInfo): Promise<void> {
    event.preventDefault()
    const text = sayable(String(new FormData(event.target as HTMLFormElement).get('text') ?? ''))
    if (text === '') return
    await this.attempt(async () => {
      await this.ctx.fan.send(this.community, 'engagement/appeal', { decision: fromHex(decision.id), text })
      this.toast(t`Your appeal is with the community.`, 'good')
      this.dispatchEvent(new CustomEvent('bs-standing', { bubbles: true, composed: true }))
    })
  }

  #decision(one: DecisionInfo) {
    const what =
      one.action === 'ban'
        ? t`You are banned here.`
        : one.action === 'hide'
          ? t`One of your messages is hidden: “${one.text}”`
          : one.until === null
            ? t`You are muted here.`
            : t`You are muted here until ${new Date(one.until).toLocaleString(currentLanguage())}.`
    return html`<div class="card stack tight" role="status" data-testid="chat-barred">
      <p>${what} ${one.reason === '' ? nothing : t`The reason: ${one.reason}`}</p>
      ${one.appeal === null ? this.#form(one) : this.#answer(one.appeal)}
      <p class="small muted">${t`Your account and what you own are not touched.`}</p>
    </div>`
  }

  #answer(appeal: NonNullable<DecisionInfo['appeal']>) {
    if (appeal.upheld === null) return html`<p class="small">${t`You have appealed. The community will answer.`}</p>`
    return html`<p class="small">${t`The community looked at your appeal and keeps to it.`} ${appeal.answer}</p>`
  }

  #form(one: DecisionInfo) {
    return html`<form @submit=${(event: SubmitEvent) => void this.#appeal(event, one)}>
      <input name="text" maxlength=${APPEAL_MAX} required aria-label=${t`Appeal`} placeholder=${t`Why this is not right`} data-testid="chat-appeal" />
      <button class="tiny" data-testid="chat-appeal-send">${t`Appeal`}</button>
    </form>`
  }

  protected override render() {
    const seconds = Math.round((this.room?.slowMs ?? 0) / 1000)
    return html`${this.standing?.decisions.map(one => this.#decision(one)) ?? nothing}
    ${this.standing?.lists.map(name => html`<p class="small" role="status" data-testid="chat-listed">${t`${name} banned this key, and this community honours its list.`}</p>`) ?? nothing}
    ${this.room?.closed ? html`<p class="small muted" data-testid="chat-closed">${t`This room is closed for now. You can go on reading.`}</p>` : nothing}
    ${seconds > 0 ? html`<p class="small muted" data-testid="chat-slow">${t`Slow mode: one message every ${seconds} s.`}</p>` : nothing}`
  }
}

define('bs-chat-acts', MessageActs)
define('bs-chat-notice', RoomNotice)
