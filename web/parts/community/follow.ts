import { html, nothing } from 'lit'
import type { NoticesInfo } from '#protocols/api/v1/notices.ts'
import { define, icon, Part, t } from '#web/kit/mod.ts'

/** Follows a community, or no more: what it releases, and when its events begin, is then told to the follower. */
export class Follow extends Part {
  static override properties = { ...Part.properties, community: {}, following: { state: true }, busy: { state: true } }
  declare community: string
  /** Null until it is known. */
  declare following: boolean | null
  declare busy: boolean

  constructor() {
    super()
    this.community = ''
    this.following = null
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.fan.waiting)
    // A key that lies on the device is read a moment after the page began.
    this.cleanup(this.ctx.fan.identity.subscribe(() => void this.load().catch(() => {})))
  }

  protected override async load(): Promise<void> {
    const key = this.ctx.fan.identity.get()?.key
    const follows =
      key === undefined ? [] : (await this.ctx.api.get<NoticesInfo>(`/notices?key=${key}`).catch(() => null))?.follows
    this.following = follows?.includes(this.community) ?? false
  }

  /** What was said last, also when it still waits. */
  get #follows(): boolean {
    const said = this.ctx.fan.waiting
      .get()
      .findLast(one => one.type === 'engagement/follow' && one.community === this.community && one.refused === null)
    return said === undefined ? this.following === true : (said.body as { on: boolean }).on
  }

  async #toggle(): Promise<void> {
    const on = !this.#follows
    this.busy = true
    const done = await this.attempt(() => this.ctx.fan.send(this.community, 'engagement/follow', { on }))
    if (done) {
      this.following = on
      // The first page begins with these, before it asks anybody.
      const others = (localStorage.getItem('bandstand-follows') ?? '').split(' ').filter(key => key !== this.community)
      localStorage.setItem('bandstand-follows', [...others, on ? this.community : ''].join(' ').trim())
    }
    this.busy = false
  }

  protected override render() {
    if (this.following === null || this.community === '') return nothing
    const on = this.#follows
    return html`<button
      class=${on ? 'tiny' : 'tiny primary'}
      data-testid="follow"
      aria-pressed=${on}
      ?disabled=${this.busy}
      @click=${() => void this.#toggle()}
    >
      ${icon(on ? 'check' : 'plus')} ${on ? t`Following` : t`Follow`}
    </button>`
  }
}

define('bs-follow', Follow)
