import { html, nothing, type PropertyValues } from 'lit'
import type { ChatMessage } from '#protocols/api/v1/schemas.ts'
import { define, icon, m, Part, sayable, t, translated } from '#web/kit/mod.ts'
import type { Barred } from './barred.ts'
import { composerStyles } from './composer-styles.ts'
import { calledBy, completed, mentionAt, offered } from './mentions.ts'
import { guestName, MESSAGE_MAX } from './message.ts'

const WHY: Readonly<Record<Barred, string>> = {
  banned: m('You are banned here.'),
  muted: m('You are muted here.'),
  listed: m('This community does not take messages from you.'),
  uninvited: m('Speaking here takes an invite.'),
  closed: m('This room is closed for now.'),
}

/** Where something is said. Fires `bs-said` with the message that the stage took. */
class Composer extends Part {
  static override properties = {
    ...Part.properties,
    community: {},
    room: {},
    messages: { attribute: false },
    barred: {},
    sending: { state: true },
    offers: { state: true },
    at: { state: true },
  }
  static override styles = [...Part.styles, composerStyles]
  declare community: string
  declare room: string
  /** Of the room: whoever spoke there can be named. */
  declare messages: readonly ChatMessage[]
  /** What keeps this reader from speaking. */
  declare barred: Barred | null
  declare sending: boolean
  declare offers: readonly ChatMessage[]
  /** Which offer is about to be taken. */
  declare at: number

  constructor() {
    super()
    this.community = ''
    this.room = 'main'
    this.messages = []
    this.barred = null
    this.sending = false
    this.offers = []
    this.at = 0
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input')
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (this.barred !== null) this.offers = []
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const input = this.#input
    const text = sayable(input?.value ?? '')
    const { community, room } = this
    if (input === null || text === '' || community === '' || this.sending) return
    this.sending = true
    this.offers = []
    input.value = ''
    const sent = await this.attempt(async () => {
      const { key, name } = await this.ctx.fan.ready()
      const result = await this.ctx.fan.send(community, 'engagement/chat', { room, name, text })
      // What waits to be sent is shown as waiting.
      if (result.status === 'waiting') return
      this.#tell({ id: result.id, author: key, name, text, edited: false, at: Date.now(), room, community, n: 0 })
    })
    this.sending = false
    if (!sent && input.value === '') input.value = text
    await this.updateComplete
    this.#input?.focus()
  }

  #tell(message: ChatMessage): void {
    this.dispatchEvent(new CustomEvent('bs-said', { detail: message, bubbles: true, composed: true }))
  }

  #typed(): void {
    const input = this.#input
    const asked = input === null ? null : mentionAt(input.value, input.selectionStart ?? 0)
    this.offers = asked === null ? [] : offered(this.messages, asked.asked, this.ctx.fan.identity.get()?.key)
    this.at = 0
  }

  #take(one: ChatMessage): void {
    const input = this.#input
    if (input === null) return
    const caret = input.selectionStart ?? input.value.length
    const asked = mentionAt(input.value, caret)
    if (asked === null) return
    const done = completed(input.value, caret, asked.from, calledBy(one))
    input.value = done.text
    input.focus()
    input.setSelectionRange(done.caret, done.caret)
    this.offers = []
  }

  #key(event: KeyboardEvent): void {
    const { offers } = this
    const one = offers[this.at]
    if (one === undefined || event.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) this.at = (this.at + step + offers.length) % offers.length
    else if (event.key === 'Enter' || event.key === 'Tab') this.#take(one)
    else if (event.key === 'Escape') this.offers = []
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  protected override render() {
    const identity = this.ctx.fan.identity.get()
    const { barred, offers } = this
    const words = identity?.name ? t`Say something, ${identity.name}` : t`Say something`
    return html`${this.#offers()}
      <form class="composer" @submit=${(event: SubmitEvent) => void this.#send(event)}>
        <input
          name="text"
          role="combobox"
          data-testid="chat-input"
          maxlength=${MESSAGE_MAX}
          autocomplete="off"
          enterkeyhint="send"
          aria-label=${t`Message`}
          aria-autocomplete="list"
          aria-expanded=${offers.length > 0}
          aria-controls="offers"
          aria-activedescendant=${offers.length > 0 ? `offer-${this.at}` : nothing}
          placeholder=${barred === null ? words : translated(WHY[barred])}
          ?disabled=${barred !== null}
          @input=${() => this.#typed()}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
          @blur=${() => {
            this.offers = []
          }}
        />
        <button
          class="primary round"
          data-testid="chat-send"
          aria-label=${t`Send`}
          ?disabled=${this.sending || barred !== null}
        >
          ${icon(this.sending ? 'spinner' : 'send')}
        </button>
      </form>
      ${identity === null || identity.name !== '' || barred !== null ? nothing : this.#nudge(identity.key)}`
  }

  #offers() {
    return html`<ul id="offers" class="offers" role="listbox" aria-label=${t`People here`} ?hidden=${this.offers.length === 0}>
      ${this.offers.map(
        (one, index) => html`<li
          id=${`offer-${index}`}
          role="option"
          data-testid="chat-offer"
          aria-selected=${index === this.at}
          @pointerdown=${(event: Event) => {
            // The caret stays where the name goes.
            event.preventDefault()
            this.#take(one)
          }}
        >
          <b>${one.name || guestName(one.author)}</b>
          ${one.handle === undefined ? nothing : html`<span class="muted">@${one.handle}</span>`}
        </li>`,
      )}
    </ul>`
  }

  #nudge(key: string) {
    const open = () => this.dispatchEvent(new CustomEvent('bs-you', { bubbles: true, composed: true }))
    return html`<p class="hint">
      ${t`You appear as ${guestName(key)}.`} <button class="text" @click=${open}>${t`Choose a name`}</button>
    </p>`
  }
}

define('bs-chat-composer', Composer)
