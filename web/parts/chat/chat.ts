import { html, nothing, type PropertyValues } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { RoomInfo, StandingInfo } from '#protocols/api/v1/moderation.ts'
import type { ChatMessage } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import type { LiveData } from '#web/kit/context.ts'
import { define, formatClock, hueOf, icon, Part, sayable, t } from '#web/kit/mod.ts'
import { chatStyles } from './chat-styles.ts'
import './moderating.ts'

const PAGE = 60
/** Messages kept on the page; older ones are read again on demand. */
const KEPT_MAX = 600
const MESSAGE_MAX = 2_000
/** Lines by one author within this time share one heading. */
const RUN_MS = 5 * 60_000
const NEAR_END_PX = 80

/** One room, live. Without a community in `params` it offers the main rooms of all known communities. */
export default class Chat extends Part {
  static override properties = {
    ...Part.properties,
    messages: { state: true },
    chosen: { state: true },
    more: { state: true },
    sending: { state: true },
    editing: { state: true },
    standing: { state: true },
    rules: { state: true },
  }
  static override styles = [...Part.styles, chatStyles]
  declare messages: readonly ChatMessage[] | null
  declare chosen: string | null
  declare more: boolean
  declare sending: boolean
  /** Id of the own message that is being changed. */
  declare editing: string | null
  /** What this reader is here, and what holds against them. */
  declare standing: StandingInfo | null
  declare rules: RoomInfo | null
  #follow = true

  constructor() {
    super()
    this.messages = null
    this.chosen = null
    this.more = false
    this.sending = false
    this.editing = null
    this.standing = null
    this.rules = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('chat', message => {
      if (message.community === this.#community && message.room === this.#room) this.#add([message])
    })
    this.on('moderation', told => {
      if (told.community === this.#community) this.#moderated(told)
    })
  }

  #moderated({ scope, target, hides }: LiveData<'moderation'>): void {
    const key = this.ctx.fan.identity.get()?.key
    const concerned = (one: ChatMessage): boolean => one.id === target || one.author === target
    const mine = target === '' || target === key || this.messages?.some(one => one.author === key && concerned(one))
    const again = !hides && scope !== 'room' && scope !== 'desk' && scope !== 'voice'
    if (hides) this.messages = this.messages?.filter(one => !concerned(one)) ?? null
    const readAgain = async (): Promise<void> => this.#add(again ? await this.#read('') : [])
    void readAgain()
      .then(() => (mine || again || scope === 'room' ? this.#readRules() : undefined))
      .catch(() => {})
  }

  get #community(): string | undefined {
    return (
      this.chosen ??
      this.params.community ??
      this.ctx.stage.get()?.community ??
      this.ctx.communities.get()[0]?.community
    )
  }

  get #room(): string {
    return this.params.room ?? 'main'
  }

  protected override async load(): Promise<void> {
    if (this.#community === undefined) await this.ctx.refresh()
    this.messages = null
    const found = await this.#read('')
    this.more = found.length === PAGE
    this.#follow = true
    this.#add(found)
    await this.#readRules()
  }

  async #readRules(): Promise<void> {
    const [community, key] = [this.#community, this.ctx.fan.identity.get()?.key]
    if (community === undefined) return
    const [rules, standing] = await Promise.all([
      this.ctx.api.get<RoomInfo>(`/rooms/${community}/${this.#room}`),
      key === undefined ? null : this.ctx.api.get<StandingInfo>(`/standing/${community}/${key}`),
    ])
    this.rules = rules
    this.standing = standing
  }

  get #helps(): boolean {
    const stage = this.ctx.stage.get()
    const operates = stage?.operator === true && stage.community === this.#community
    return operates || this.standing?.role === 'moderator'
  }

  #read(extra: string): Promise<ChatMessage[]> {
    return this.ctx.api.get<ChatMessage[]>(`/rooms/${this.#community}/${this.#room}/messages?limit=${PAGE}${extra}`)
  }

  #add(found: readonly ChatMessage[]): void {
    const known = new Map((this.messages ?? []).map(message => [message.id, message]))
    for (const message of found) known.set(message.id, message)
    this.messages = [...known.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).slice(-KEPT_MAX)
  }

  async #older(): Promise<void> {
    const first = this.messages?.[0]
    if (first === undefined) return
    this.#follow = false
    await this.attempt(async () => {
      const found = await this.#read(`&before=${first.at}`)
      this.more = found.length === PAGE
      this.#add(found)
    })
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const input = form.elements.namedItem('text') as HTMLInputElement
    const text = sayable(input.value)
    const community = this.#community
    if (text === '' || community === undefined || this.sending) return
    this.sending = true
    input.value = ''
    const sent = await this.attempt(async () => {
      const { key, name } = await this.ctx.fan.ready()
      const result = await this.ctx.fan.send(community, 'engagement/chat', {
        room: this.#room,
        name,
        text,
      })
      this.#follow = true
      if (result.status === 'waiting') return
      this.#add([
        { id: result.id, author: key, name, text, edited: false, at: Date.now(), room: this.#room, community },
      ])
    })
    this.sending = false
    if (!sent && input.value === '') input.value = text
    await this.updateComplete
    input.focus()
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('messages') || !this.#follow) return
    const list = this.renderRoot.querySelector('.log')
    if (list !== null) list.scrollTop = list.scrollHeight
  }

  #scrolled(event: Event): void {
    const list = event.currentTarget as HTMLElement
    this.#follow = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX
  }

  protected override render() {
    const isPage = this.params.room === undefined
    return html`<section class=${isPage ? 'page' : 'side'} aria-label=${t`Chat`}>
      ${
        isPage
          ? html`<h1>${t`Chat`}</h1>
              ${this.#rooms()}`
          : html`<h2>${t`Talk about it`}</h2>`
      }
      <div
        class="log"
        role="log"
        aria-live="polite"
        tabindex="0"
        aria-label=${t`Messages`}
        @scroll=${(event: Event) => this.#scrolled(event)}
      >
        ${this.#log()}
      </div>
      ${this.#composer()}
    </section>`
  }

  #rooms() {
    const communities = this.ctx.communities.get()
    if (communities.length < 2) return nothing
    return html`<div class="rooms row" role="tablist" aria-label=${t`Rooms`}>
      ${communities.map(
        one =>
          html`<button
            class="tiny"
            role="tab"
            aria-selected=${one.community === this.#community}
            @click=${() => {
              this.chosen = one.community
              void this.attempt(() => this.load())
            }}
          >
            <span class=${`dot${one.online || one.own ? ' on' : ''}`}></span>${one.name}
          </button>`,
      )}
    </div>`
  }

  #log() {
    if (this.messages === null) return html`<p class="muted small wait">${icon('spinner')} ${t`Reading the room`}</p>`
    if (this.messages.length === 0)
      return html`<p class="muted first">${t`Quiet so far. Say the first word; no sign-up needed.`}</p>`
    const messages = this.messages
    return html`${this.more ? html`<button class="quiet tiny" @click=${() => void this.#older()}>${t`Earlier messages`}</button>` : nothing}
    ${repeat(
      messages,
      message => message.id,
      (message, index) => this.#message(message, messages[index - 1]),
    )}`
  }

  #message(message: ChatMessage, before: ChatMessage | undefined) {
    const run =
      before !== undefined &&
      before.author === message.author &&
      before.name === message.name &&
      message.at - before.at < RUN_MS
    const mine = message.author === this.ctx.fan.identity.get()?.key
    return html`<article
      class=${`${run ? 'run' : ''}${mine ? ' mine' : ''}`}
      data-testid="chat-message"
      .style=${`--h:${hueOf(message.author)}`}
    >
      ${
        run
          ? nothing
          : html`<div class="who">
              <span class="face" aria-hidden="true">${(message.name || '♪').slice(0, 1).toUpperCase()}</span>
              <b class="clip" title=${t`Key ${message.author}. Names are claimed, keys are certain.`}
                >${message.name || guestName(message.author)}</b
              >
              <time class="muted num" datetime=${new Date(message.at).toISOString()}>${formatClock(message.at)}</time>
            </div>`
      }
      ${
        this.editing === message.id
          ? this.#editor(message)
          : message.text === ''
            ? html`<p class="muted small">${t`Taken back by its author.`}</p>`
            : html`<p>${this.#withMentions(message.text)}${message.edited ? html` <span class="muted small">${t`(edited)`}</span>` : nothing}</p>`
      }
      ${mine && message.text !== '' && this.editing !== message.id ? this.#own(message) : nothing}
      ${mine ? nothing : html`<bs-chat-acts class="own" .ctx=${this.ctx} .message=${message} ?helps=${this.#helps}></bs-chat-acts>`}
    </article>`
  }

  /** Whoever is named by somebody sees it at a glance. */
  #withMentions(text: string) {
    const name = this.ctx.fan.identity.get()?.name ?? ''
    const call = `@${name}`.toLowerCase()
    const at = name === '' ? -1 : text.toLowerCase().indexOf(call)
    if (at < 0) return text
    const end = at + call.length
    return html`${text.slice(0, at)}<mark>${text.slice(at, end)}</mark>${text.slice(end)}`
  }

  #own(message: ChatMessage) {
    return html`<span class="own">
      <button
        class="text small"
        data-testid="chat-edit"
        @click=${() => {
          this.editing = message.id
        }}
      >
        ${t`Edit`}
      </button>
      <button class="text small" data-testid="chat-take-back" @click=${() => void this.#change(message, '')}>
        ${t`Take back`}
      </button>
    </span>`
  }

  #editor(message: ChatMessage) {
    return html`<form
      class="row tight"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault()
        const data = new FormData(event.target as HTMLFormElement)
        void this.#change(message, sayable(String(data.get('text'))))
      }}
    >
      <input name="text" class="grow" maxlength=${MESSAGE_MAX} required aria-label=${t`Message`} data-testid="chat-edit-input" .value=${message.text} />
      <button class="tiny">${t`Save`}</button>
      <button
        type="button"
        class="tiny quiet"
        @click=${() => {
          this.editing = null
        }}
      >
        ${t`Not now`}
      </button>
    </form>`
  }

  async #change(message: ChatMessage, text: string): Promise<void> {
    const done = await this.attempt(async () => {
      await this.ctx.fan.send(message.community, 'engagement/edit', { target: fromHex(message.id), text })
      this.#add([{ ...message, text, edited: true }])
    })
    if (done) this.editing = null
  }

  #nudge(key: string) {
    const open = () => this.dispatchEvent(new CustomEvent('bs-you', { bubbles: true, composed: true }))
    return html`<p class="hint">
      ${t`You appear as ${guestName(key)}.`} <button class="text" @click=${open}>${t`Choose a name`}</button>
    </p>`
  }

  #composer() {
    const identity = this.ctx.fan.identity.get()
    return html`<bs-chat-notice
        .ctx=${this.ctx}
        .standing=${this.standing}
        .room=${this.#helps ? null : this.rules}
        .community=${this.#community ?? ''}
        @bs-standing=${() => void this.#readRules()}
      ></bs-chat-notice>
      <form class="composer" @submit=${(event: SubmitEvent) => void this.#send(event)}>
        <input
          name="text"
          data-testid="chat-input"
          maxlength=${MESSAGE_MAX}
          autocomplete="off"
          enterkeyhint="send"
          aria-label=${t`Message`}
          placeholder=${identity?.name ? t`Say something, ${identity.name}` : t`Say something`}
        />
        <button class="primary round" data-testid="chat-send" aria-label=${t`Send`} ?disabled=${this.sending}>
          ${icon(this.sending ? 'spinner' : 'send')}
        </button>
      </form>
      ${identity === null || identity.name !== '' ? nothing : this.#nudge(identity.key)}`
  }
}

const guestName = (key: string): string => t`Guest ${key.slice(0, 4)}`

define('bs-chat', Chat)
