import { css, html, nothing } from 'lit'
import type { ReportQueue } from '#protocols/api/v1/moderation.ts'
import { READ_REPORTS_TYPE } from '#protocols/engagement/v1/constants.ts'
import { define, Part, plural, t } from '#web/kit/mod.ts'
import './decisions.ts'
import { speaksFor } from './decide.ts'
import './reports.ts'

/** When many report at once, the queue is read again at most this often, ms. */
const AGAIN_MS = 1_500

/** What waits for whoever moderates, beside the room it is about. Nothing while nothing was reported or decided. */
class Queue extends Part {
  static override properties = { ...Part.properties, community: {}, brief: { type: Boolean }, queue: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      details {
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--surface);
      }
      summary {
        cursor: pointer;
        padding: 8px 14px;
        min-height: 40px;
        align-content: center;
      }
      .inside {
        display: grid;
        gap: 12px;
        padding: 0 14px 10px;
        max-height: min(46vh, 420px);
        overflow-y: auto;
      }
    `,
  ]
  declare community: string
  /** Beside something else: nothing is shown while nothing waits. */
  declare brief: boolean
  declare queue: ReportQueue | null
  #again: ReturnType<typeof setTimeout> | null = null

  constructor() {
    super()
    this.community = ''
    this.brief = false
    this.queue = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('moderation', told => {
      if (told.community === this.community) this.#soon()
    })
    this.cleanup(() => {
      if (this.#again !== null) clearTimeout(this.#again)
      this.#again = null
    })
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed)
    if (this.hasUpdated && changed.has('community')) void this.load().catch(() => {})
  }

  #soon(): void {
    this.#again ??= setTimeout(() => {
      this.#again = null
      void this.load().catch(() => {})
    }, AGAIN_MS)
  }

  /** Whoever moderates without a session here signs each time that they ask. */
  protected override async load(): Promise<void> {
    const { ctx, community } = this
    if (community === '') return
    if (speaksFor(ctx, community)) {
      this.queue = await ctx.api.get<ReportQueue>('/moderation')
      return
    }
    const { envelope } = await ctx.fan.sign(community, READ_REPORTS_TYPE, {}, Date.now())
    this.queue = await ctx.api.send<ReportQueue>('POST', `/moderation/${community}/queue`, { envelope })
  }

  protected override render() {
    const { queue, ctx, community } = this
    if (queue === null || queue.reports.length + queue.decisions.length === 0) return nothing
    const waits = queue.reports.length
    const open = this.renderRoot.querySelector('details')?.open === true
    if (waits === 0 && this.brief && !open) return nothing
    return html`<details data-testid="chat-queue" data-waits=${waits} @bs-moderated=${() => void this.load().catch(() => {})}>
      <summary>
        ${waits === 0 ? t`Nothing reported` : html`<b>${plural(waits, 'report waits', 'reports wait')}</b>`}
      </summary>
      <div class="inside" tabindex="0" role="group" aria-label=${t`Moderation`}>
        <bs-reports .ctx=${ctx} .reports=${queue.reports} .community=${community}></bs-reports>
        <bs-decisions .ctx=${ctx} .decisions=${queue.decisions} .community=${community}></bs-decisions>
      </div>
    </details>`
  }
}

define('bs-queue', Queue)
