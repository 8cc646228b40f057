import { html, nothing } from 'lit'
import type { ChatMessage } from '#protocols/api/v1/schemas.ts'
import { formatClock, hueOf, type PartContext, sayable, t } from '#web/kit/mod.ts'
import { withCalls } from './mentions.ts'
import './moderating.ts'

export const MESSAGE_MAX = 2_000
/** Lines by one author within this time share one heading. */
const RUN_MS = 5 * 60_000

/** What is longer is folded: one message does not push everybody else out of sight. */
const LINES_MAX = 14
const LONG = 900

export const guestName = (key: string): string => t`Guest ${key.slice(0, 4)}`

/** What a message needs of the room that shows it. */
export interface MessageHost {
  readonly ctx: PartContext
  /** Key of the reader. */
  readonly me: string | undefined
  /** What the reader is called by others. */
  readonly names: readonly string[]
  /** Whether the reader moderates here. */
  readonly helps: boolean
  /** Id of the own message that is being changed. */
  readonly editing: string | null
  /** Long messages that are shown in full. */
  readonly unfolded: ReadonlySet<string>
  readonly unfold: (id: string) => void
  /** Id of the message whose acts are shown, where nothing can be pointed at. */
  readonly opened: string | null
  readonly open: (id: string | null) => void
  readonly edit: (id: string | null) => void
  readonly change: (message: ChatMessage, text: string) => void
}

const isRun = (message: ChatMessage, before: ChatMessage | undefined): boolean =>
  before !== undefined &&
  before.author === message.author &&
  before.name === message.name &&
  message.at - before.at < RUN_MS

/** One message, with what its author or its readers may do about it. */
export function messageView(host: MessageHost, message: ChatMessage, before: ChatMessage | undefined) {
  const run = isRun(message, before)
  const mine = message.author === host.me
  const editing = host.editing === message.id
  const open = host.opened === message.id
  return html`<article
    class=${`${run ? 'run' : ''}${mine ? ' mine' : ''}${open ? ' open' : ''}`}
    data-testid="chat-message"
    data-n=${message.n}
    .style=${`--h:${hueOf(message.author)}`}
  >
    ${run ? nothing : heading(message)}
    ${editing ? editor(host, message) : words(host, message)}
    ${(mine && message.text === '') || editing ? nothing : more(host, message, open)}
    ${mine && message.text !== '' && !editing ? ownActs(host, message) : nothing}
    ${mine ? nothing : html`<bs-chat-acts class="own" .ctx=${host.ctx} .message=${message} ?helps=${host.helps}></bs-chat-acts>`}
  </article>`
}

/** One whole character, however many units it takes. */
const initialOf = (name: string): string => ([...name][0] ?? '').toUpperCase()

const isLong = (text: string): boolean => text.length > LONG || text.split('\n').length > LINES_MAX

const heading = (message: ChatMessage) => html`<div class="who">
  <span class="face" aria-hidden="true">${initialOf(message.name || message.handle || '♪')}</span>
  <b class="clip" title=${t`Key ${message.author}. Names are claimed, keys are certain.`}
    >${message.name || guestName(message.author)}</b
  >
  ${message.handle === undefined ? nothing : html`<span class="muted clip handle">@${message.handle}</span>`}
  <time class="muted num" datetime=${new Date(message.at).toISOString()}>${formatClock(message.at)}</time>
</div>`

/** Whoever is named by somebody sees it at a glance. */
function words({ names, unfolded, unfold }: MessageHost, { id, text, edited }: ChatMessage) {
  if (text === '') return html`<p class="muted small">${t`Taken back by its author.`}</p>`
  const pieces = withCalls(text, names)
  const folded = isLong(text) && !unfolded.has(id)
  return html`<p class=${folded ? 'folded' : ''}>${pieces.map(piece => (piece.mine ? html`<mark>${piece.text}</mark>` : piece.text))}${edited ? html` <span class="muted small">${t`(edited)`}</span>` : nothing}</p>${folded ? html`<button class="text small" @click=${() => unfold(id)}>${t`Show all`}</button>` : nothing}`
}

/** By touch, what may be done about a message is one tap away, and out of the way until then. */
const more = ({ open }: MessageHost, { id }: ChatMessage, isOpen: boolean) => html`<button
  class="more"
  data-testid="chat-more"
  aria-label=${t`What can be done about this message`}
  aria-expanded=${isOpen}
  @click=${() => open(isOpen ? null : id)}
>
  <span aria-hidden="true">⋯</span>
</button>`

const ownActs = (host: MessageHost, message: ChatMessage) => html`<span class="own">
  <button class="text small" data-testid="chat-edit" @click=${() => host.edit(message.id)}>${t`Edit`}</button>
  <button class="text small" data-testid="chat-take-back" @click=${() => host.change(message, '')}>
    ${t`Take back`}
  </button>
</span>`

function editor(host: MessageHost, message: ChatMessage) {
  const save = (event: SubmitEvent): void => {
    event.preventDefault()
    const data = new FormData(event.target as HTMLFormElement)
    host.change(message, sayable(String(data.get('text'))))
  }
  const leave = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') host.edit(null)
  }
  return html`<form class="row tight" @submit=${save} @keydown=${leave}>
    <input
      name="text"
      class="grow"
      maxlength=${MESSAGE_MAX}
      required
      aria-label=${t`Message`}
      data-testid="chat-edit-input"
      .value=${message.text}
    />
    <button class="tiny">${t`Save`}</button>
    <button type="button" class="tiny quiet" @click=${() => host.edit(null)}>${t`Not now`}</button>
  </form>`
}
