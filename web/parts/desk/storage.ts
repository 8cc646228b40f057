import { css, html } from 'lit'
import type { StorageInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, formatBytes, Part, plural, t, tx } from '#web/kit/mod.ts'
import { sourced } from './sourced.ts'

/** What is on the disk, the cap, and when it would be full. */
class Storage extends Part {
  static override properties = { ...Part.properties, info: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      .meter {
        height: 16px;
        border-radius: 8px;
      }
      i.cached {
        background: color-mix(in oklab, var(--accent), transparent 55%);
      }
      dl {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 6px 10px;
        align-items: center;
      }
      dd {
        text-align: end;
      }
      /* Numbers stand at the end of their line: what explains them opens towards its start. */
      dd .explain > p {
        inset-inline: auto 0;
      }
      .key {
        --key: var(--accent);
        display: grid;
        grid-template-columns: 11px auto;
        gap: 10px;
        align-items: center;
      }
      .key::before {
        content: '';
        height: 11px;
        border-radius: 3px;
        background: var(--key);
      }
      .key.cached {
        --key: color-mix(in oklab, var(--accent), transparent 55%);
      }
      .key.free {
        --key: var(--raised);
      }
    `,
  ]
  declare info: StorageInfo | null
  /** When that was read. */
  #at = 0

  constructor() {
    super()
    this.info = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('release', () => void this.load().catch(() => {}))
    this.on('withdraw', () => void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    this.info = await this.ctx.api.get<StorageInfo>('/storage')
    this.#at = Date.now()
  }

  protected override render() {
    const info = this.info
    if (info === null) return html`<section class="card skeleton"></section>`
    const at = this.#at
    const { ownBytes, cachedBytes, cacheCapBytes, diskFreeBytes, daysUntilFull, growthBytesPerDay } = info
    // The bar ends where the stage must stop: own music, the cap for copies, or the disk.
    const room = ownBytes + Math.max(cachedBytes, Math.min(cacheCapBytes, cachedBytes + diskFreeBytes))
    const width = (bytes: number) => `width:${(100 * bytes) / Math.max(1, room)}%`
    return html`<section class="card stack" aria-labelledby="storage-title" data-testid="storage">
      <h2 id="storage-title">${t`Storage`}</h2>
      <div class="meter" role="img" aria-label=${t`${formatBytes(ownBytes)} own, ${formatBytes(cachedBytes)} copies`}>
        <i .style=${width(ownBytes)}></i><i class="cached" .style=${width(cachedBytes)}></i>
      </div>
      <dl class="small num">
        <dt class="key">${explain(t`Own releases`, t`What this community published. It is never removed to make room.`)}</dt>
        <dd>${sourced(formatBytes(ownBytes), t`Added up from the index of blocks on this disk.`, at)}</dd>
        <dt class="key cached">
          ${explain(t`Copies of others`, t`Music of communities you follow, kept to play and to pass on. When the cap is reached, what was not heard longest makes room.`)}
        </dt>
        <dd>${tx`${sourced(formatBytes(cachedBytes), t`Added up from the index of blocks on this disk.`, at)} of at most ${formatBytes(cacheCapBytes)}`}</dd>
        <dt class="key free">${t`Free on this disk`}</dt>
        <dd>${sourced(formatBytes(diskFreeBytes), t`The operating system says so of the disk that holds the data folder.`, at)}</dd>
      </dl>
      <p class="small muted">
        ${tx`${sourced(plural(info.events, 'event'), t`Counted in the store: signed words of this community and of those you follow.`, at)} kept.`}
        ${
          growthBytesPerDay === null
            ? t`The forecast starts after a day of history.`
            : daysUntilFull === null
              ? t`At this pace the disk does not fill.`
              : tx`Growing by ${sourced(formatBytes(growthBytesPerDay), t`The straight line through one sample a day, of up to 90 days.`, at)} a day, the disk is full in about ${plural(Math.round(daysUntilFull), 'day')}.`
        }
      </p>
    </section>`
  }
}

define('bs-desk-storage', Storage)
