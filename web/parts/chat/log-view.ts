import { html, nothing, type PropertyValues } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ChatMessage } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { define, icon, Part, plural, t } from '#web/kit/mod.ts'
import { logStyles } from './chat-styles.ts'
import type { RoomLog } from './log.ts'
import { type MessageHost, messageView } from './message.ts'
import type { RoomReader } from './room-reader.ts'
import { lastSeen, rememberSeen, type Seen, unseen } from './seen.ts'
import { waitingIn, waitingView } from './waiting.ts'

const NEAR_END_PX = 80

/** What was said in one room: follows the newest message until the reader looks back, and says what came meanwhile. */
class LogView extends Part {
  static override properties = {
    ...Part.properties,
    reader: { attribute: false },
    log: { attribute: false },
    place: {},
    helps: { type: Boolean },
    editing: { state: true },
    opened: { state: true },
    unfolded: { state: true },
    line: { state: true },
    following: { state: true },
  }
  static override styles = [...Part.styles, logStyles]
  declare reader: RoomReader | null
  /** Null until the room was read. */
  declare log: RoomLog | null
  /** Community and room. */
  declare place: string
  /** Whether this reader moderates here. */
  declare helps: boolean
  /** Id of the own message that is being changed. */
  declare editing: string | null
  /** Id of the message whose acts are shown. */
  declare opened: string | null
  /** Long messages that are shown in full. */
  declare unfolded: ReadonlySet<string>
  /** Below it is what this reader had not seen. */
  declare line: Seen | null
  /** Whether the newest message is in sight. */
  declare following: boolean
  /** Whether something was said since this reader last looked at the newest. */
  #missed = false

  constructor() {
    super()
    this.reader = null
    this.log = null
    this.place = ''
    this.helps = false
    this.editing = null
    this.opened = null
    this.unfolded = new Set()
    this.line = null
    this.following = true
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.fan.waiting)
    this.watch(this.ctx.live.online)
    const seen = () => this.#saw()
    document.addEventListener('visibilitychange', seen)
    this.cleanup(() => document.removeEventListener('visibilitychange', seen))
  }

  protected override firstUpdated(): void {
    const list = this.renderRoot.querySelector('.log')
    if (list === null) return
    // Beside a panel that opens, or above a keyboard, the newest stays in sight.
    const resized = new ResizeObserver(() => this.#keepEnd())
    resized.observe(list)
  }

  #keepEnd(): void {
    const list = this.renderRoot.querySelector('.log')
    if (list !== null && this.following) list.scrollTop = list.scrollHeight
  }

  /** After something was said by this reader: all before it counts as read. */
  toEnd(): void {
    this.line = null
    this.#follow(true)
  }

  get #me(): string | undefined {
    return this.ctx.fan.identity.get()?.key
  }

  get #looks(): boolean {
    return this.following && document.visibilityState === 'visible'
  }

  #follow(on: boolean): void {
    this.following = on
    if (this.reader !== null) this.reader.following = on
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (changed.has('place')) this.toEnd()
    const before = changed.get('log') as RoomLog | null | undefined
    if (!changed.has('log') || this.log === null) return
    if (before === null || before === undefined || changed.has('place')) this.line = this.#lineAt(lastSeen(this.place))
    else if (!this.#looks && !this.#missed) this.#miss(before.messages.at(-1) ?? null)
  }

  #miss(seen: Seen | null): void {
    const line = this.#lineAt(seen)
    this.#missed = line !== null
    this.line = line ?? this.line
  }

  /** A line there, if others said something after it. */
  #lineAt(seen: Seen | null): Seen | null {
    return seen !== null && unseen(this.log?.messages ?? [], seen, this.#me).length > 0 ? seen : null
  }

  protected override updated(changed: PropertyValues): void {
    // Also what waits to be sent is at the end.
    this.#keepEnd()
    if (changed.has('log') || changed.has('following') || changed.has('opened')) this.#saw()
  }

  #saw(): void {
    const last = this.log?.messages.at(-1)
    if (last === undefined || !this.#looks) return
    this.#missed = false
    rememberSeen(this.place, last)
  }

  #scrolled(event: Event): void {
    const list = event.currentTarget as HTMLElement
    this.#follow(list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX)
  }

  async #older(): Promise<void> {
    this.#follow(false)
    await this.attempt(async () => this.reader?.older())
  }

  async #change(message: ChatMessage, text: string): Promise<void> {
    const done = await this.attempt(async () => {
      const body = { target: fromHex(message.id), text }
      const { status } = await this.ctx.fan.send(message.community, 'engagement/edit', body)
      if (status !== 'waiting') this.reader?.said({ ...message, text, edited: true })
    })
    if (done) this.editing = null
  }

  protected override render() {
    return html`<div
        class="log"
        role="log"
        aria-live="polite"
        tabindex="0"
        aria-label=${t`Messages`}
        @scroll=${(event: Event) => this.#scrolled(event)}
      >
        ${this.#messages()}
      </div>
      ${this.following ? nothing : this.#jump()}`
  }

  get #takesAnInvite(): boolean {
    const stage = this.ctx.stage.get()
    return stage !== null && stage.joining !== 'everyone' && this.place.startsWith(stage.community)
  }

  #messages() {
    const { log } = this
    const waiting = waitingIn(this.ctx.fan.waiting.get(), this.place, log)
    if (log === null) return html`${this.#unread()}${waiting.map(waitingView)}`
    const { messages } = log
    if (messages.length + waiting.length === 0 && log.since === null)
      return html`<p class="muted first">${this.#takesAnInvite ? t`Quiet so far.` : t`Quiet so far. Say the first word; no sign-up needed.`}</p>`
    const host = this.#host(messages)
    const first = this.line === null ? undefined : unseen(messages, this.line, host.me)[0]
    return html`${log.since === null ? nothing : html`<button class="quiet tiny" data-testid="chat-older" @click=${() => void this.#older()}>${t`Earlier messages`}</button>`}
    ${repeat(
      messages,
      message => message.id,
      (message, index) =>
        html`${message === first ? html`<p class="line small" data-testid="chat-new">${t`New`}</p>` : nothing}${messageView(host, message, message === first ? undefined : messages[index - 1])}`,
    )}${waiting.map(waitingView)}`
  }

  #unread() {
    return this.ctx.live.online.get()
      ? html`<p class="muted small wait">${icon('spinner')} ${t`Reading the room`}</p>`
      : html`<p class="muted small wait">${t`What was said here shows as soon as the stage answers.`}</p>`
  }

  #host(messages: readonly ChatMessage[]): MessageHost {
    const { ctx, editing, helps, unfolded } = this
    const me = this.#me
    return {
      ctx,
      me,
      helps,
      editing,
      opened: this.opened,
      unfolded,
      open: id => {
        this.opened = id
      },
      names: [ctx.fan.identity.get()?.name ?? '', messages.findLast(one => one.author === me)?.handle ?? ''],
      edit: id => {
        this.editing = id
      },
      unfold: id => {
        this.unfolded = new Set(unfolded).add(id)
      },
      change: (message, text) => void this.#change(message, text),
    }
  }

  #jump() {
    const count = this.line === null || !this.#missed ? 0 : unseen(this.log?.messages ?? [], this.line, this.#me).length
    return html`<button class="jump tiny" data-testid="chat-jump" @click=${() => this.#follow(true)}>
      ${count === 0 ? t`To the newest` : plural(count, 'new message', 'new messages')} <span aria-hidden="true">↓</span>
    </button>`
  }
}

define('bs-chat-log', LogView)
