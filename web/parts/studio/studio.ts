import { html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { JobInfo, StageInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, heard, icon, Part, parseUnits, t, tx } from '#web/kit/mod.ts'
import { aboutFields } from './about-fields.ts'
import type { Draft } from './draft.ts'
import { DraftBoard } from './draft-board.ts'
import { dropZone } from './drop-zone.ts'
import { priceFields, readPrice } from './price-fields.ts'
import { publishRequest } from './publish-request.ts'
import { type Row, readSplit } from './split-math.ts'
import { studioStyles } from './studio-styles.ts'
import { isrcHelp } from './track-row.ts'
import './job-view.ts'
import './own-releases.ts'
import './prices.ts'
import './splits.ts'
import './statements.ts'
import './studio-now.ts'
import './what-if.ts'

/** Where creators publish: drop files, check what is known about them, agree on the split. */
export default class Studio extends Part {
  static override properties = {
    ...Part.properties,
    job: { state: true },
    dragging: { state: true },
    sent: { state: true },
    busy: { state: true },
    streamPrice: { state: true },
  }
  static override styles = [...Part.styles, studioStyles]
  declare job: JobInfo | null
  declare dragging: boolean
  /** The form was handed over: hidden until its job ends, so that a refusal loses nothing that was typed. */
  declare sent: boolean
  declare busy: boolean
  /** As typed, for 30 seconds. */
  declare streamPrice: string
  readonly #board: DraftBoard

  constructor() {
    super()
    this.job = null
    this.dragging = false
    this.sent = false
    this.busy = false
    this.streamPrice = ''
    this.#board = new DraftBoard({
      requestUpdate: () => this.requestUpdate(),
      say: sentence => this.toast(sentence, 'bad'),
    })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('job', job => {
      if (job.id === this.job?.id) this.#follow(job)
    })
    void this.#board.restore()
  }

  #follow(job: JobInfo): void {
    this.job = job
    if (job.state === 'running' || !this.sent) return
    if (job.state === 'done') this.#clear()
    this.sent = false
  }

  #clear(): void {
    this.renderRoot.querySelector('form')?.reset()
    this.streamPrice = ''
    this.sent = false
    this.#board.clear()
  }

  protected override async load(): Promise<void> {
    if (this.job?.state !== 'running') return
    const job = await this.ctx.api.get<JobInfo>(`/jobs/${this.job.id}`)
    // A live event may have told of the end while this older answer was on its way.
    if (this.job.id === job.id && this.job.state === 'running') this.#follow(job)
  }

  #add(files: Iterable<File>): void {
    // What comes while a release is being made is for the next one.
    if (this.sent) this.#clear()
    this.job = this.job?.state === 'running' ? this.job : null
    this.#board.add(files)
  }

  async #publish(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const { rows, drafts, fields, cover } = this.#board
    const split = readSplit(rows)
    if ('fault' in split) return this.toast(split.fault, 'bad')
    const asset = this.ctx.stage.get()?.asset
    const form = new FormData(event.target as HTMLFormElement)
    const asked = asset === undefined ? { price: null } : readPrice(form, asset)
    if ('fault' in asked) return this.toast(asked.fault, 'bad')
    const { splits } = split
    const coverUpload = cover?.upload?.id ?? null
    const request = publishRequest({ price: asked.price, drafts, fields, coverUpload, splits })
    this.busy = true
    await this.attempt(async () => {
      this.job = await this.ctx.api.send<JobInfo>('POST', '/releases', request)
      this.sent = true
      scrollTo({ top: 0, behavior: 'smooth' })
      // The job may have ended before its live events were listened for.
      await this.load()
    })
    this.busy = false
  }

  protected override render() {
    const stage = this.ctx.stage.get()
    if (stage !== null && !stage.operator)
      return html`<div class="empty">
        <h1>${t`Studio`}</h1>
        <p class="lede">
          ${t`Publishing is for the people who run this stage. Sign in at the desk with the operator token.`}
        </p>
        <a class="button primary" href="/desk">${t`To the desk`}</a>
      </div>`
    return html`<div class="stack loose page">
      <div class="stack tight">
        <h1>${t`Studio`}</h1>
        ${stage !== null && !stage.media.renditions ? html`<p class="lede">${heard(stage.media.note)}</p>` : nothing}
      </div>
      ${this.job === null ? nothing : html`<bs-job .job=${this.job}></bs-job>`} ${this.#dropZone()}
      ${stage === null || this.#board.drafts.length === 0 ? nothing : this.#form(stage)}
      <bs-studio-now .ctx=${this.ctx}></bs-studio-now>
      <bs-own-releases .ctx=${this.ctx} .fresh=${this.job?.release ?? null}></bs-own-releases>
      <bs-statements .ctx=${this.ctx}></bs-statements>
      <bs-set-membership .ctx=${this.ctx}></bs-set-membership>
    </div>`
  }

  #dropZone() {
    return dropZone({
      slim: this.#board.drafts.length > 0 && !this.sent,
      over: this.dragging,
      hover: over => {
        this.dragging = over
      },
      add: files => this.#add(files),
    })
  }

  #form(stage: StageInfo) {
    const board = this.#board
    return html`<form
      class="stack loose"
      ?hidden=${this.sent}
      @submit=${(event: SubmitEvent) => void this.#publish(event)}
      @input=${(event: Event) => {
        const field = event.target as HTMLInputElement
        if (field.name === 'stream') this.streamPrice = field.value
      }}
    >
      ${board.restored === null ? nothing : this.#restored(board.restored)} ${this.#tracks()}
      ${aboutFields({
        fields: board.fields,
        cover: board.cover,
        change: change => board.setFields(change),
        touch: field => board.touch(field),
        add: files => this.#add(files),
      })}
      ${this.#splits(stage)} ${priceFields(stage.asset)}
      <div class="row">
        <button class="primary big" data-testid="publish-button" ?disabled=${board.waits || this.busy}>
          ${icon(this.busy ? 'spinner' : 'studio')} ${t`Publish`}
        </button>
        ${board.waits ? html`<span class="muted small">${t`As soon as the uploads are complete.`}</span>` : nothing}
      </div>
    </form>`
  }

  #restored(sentence: string) {
    return html`<div class="note row between" role="status" data-testid="draft-restored">
      <span class="grow">${sentence}</span>
      <button type="button" class="quiet tiny" data-testid="draft-clear" @click=${() => this.#clear()}>${t`Begin anew`}</button>
    </div>`
  }

  #tracks() {
    const board = this.#board
    const act = ({ key }: Draft, what: string) => {
      if (what === 'remove') board.remove(key)
      else if (what === 'pause') board.pause(key)
      else if (what === 'resume') board.resume(key)
      else board.move(key, what === 'up' ? -1 : 1)
    }
    return html`<section class="stack tight">
      <h2>${t`Tracks`}</h2>
      <p class="small muted">${tx`Titles are read from the files; type to change one. ${isrcHelp()} is optional.`}</p>
      <div>
        ${repeat(
          board.drafts,
          draft => draft.key,
          (draft, index) =>
            html`<bs-track-row
              .draft=${draft}
              .index=${index}
              .count=${board.drafts.length}
              @change=${(event: CustomEvent<Partial<Draft>>) => board.patch(draft.key, event.detail)}
              @act=${(event: CustomEvent<string>) => act(draft, event.detail)}
              @copy=${() => board.copyCredits(draft)}
            ></bs-track-row>`,
        )}
      </div>
    </section>`
  }

  #splits({ asset }: StageInfo) {
    const { rows, fields, drafts } = this.#board
    const read = readSplit(rows)
    const artist = fields.artist.trim() || drafts[0]?.artist || t`the artist`
    const splits = 'fault' in read ? null : read.splits.length === 0 ? [{ party: artist, shares: 10_000 }] : read.splits
    return html`<section class="card stack">
      <div class="stack tight">
        <h2>${t`Who gets what`}</h2>
        <p class="small muted">
          ${tx`Every tip is divided by this ${explain(t`split`, t`An agreement on shares. It travels with the release, signed; each payment is divided by it at once, to the last unit, and leaves a receipt.`)} the moment it arrives. Left empty, everything goes to the artist.`}
        </p>
      </div>
      <div class="sharing">
        <bs-splits
          .rows=${rows}
          @change=${(event: CustomEvent<readonly Row[]>) => this.#board.setRows(event.detail)}
        ></bs-splits>
        <bs-what-if
          .asset=${asset}
          .splits=${splits}
          .price=${parseUnits(this.streamPrice, asset.scale) ?? 0n}
          .durations=${drafts.map(draft => draft.durationMs)}
        ></bs-what-if>
      </div>
    </section>`
  }
}

define('bs-studio', Studio)
