import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { CommentInfo } from '#protocols/api/v1/schemas.ts'
import { currentRelease, define, formatDuration, formatWhen, hueOf, icon, Part, sayable, t, tx } from '#web/kit/mod.ts'

const COMMENT_MAX = 2_000

/** What people say about a release, at a moment of a track or in general. Fires `comments` and `moment`. */
export class Comments extends Part {
  static override properties = { ...Part.properties, comments: { state: true }, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      li {
        display: grid;
        gap: 2px;
        padding: 12px 0;
        border-top: 1px solid var(--line);
      }
      b {
        color: light-dark(oklch(0.45 0.13 var(--h)), oklch(0.8 0.11 var(--h)));
      }
      p {
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      .at {
        background: var(--accent-soft);
        color: var(--ink);
      }
      form {
        display: grid;
        gap: 10px;
      }
      .moment {
        display: flex;
        gap: 8px;
        align-items: center;
        font-weight: 500;
      }
    `,
  ]
  declare comments: readonly CommentInfo[]
  declare busy: boolean

  constructor() {
    super()
    this.comments = []
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.fan.waiting)
    this.watch(this.ctx.player.state)
    this.watch(this.ctx.player.clock)
    this.on('comment', comment => {
      if (comment.release === this.params.release)
        this.#set([...this.comments.filter(one => one.id !== comment.id), comment])
    })
  }

  protected override async load(): Promise<void> {
    this.#set(await this.ctx.api.get<CommentInfo[]>(`/releases/${this.params.release}/comments`))
  }

  #set(comments: readonly CommentInfo[]): void {
    this.comments = [...comments].sort((a, b) => b.at - a.at)
    this.dispatchEvent(new CustomEvent('comments', { detail: this.comments }))
  }

  /** Own comments that the stage has not confirmed. */
  #waiting() {
    return this.ctx.fan.waiting.get().flatMap(({ type, body, id, refused }) => {
      const { release, text } = body as { release?: string; text: string }
      const here = type === 'engagement/comment' && release === this.params.release
      return here && !this.comments.some(one => one.id === id) ? [{ text, refused }] : []
    })
  }

  /** Track and position being played, when it is this release. */
  #moment(): { track: number; atMs: number } | null {
    const { queue, at } = this.ctx.player.state.get()
    const track = queue[at]?.index
    if (currentRelease(this.ctx) !== this.params.release || track === undefined) return null
    return { track, atMs: Math.round(this.ctx.player.clock.get().positionMs) }
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const text = sayable(String(data.get('text')))
    if (text === '' || this.busy) return
    const moment = data.get('moment') === null ? null : this.#moment()
    this.busy = true
    await this.attempt(async () => {
      const { name } = await this.ctx.fan.ready()
      const { community = '', release } = this.params
      const body = { release, track: moment?.track ?? null, atMs: moment?.atMs ?? null, name, text }
      const { status } = await this.ctx.fan.send(community, 'engagement/comment', body)
      form.reset()
      if (status !== 'waiting') await this.load()
    })
    this.busy = false
  }

  protected override render() {
    const moment = this.#moment()
    return html`<section class="stack" aria-labelledby="comments-title">
      <h2 id="comments-title">${t`Comments`}</h2>
      <form @submit=${(event: SubmitEvent) => void this.#send(event)}>
        <textarea
          name="text"
          data-testid="comment-input"
          maxlength=${COMMENT_MAX}
          rows="2"
          aria-label=${t`Comment`}
          placeholder=${t`What stays with you?`}
        ></textarea>
        <div class="row between">
          ${moment === null ? html`<span class="hint">${t`While it plays, a comment can mark a moment.`}</span>` : html`<label class="moment"><input type="checkbox" name="moment" checked /><span>${tx`at ${html`<span class="num">${formatDuration(moment.atMs)}</span>`}`}</span></label>`}
          <button data-testid="comment-send" ?disabled=${this.busy}>
            ${this.busy ? icon('spinner') : nothing} ${t`Comment`}
          </button>
        </div>
      </form>
      <ul>
        ${this.#waiting().map(
          ({ refused, text }) => html`<li class="muted" data-testid="comment-waiting">
            <p>${text}</p>
            <span class="small">${refused ?? t`Waits to be sent`}</span>
          </li>`,
        )}
        ${repeat(
          this.comments,
          one => one.id,
          one => this.#comment(one),
        )}
      </ul>
    </section>`
  }

  #comment(one: CommentInfo) {
    const { track, atMs } = one
    return html`<li data-testid="comment" .style=${`--h:${hueOf(one.author)}`}>
      <div class="row tight small">
        <b>${one.name || t`Guest`}</b>
        ${one.handle === undefined ? nothing : html`<span class="muted" dir="ltr">@${one.handle}</span>`}
        ${track === null || atMs === null ? nothing : html`<button class="tiny at num" aria-label=${t`Play from ${formatDuration(atMs)}`} @click=${() => this.dispatchEvent(new CustomEvent('moment', { detail: { track, atMs } }))}>${formatDuration(atMs)}</button>`}
        <span class="muted">${formatWhen(one.at, Date.now())}</span>
      </div>
      <p>${one.text}</p>
    </li>`
  }
}

define('bs-comments', Comments)
