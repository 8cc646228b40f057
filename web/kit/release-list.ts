import type { ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { Part } from './part.ts'

/** A part that lists releases, newest first, and keeps the list true while it is looked at. */
export abstract class ReleaseList extends Part {
  static override properties = { ...Part.properties, releases: { state: true } }

  /** `null` until the first answer. */
  declare releases: readonly ReleaseSummary[] | null

  constructor() {
    super()
    this.releases = null
  }

  /** Whose releases are listed; everybody's when it is undefined. */
  protected community(): string | undefined {
    return undefined
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.player.state)
    this.on('release', release => this.#put(release))
    // A holder came or went: what can be played changes with it.
    this.on('community', () => void this.load().catch(() => {}))
    this.on('withdraw', ({ id }) => {
      this.releases = this.releases?.filter(one => one.id !== id) ?? null
    })
    this.on('play', ({ release, plays }) => {
      this.releases = this.releases?.map(one => (one.id === release ? { ...one, plays } : one)) ?? null
    })
  }

  #put(release: ReleaseSummary): void {
    if ((this.community() ?? release.community) !== release.community) return
    const others = (this.releases ?? []).filter(one => one.id !== release.id)
    this.releases = [release, ...others].sort((a, b) => b.publishedAt - a.publishedAt)
  }

  protected override async load(): Promise<void> {
    const community = this.community()
    const query = community === undefined ? '' : `?community=${community}`
    this.releases = await this.ctx.api.get<ReleaseSummary[]>(`/releases${query}`)
  }
}
