import { css, html, nothing } from 'lit'
import type { BlockListPreview, ModerationInfo } from '#protocols/api/v1/moderation.ts'
import { define, explain, formatWhen, Part, plural, shortKey, t } from '#web/kit/mod.ts'
import { handleOr, nameOf } from '#web/moderation/words.ts'

/** Whose bans this community honours: what each would do here before it is chosen, and the own list for others. Fires `bs-moderated`. */
class BlockLists extends Part {
  static override properties = { ...Part.properties, lists: { attribute: false }, shown: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      .preview {
        border-inline-start: 3px solid var(--line);
        padding-inline-start: 12px;
        overflow-wrap: anywhere;
      }
    `,
  ]
  declare lists: ModerationInfo['lists']
  declare shown: BlockListPreview | null

  constructor() {
    super()
    this.lists = []
    this.shown = null
  }

  async #set(community: string, on: boolean): Promise<void> {
    await this.attempt(async () => {
      await this.ctx.api.send('PUT', `/blocklists/${community}`, { on })
      this.dispatchEvent(new CustomEvent('bs-moderated', { bubbles: true, composed: true }))
      if (this.shown?.community === community) this.shown = { ...this.shown, on }
    })
  }

  async #look(community: string): Promise<void> {
    if (this.shown?.community === community) {
      this.shown = null
      return
    }
    await this.attempt(async () => {
      this.shown = await this.ctx.api.get<BlockListPreview>(`/blocklists/${community}`)
    })
  }

  protected override render() {
    return html`<h3>
        ${explain(t`Block lists`, t`Whom a community on your list has banned says nothing new at your door, either. What they said before stays. Yours is open for others to use.`)}
      </h3>
      ${this.lists.length === 0 ? html`<p class="small muted">${t`Follow a community to use its list.`}</p>` : nothing}
      ${this.lists.map(one => this.#list(one))}
      <a class="text small" href="/api/v1/blocklist" download="blocklist.json">${t`Your list, signed`}</a>`
  }

  #list(one: ModerationInfo['lists'][number]) {
    const open = this.shown?.community === one.community ? this.shown : null
    return html`<div class="stack tight" data-testid="block-list-row">
      <div class="row between">
        <span>${one.name} <span class="small muted">${plural(one.bans, 'ban', 'bans')}</span></span>
        <span class="row tight">
          <button
            class="tiny quiet"
            aria-expanded=${open !== null}
            data-testid="block-list-look"
            @click=${() => void this.#look(one.community)}
          >
            ${t`What it would do`}
          </button>
          <button
            class="tiny"
            aria-pressed=${one.on}
            data-testid="block-list"
            @click=${() => void this.#set(one.community, !one.on)}
          >
            ${one.on ? t`Honoured` : t`Honour it`}
          </button>
        </span>
      </div>
      ${open === null ? nothing : this.#preview(open)}
    </div>`
  }

  #preview({ here, bans, recent }: BlockListPreview) {
    return html`<div class="preview stack tight small" data-testid="block-list-preview">
      ${
        here.length === 0
          ? html`<p>${t`Nobody on it has spoken here: nothing changes for now.`}</p>`
          : html`<p>${t`${plural(here.length, 'person', 'people')} on it spoke here and could not any more:`}</p>
              <ul>
                ${here.map(one => this.#person(one))}
              </ul>`
      }
      ${
        bans === 0
          ? nothing
          : html`<p class="muted">${t`Its latest bans:`}</p>
              <ul>
                ${recent.map(({ key, reason, at }) => html`<li class="muted"><span class="mono">${shortKey(key)}</span>, ${formatWhen(at, Date.now())}${reason === '' ? nothing : html`: ${reason}`}</li>`)}
              </ul>`
      }
    </div>`
  }

  #person(one: BlockListPreview['here'][number]) {
    const reason = one.reason === '' ? nothing : html` ${t`The reason: ${one.reason}`}`
    return html`<li>
      <b>${nameOf(one.name, one.key)}</b> <span class="muted mono">${handleOr(one)}</span>,
      ${plural(one.messages, 'message', 'messages')}.${one.moderator ? html` <b>${t`Moderates with you.`}</b>` : nothing}${reason}
    </li>`
  }
}

define('bs-desk-block-lists', BlockLists)
