import { css, html, nothing } from 'lit'
import type { PersonHandle } from '#protocols/api/v1/people.ts'
import { define, explain, Part, t, tx } from '#web/kit/mod.ts'
import { youStyles } from './you-styles.ts'

/** A name that nobody else bears at this stage's community: claimed, changed, given up. */
class YourHandle extends Part {
  static override properties = { ...Part.properties, person: { state: true }, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    youStyles,
    css`
      .field {
        display: flex;
        gap: 8px;
        align-items: center;
        direction: ltr;
      }
      .field > span {
        font-weight: 600;
      }
      .field > button {
        flex: none;
      }
    `,
  ]
  /** Null until it is read. */
  declare person: PersonHandle | null
  declare busy: boolean

  constructor() {
    super()
    this.person = null
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('handle', ({ community, key }) => {
      if (community === this.#community && key === this.person?.key) void this.load().catch(() => {})
    })
  }

  get #community(): string | undefined {
    return this.ctx.stage.get()?.community
  }

  protected override async load(): Promise<void> {
    if (this.#community === undefined) await this.ctx.refresh()
    const { key } = await this.ctx.fan.ready()
    this.person = await this.ctx.api.get<PersonHandle>(`/people/${this.#community}/${key}`)
  }

  async #claim(handle: string): Promise<void> {
    const community = this.#community
    if (this.busy || community === undefined) return
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.fan.send(community, 'engagement/handle', { handle })
      await this.load()
    })
    this.busy = false
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault()
    const typed = String(new FormData(event.target as HTMLFormElement).get('handle'))
    void this.#claim(typed.trim().replace(/^@/, '').toLowerCase())
  }

  protected override render() {
    if (this.person === null) return nothing
    const { handle, asked } = this.person
    const where = this.ctx.stage.get()?.name ?? t`this stage`
    return html`<form class="stack tight" @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <label for="handle"
        ><span>${tx`Your ${explain(t`handle`, t`A name that one key alone bears in a community. Names can be claimed by anybody; a handle is first come, first served, and the community signs who has it.`)} at ${where}`}</span></label
      >
      <div class="field">
        <span aria-hidden="true">@</span>
        <input
          id="handle"
          name="handle"
          data-testid="handle-input"
          required
          minlength="3"
          maxlength="21"
          pattern="@?[A-Za-z0-9_]{3,20}"
          title=${t`3 to 20 letters a to z, digits and _`}
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          .value=${handle ?? ''}
        />
        <button data-testid="handle-claim" ?disabled=${this.busy}>${handle === null ? t`Claim` : t`Change`}</button>
      </div>
      <p class="hint" role="status" data-testid="handle-state">${this.#state(handle, asked)}</p>
      ${
        handle === null || asked === ''
          ? nothing
          : html`<div>
              <button
                type="button"
                class="tiny quiet"
                data-testid="handle-leave"
                ?disabled=${this.busy}
                @click=${() => void this.#claim('')}
              >
                ${t`Give it up`}
              </button>
            </div>`
      }
    </form>`
  }

  #state(handle: string | null, asked: string | null) {
    if (asked === '') return t`You gave it up; in a moment it is free for others.`
    if (asked !== null)
      return t`You asked for @${asked}. The community answers in a moment; if somebody was faster, choose another one.`
    return handle === null
      ? t`Others can then call you by @ and the handle, and nobody can take it for theirs.`
      : t`You are @${handle} here.`
  }
}

define('bs-your-handle', YourHandle)
