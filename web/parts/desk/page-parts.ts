import { css, html, nothing } from 'lit'
import type { GuestPartInfo, PartsInfo } from '#protocols/api/v1/parts.ts'
import { define, explain, icon, m, Part, t, translated } from '#web/kit/mod.ts'

/** Parts of the page that a community may do without. */
const OPTIONAL: readonly (readonly [tag: string, name: string])[] = [
  ['chat', m('Chat')],
  ['polls', m('Polls')],
  ['event', m('Events')],
  ['search', m('Search')],
  ['receipts', m('Receipts')],
  ['agreements', m('Agreements')],
  ['studio', m('Studio')],
]

/** What each grant means, in words. */
const GRANTS: readonly (readonly [name: GuestPartInfo['capabilities'][number], words: string])[] = [
  ['stage', m('read the name of this stage')],
  ['releases', m('list the releases that everybody sees')],
  ['player', m('see what this listener hears')],
  ['player-control', m('start, pause and skip the music')],
  ['chat', m('read the chat')],
  ['navigate', m('open another place of this page')],
  ['storage', m('keep a little on the listener’s device')],
]

/** What the page is made of: switch parts off, and let parts by others in, while the stage runs. */
class PageParts extends Part {
  static override properties = { ...Part.properties, adding: { state: true }, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 12px;
      }
      .switches {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      fieldset {
        border: 0;
        padding: 0;
        margin: 0;
        display: grid;
        gap: 6px;
      }
      .check {
        display: flex;
        gap: 10px;
        align-items: center;
        font-weight: 400;
      }
      .check input {
        width: auto;
        min-height: 0;
      }
    `,
  ]
  declare adding: boolean
  declare busy: boolean

  constructor() {
    super()
    this.adding = false
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.parts)
  }

  #change(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): void {
    void this.attempt(async () => {
      this.ctx.parts.set(await this.ctx.api.send<PartsInfo>(method, `/parts/${path}`, body))
    })
  }

  async #add(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const text = (name: string): string => String(data.get(name) ?? '').trim()
    const query = new URLSearchParams({
      title: text('title'),
      version: text('version'),
      place: data.get('home') === null ? 'page' : 'home',
      capabilities: data.getAll('grant').join(','),
    })
    this.busy = true
    const done = await this.attempt(async () => {
      const script = await (data.get('code') as File).arrayBuffer()
      const as = { method: 'PUT', type: 'text/javascript' } as const
      this.ctx.parts.set(await this.ctx.api.upload<PartsInfo>(`/parts/${text('tag')}?${query}`, new Blob([script]), as))
      this.toast(t`${text('title')} is on the page.`, 'good')
    })
    this.busy = false
    if (done) this.adding = false
  }

  protected override render() {
    const parts = this.ctx.parts.get()
    if (parts === null) return nothing
    const optional = OPTIONAL.filter(([tag]) => parts.own.some(own => own.tag === tag))
    return html`<section class="card stack" aria-labelledby="parts-title">
      <div class="stack tight">
        <h2 id="parts-title">${t`Parts of the page`}</h2>
        <p class="small muted">
          ${t`Changes show at once, on every open page, and nothing restarts.`}
          ${explain(t`Signed`, t`Which parts are shown is written in a list that your community signs. This is change number ${parts.seq}.`)}
        </p>
      </div>
      <div class="switches" role="group" aria-label=${t`Own parts`}>
        ${optional.map(([tag, name]) => {
          const on = parts.own.some(own => own.tag === tag && own.on)
          return html`<button
            class="tiny"
            aria-pressed=${on}
            data-testid="part-switch"
            data-part=${tag}
            @click=${() => this.#change('PUT', `${tag}/on`, { on: !on })}
          >
            ${on ? icon('check') : nothing} ${translated(name)}
          </button>`
        })}
      </div>
      <ul>
        ${parts.guests.map(guest => this.#guest(guest))}
      </ul>
      ${this.adding ? this.#form() : this.#addButton()}
    </section>`
  }

  #guest(guest: GuestPartInfo) {
    const granted = GRANTS.filter(([name]) => guest.capabilities.includes(name)).map(([, words]) => translated(words))
    return html`<li class="stack tight" data-testid="guest-row" data-tag=${guest.tag}>
      <div class="row between">
        <span><a class="text" href="/p/${guest.tag}">${guest.title}</a> <span class="small muted">${guest.version}</span></span>
        <span class="row tight">
          <button class="tiny" data-testid="guest-on" aria-pressed=${guest.on} @click=${() => this.#change('PUT', `${guest.tag}/on`, { on: !guest.on })}>
            ${guest.on ? t`Switch off` : t`Switch on`}
          </button>
          ${
            guest.earlier.length === 0
              ? nothing
              : html`<button class="tiny" data-testid="guest-rollback" @click=${() => this.#change('POST', `${guest.tag}/rollback`)}>
                  ${t`Back to ${guest.earlier[0] ?? ''}`}
                </button>`
          }
          <button class="tiny" data-testid="guest-remove" @click=${() => this.#change('DELETE', guest.tag)}>${t`Remove`}</button>
        </span>
      </div>
      <span class="small muted">${granted.length === 0 ? t`May do nothing but show itself.` : t`May ${granted.join(', ')}.`}</span>
    </li>`
  }

  #addButton() {
    return html`<div>
      <button
        data-testid="guest-add"
        @click=${() => {
          this.adding = true
        }}
      >
        ${icon('plus')} ${t`Add or update a part by somebody else`}
      </button>
    </div>`
  }

  #form() {
    return html`<form class="stack" @submit=${(event: SubmitEvent) => void this.#add(event)}>
      <p class="small muted">
        ${t`It runs in a frame of its own, cut off from this page and from the network. It gets what you tick here and nothing else.`}
      </p>
      <label>${t`Script`}<input name="code" type="file" accept=".js,text/javascript" required data-testid="guest-code" /></label>
      <label>${t`Short name`}<input name="tag" required maxlength="32" pattern="[a-z][a-z0-9\\-]*" placeholder="dice" data-testid="guest-tag" /></label>
      <label>${t`Title`}<input name="title" required maxlength="80" data-testid="guest-title" /></label>
      <label>${t`Version`}<input name="version" required maxlength="40" placeholder="1.0.0" data-testid="guest-version" /></label>
      <label class="check"><input type="checkbox" name="home" />${t`Show it on the first page, too`}</label>
      <fieldset>
        <legend class="small">${t`It may`}</legend>
        ${GRANTS.map(
          ([name, words]) =>
            html`<label class="check"><input type="checkbox" name="grant" value=${name} />${translated(words)}</label>`,
        )}
      </fieldset>
      <div class="row">
        <button class="primary" ?disabled=${this.busy} data-testid="guest-submit">${t`Put it on the page`}</button>
        <button
          type="button"
          class="quiet"
          @click=${() => {
            this.adding = false
          }}
        >
          ${t`Not now`}
        </button>
      </div>
    </form>`
  }
}

define('bs-desk-parts', PageParts)
