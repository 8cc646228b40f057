import { html, nothing } from 'lit'
import type { RoomInfo, StandingInfo } from '#protocols/api/v1/moderation.ts'
import type { ChatMessage } from '#protocols/api/v1/schemas.ts'
import type { MemberInfo } from '#protocols/api/v1/settings.ts'
import type { LiveData } from '#web/kit/context.ts'
import { define, Part, t } from '#web/kit/mod.ts'
import { speaksFor } from '#web/moderation/decide.ts'
import { barredBy } from './barred.ts'
import { chatStyles } from './chat-styles.ts'
import './composer.ts'
import type { RoomLog } from './log.ts'
import './log-view.ts'
import './moderating.ts'
import { RoomReader } from './room-reader.ts'

/** A timer for a mute that ends later than this would overflow; the page will have been opened again by then. */
const TIMER_MS_MAX = 24 * 60 * 60 * 1000

/** One room, live. Without a community in `params` it offers the main rooms of all known communities. */
export default class Chat extends Part {
  static override properties = {
    ...Part.properties,
    log: { state: true },
    chosen: { state: true },
    standing: { state: true },
    joined: { state: true },
    rules: { state: true },
    queued: { state: true },
  }
  static override styles = [...Part.styles, chatStyles]
  /** Null until the room was read. */
  declare log: RoomLog | null
  declare chosen: string | null
  /** What this reader is here, and what holds against them. */
  declare standing: StandingInfo | null
  /** Whether the stage takes what this key says; null: not known. */
  declare joined: boolean | null
  declare rules: RoomInfo | null
  /** Whether the code of the moderators' queue is here. */
  declare queued: boolean
  #fetching: Promise<void> | null = null
  #reader: RoomReader | null = null
  #place = ''

  constructor() {
    super()
    this.log = null
    this.chosen = null
    this.standing = null
    this.joined = null
    this.rules = null
    this.queued = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('chat', message => {
      if (message.community === this.#community && message.room === this.#room) this.#reader?.hear(message)
    })
    this.on('handle', ({ community, key, handle }) => {
      if (community === this.#community) this.#reader?.call(key, handle)
    })
    this.on('moderation', told => {
      if (told.community === this.#community) this.#moderated(told)
    })
    this.cleanup(this.ctx.fan.identity.subscribe(() => void this.#readRules().catch(() => {})))
    this.cleanup(() => this.#leave())
  }

  #leave(): void {
    this.#reader?.stop()
    this.#reader = null
    this.#place = ''
  }

  #moderated(told: LiveData<'moderation'>): void {
    const { scope, target } = told
    const key = this.ctx.fan.identity.get()?.key
    const mine = this.log?.messages.some(one => one.id === target && one.author === key) ?? false
    this.#reader?.moderate(told)
    if (mine || target === '' || target === key || scope === 'room' || !told.hides)
      void this.#readRules().catch(() => {})
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
    const place = `${this.#community}/${this.#room}`
    if (place !== this.#place) this.#enter(place)
    await Promise.all([this.#reader?.load(), this.#readRules()])
  }

  #enter(place: string): void {
    this.#leave()
    this.#place = place
    this.log = null
    this.#reader = new RoomReader({
      read: path => this.ctx.api.get(`/rooms/${place}${path}`),
      changed: log => {
        this.log = log
      },
      after: (ms, work) => {
        const timer = setTimeout(work, ms)
        return () => clearTimeout(timer)
      },
      chance: Math.random,
    })
  }

  async #readRules(): Promise<void> {
    const [community, key] = [this.#community, this.#me]
    if (community === undefined) return
    const stage = this.ctx.stage.get()
    const asks = key !== undefined && community === stage?.community && stage.joining !== 'everyone'
    const [rules, standing, member] = await Promise.all([
      this.ctx.api.get<RoomInfo>(`/rooms/${community}/${this.#room}`),
      key === undefined ? null : this.ctx.api.get<StandingInfo>(`/standing/${community}/${key}`),
      asks ? this.ctx.api.get<MemberInfo>(`/members/${key}`) : null,
    ])
    this.rules = rules
    this.standing = standing
    this.joined = key === undefined ? false : (member?.joined ?? null)
    const { untilMs } = this.#barred() ?? { untilMs: null }
    if (untilMs === null) return
    const timer = setTimeout(() => this.requestUpdate(), Math.min(TIMER_MS_MAX, untilMs - Date.now() + 500))
    this.cleanup(() => clearTimeout(timer))
  }

  get #me(): string | undefined {
    return this.ctx.fan.identity.get()?.key
  }

  get #helps(): boolean {
    return speaksFor(this.ctx, this.#community ?? '') || this.standing?.role === 'moderator'
  }

  #barred() {
    const stage = this.ctx.stage.get()
    const home = stage !== null && stage.community === this.#community ? stage : null
    const entry =
      home === null || this.standing?.role === 'moderator' ? null : { joining: home.joining, joined: this.joined }
    return barredBy(this.standing, this.#helps ? null : this.rules, Date.now(), entry)
  }

  #said(message: ChatMessage): void {
    this.renderRoot.querySelector<HTMLElement & { toEnd(): void }>('bs-chat-log')?.toEnd()
    this.#reader?.said(message)
  }

  protected override render() {
    const isPage = this.params.room === undefined
    return html`<section class=${isPage ? 'page' : 'side'} aria-label=${t`Chat`}>
      ${isPage ? html`<h1>${t`Chat`}</h1>` : html`<h2>${t`Talk about it`}</h2>`}
      <div class="above">${isPage ? this.#rooms() : nothing} ${this.#queue()}</div>
      <bs-chat-log
        .ctx=${this.ctx}
        .reader=${this.#reader}
        .log=${this.log}
        .place=${this.#place}
        .helps=${this.#helps}
      ></bs-chat-log>
      ${this.#foot()}
    </section>`
  }

  #rooms() {
    const communities = this.ctx.communities.get()
    if (communities.length < 2) return nothing
    const choose = (community: string): void => {
      this.chosen = community
      void this.attempt(() => this.load())
    }
    return html`<div class="rooms row" role="tablist" aria-label=${t`Rooms`}>
      ${communities.map(
        one =>
          html`<button
            class="tiny"
            role="tab"
            aria-selected=${one.community === this.#community}
            @click=${() => choose(one.community)}
          >
            <span class=${`dot${one.online || one.own ? ' on' : ''}`}></span>${one.name}
          </button>`,
      )}
    </div>`
  }

  /** Its code comes for those who moderate alone. */
  #queue() {
    if (!this.#helps) return nothing
    this.#fetching ??= import('#web/moderation/queue.ts').then(
      () => {
        this.queued = true
      },
      () => {
        this.#fetching = null
      },
    )
    if (!this.queued) return nothing
    return html`<bs-queue .ctx=${this.ctx} .community=${this.#community ?? ''} ?brief=${this.params.room !== undefined}></bs-queue>`
  }

  #foot() {
    return html`<bs-chat-notice
        .ctx=${this.ctx}
        .standing=${this.standing}
        .room=${this.#helps ? null : this.rules}
        .community=${this.#community ?? ''}
        @bs-standing=${() => void this.#readRules().catch(() => {})}
      ></bs-chat-notice>
      <bs-chat-composer
        .ctx=${this.ctx}
        .community=${this.#community ?? ''}
        .room=${this.#room}
        .messages=${this.log?.messages ?? []}
        .barred=${this.#barred()?.why ?? null}
        @bs-said=${(event: CustomEvent<ChatMessage>) => this.#said(event.detail)}
      ></bs-chat-composer>`
  }
}

define('bs-chat', Chat)
