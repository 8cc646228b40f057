import { html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { JobInfo, StageInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, heard, icon, Part, t, tx } from '#web/kit/mod.ts'
import { aboutFields } from './about-fields.ts'
import { dropZone } from './drop-zone.ts'
import { LICENSES } from './licenses.ts'
import { priceFields, readPrice } from './price-fields.ts'
import { publishRequest } from './publish-request.ts'
import { type Row, readSplit } from './split-math.ts'
import { studioStyles } from './studio-styles.ts'
import { type Draft, isrcHelp } from './track-row.ts'
import { startUpload, type UploadHandle, type UploadState } from './uploads.ts'
import './job-view.ts'
import './own-releases.ts'
import './prices.ts'
import './splits.ts'

const AUDIO = /\.(flac|wav|aiff?|mp3|m4a|aac|ogg|oga|opus|webm|wma|caf)$/i
const EMPTY_ROW: Row = { party: '', percent: '' }

/** Where creators publish: drop files, check what is known about them, agree on the split. */
export default class Studio extends Part {
  static override properties = {
    ...Part.properties,
    drafts: { state: true },
    cover: { state: true },
    rows: { state: true },
    license: { state: true },
    job: { state: true },
    dragging: { state: true },
    sent: { state: true },
    busy: { state: true },
  }
  static override styles = [...Part.styles, studioStyles]
  declare drafts: readonly Draft[]
  declare cover: (UploadState & { readonly preview: string }) | null
  declare rows: readonly Row[]
  declare license: string
  declare job: JobInfo | null
  declare dragging: boolean
  /** The form was handed over: hidden until its job ends, so that a refusal loses nothing that was typed. */
  declare sent: boolean
  declare busy: boolean
  readonly #handles = new Map<number, UploadHandle>()
  #next = 1

  constructor() {
    super()
    this.drafts = []
    this.cover = null
    this.rows = [EMPTY_ROW]
    this.license = LICENSES[0]?.[0] ?? ''
    this.job = null
    this.dragging = false
    this.sent = false
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('job', job => {
      if (job.id === this.job?.id) this.#follow(job)
    })
  }

  #follow(job: JobInfo): void {
    this.job = job
    if (job.state === 'running' || !this.sent) return
    if (job.state === 'done') this.#clear()
    this.sent = false
  }

  #clear(): void {
    this.renderRoot.querySelector('form')?.reset()
    this.drafts = []
    this.cover = null
    this.rows = [EMPTY_ROW]
    this.sent = false
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
    for (const file of files) {
      if (file.type.startsWith('image/')) void this.#setCover(file)
      else if (file.type.startsWith('audio/') || AUDIO.test(file.name)) this.#addTrack(file)
      else
        this.toast(
          t`${file.name} is neither sound nor an image. Audio files such as FLAC, WAV, MP3 or Ogg can be published.`,
          'bad',
        )
    }
  }

  #addTrack(file: File): void {
    if (file.size === 0) {
      this.toast(t`${file.name} is empty. Check that it was copied completely.`, 'bad')
      return
    }
    const key = this.#next++
    const upload: UploadState = { file, sentBytes: 0, bytesPerSecond: 0, id: null, problem: null }
    this.drafts = [...this.drafts, { key, upload, title: '', isrc: '' }]
    this.#handles.set(
      key,
      startUpload(file, state => this.#patch(key, { upload: state })),
    )
    this.job = this.job?.state === 'running' ? this.job : null
  }

  async #setCover(file: File): Promise<void> {
    const picture = await createImageBitmap(file).catch(() => null)
    if (picture === null)
      return this.toast(t`${file.name} is no picture that can be shown. Use a JPEG, PNG or WebP as the cover.`, 'bad')
    picture.close()
    const preview = URL.createObjectURL(file)
    startUpload(file, state => {
      this.cover = { ...state, preview }
      if (state.problem !== null) this.toast(state.problem, 'bad')
    })
  }

  #patch(key: number, change: Partial<Draft>): void {
    this.drafts = this.drafts.map(draft => (draft.key === key ? { ...draft, ...change } : draft))
  }

  #remove(key: number): void {
    this.#handles.get(key)?.cancel()
    this.drafts = this.drafts.filter(draft => draft.key !== key)
  }

  async #publish(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const split = readSplit(this.rows)
    if ('fault' in split) return this.toast(split.fault, 'bad')
    const form = new FormData(event.target as HTMLFormElement)
    const asset = this.ctx.stage.get()?.asset
    const asked = asset === undefined ? { price: null } : readPrice(form, asset)
    if ('fault' in asked) return this.toast(asked.fault, 'bad')
    const request = publishRequest(form, {
      price: asked.price,
      drafts: this.drafts,
      coverUpload: this.cover?.id ?? null,
      splits: split.splits,
    })
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
      ${this.drafts.length === 0 ? nothing : this.#form()}
      <bs-own-releases .ctx=${this.ctx}></bs-own-releases>
      <bs-set-membership .ctx=${this.ctx}></bs-set-membership>
    </div>`
  }

  get #open(): boolean {
    return this.drafts.length > 0 && !this.sent
  }

  #dropZone() {
    return dropZone({
      slim: this.#open,
      over: this.dragging,
      hover: over => {
        this.dragging = over
      },
      add: files => this.#add(files),
    })
  }

  #form() {
    const waiting =
      this.drafts.some(draft => draft.upload.id === null) || (this.cover !== null && this.cover.id === null)
    return html`<form class="stack loose" ?hidden=${this.sent} @submit=${(event: SubmitEvent) => void this.#publish(event)}>
      <section class="stack tight">
        <h2>${t`Tracks`}</h2>
        <p class="small muted">${tx`Titles are read from the files; type to change one. ${isrcHelp()} is optional.`}</p>
        <div>
          ${repeat(
            this.drafts,
            draft => draft.key,
            (draft, index) =>
              html`<bs-track-row
                .draft=${draft}
                .index=${index}
                @change=${(event: CustomEvent<Partial<Draft>>) => this.#patch(draft.key, event.detail)}
                @remove=${() => this.#remove(draft.key)}
              ></bs-track-row>`,
          )}
        </div>
      </section>
      ${aboutFields({
        license: this.license,
        preview: this.cover?.preview ?? null,
        choose: license => {
          this.license = license
        },
        add: files => this.#add(files),
      })}
      <section class="card stack">
        <div class="stack tight">
          <h2>${t`Who gets what`}</h2>
          <p class="small muted">
            ${tx`Every tip is divided by this ${explain(t`split`, t`An agreement on shares. It travels with the release, signed; each payment is divided by it at once, to the last unit, and leaves a receipt.`)} the moment it arrives. Left empty, everything goes to the artist.`}
          </p>
        </div>
        <bs-splits
          .rows=${this.rows}
          @change=${(event: CustomEvent<readonly Row[]>) => {
            this.rows = event.detail
          }}
        ></bs-splits>
      </section>
      ${this.ctx.stage.get() === null ? nothing : priceFields((this.ctx.stage.get() as StageInfo).asset)}
      <div class="row">
        <button class="primary big" data-testid="publish-button" ?disabled=${waiting || this.busy}>
          ${icon(this.busy ? 'spinner' : 'studio')} ${t`Publish`}
        </button>
        ${waiting ? html`<span class="muted small">${t`As soon as the uploads are complete.`}</span>` : nothing}
      </div>
    </form>`
  }
}

define('bs-studio', Studio)
