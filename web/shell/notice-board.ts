import type { Notice, NoticesInfo } from '#protocols/api/v1/notices.ts'
import { calls } from '#src/engagement/mention.ts'
import { NOTICES_CHANGED, reportedHere, seenNotices, unwantedKinds } from '#web/fan/notice-memory.ts'
import { type PartContext, Store } from '#web/kit/mod.ts'

/** Many pages hear the same news: each reads again after a moment of its own, ms. */
const SPREAD_MS = 3_000
/** Not more often than this, ms. */
const PAUSE_MS = 5_000
const TIMER_MS_MAX = 2 ** 31 - 1

/** What happened that concerns the person at this page. Live events say when to read; what is shown is what the stage answers. */
export class NoticeBoard {
  readonly shown = new Store<readonly Notice[]>([])
  /** How many of them this device has not shown before. */
  readonly fresh = new Store(0)
  readonly #ctx: PartContext
  #all: readonly Notice[] = []
  #info: NoticesInfo | null = null
  #readAt = 0
  #due: ReturnType<typeof setTimeout> | undefined
  #next: ReturnType<typeof setTimeout> | undefined

  constructor(ctx: PartContext) {
    this.#ctx = ctx
    const { live, fan } = ctx
    const soon = (): void => this.#soon()
    const if_ = (concerns: boolean): void => (concerns ? soon() : undefined)
    live.on('chat', ({ author, text }) => if_(author !== this.#key && this.#callsMe(text)))
    live.on('comment', ({ author, text }) => if_(author !== this.#key && this.#callsMe(text)))
    live.on('release', ({ community }) => if_(this.#follows(community)))
    live.on('event', ({ community }) => if_(this.#follows(community) || community === ctx.stage.get()?.community))
    live.on('moderation', ({ target }) => if_(target === '' || target === this.#key || reportedHere().includes(target)))
    live.on('receipt', ({ credited, lines }) =>
      if_(credited === this.#key || lines.some(({ holder }) => holder === `acct:${this.#key}`)),
    )
    live.onResync(soon)
    fan.identity.subscribe(soon)
    addEventListener(NOTICES_CHANGED, () => this.#show())
    void this.read()
  }

  get #key(): string | undefined {
    return this.#ctx.fan.identity.get()?.key
  }

  #follows(community: string): boolean {
    return this.#info?.follows.includes(community) === true
  }

  #callsMe(text: string): boolean {
    const name = this.#ctx.fan.identity.get()?.name ?? ''
    return text.includes('@') && [...(this.#info?.names ?? []), name].some(one => calls(text, one))
  }

  async read(): Promise<void> {
    const identity = this.#ctx.fan.identity.get()
    if (identity === null) return
    this.#readAt = Date.now()
    const query = new URLSearchParams({ key: identity.key, name: identity.name })
    const reported = reportedHere()
    if (reported.length > 0) query.set('reported', reported.join(','))
    // A stage that is away is said elsewhere on the page; its news come with the next resync.
    const info = await this.#ctx.api.get<NoticesInfo>(`/notices?${query}`).catch(() => null)
    if (info === null) return
    this.#info = info
    this.#all = info.notices
    // The first page begins with these, before it asks anybody.
    localStorage.setItem('bandstand-follows', info.follows.join(' '))
    this.#show()
    clearTimeout(this.#next)
    if (info.nextAt !== null)
      this.#next = setTimeout(() => void this.read(), Math.min(TIMER_MS_MAX, Math.max(1_000, info.nextAt - Date.now())))
  }

  #soon(): void {
    if (this.#due !== undefined) return
    const wait = Math.max(this.#readAt + PAUSE_MS - Date.now(), 0) + Math.random() * SPREAD_MS
    this.#due = setTimeout(() => {
      this.#due = undefined
      void this.read()
    }, wait)
  }

  #show(): void {
    const [seen, off] = [seenNotices(), unwantedKinds()]
    const shown = this.#all.filter(({ kind }) => !off.has(kind))
    this.shown.set(shown)
    this.fresh.set(shown.filter(({ id }) => !seen.has(id)).length)
  }
}
