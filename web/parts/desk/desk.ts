import { html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { StageInfo } from '#protocols/api/v1/schemas.ts'
import { define, formatClock, heard, icon, Part, t, translated, tx } from '#web/kit/mod.ts'
import { deskStyles } from './desk-styles.ts'
import { FIGURES } from './figures.ts'
import { type Finding, findingsOf, type Looked, type SectionName } from './health.ts'
import { look } from './look.ts'
import { SECTIONS, type Section } from './sections.ts'
import { sourced } from './sourced.ts'

/** Wide screens have room for everything; on a phone what is not urgent is one tap away. */
const WIDE = '(min-width: 900px)'
/** Much happens at once: it is looked at again when it is quiet. */
const QUIET_MS = 1_000
/** Some things change without an event: the disk, and time itself. */
const LOOK_MS = 60_000

/** One calm page for the people who run this stage: how it is, then each thing with its most telling number. */
export default class Desk extends Part {
  static override properties = { ...Part.properties, busy: { state: true }, looked: { state: true } }
  static override styles = [...Part.styles, deskStyles]
  declare busy: boolean
  declare looked: Looked | null
  /** As it was when the page was opened: nothing moves under a finger. */
  #order: readonly Section[] | null = null
  #again: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.busy = false
    this.looked = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.live.online)
    const soon = () => {
      clearTimeout(this.#again)
      this.#again = setTimeout(() => void this.load().catch(() => {}), QUIET_MS)
    }
    for (const event of ['peers', 'log', 'moderation', 'release', 'withdraw', 'job', 'federation'] as const)
      this.on(event, soon)
    const timer = setInterval(soon, LOOK_MS)
    this.cleanup(() => {
      clearInterval(timer)
      clearTimeout(this.#again)
    })
    // Signed in, or known at last: before that nothing here may be read.
    this.cleanup(
      this.ctx.stage.subscribe(stage => {
        if (stage?.operator === true && this.looked === null) soon()
      }),
    )
  }

  protected override async load(): Promise<void> {
    const stage = this.ctx.stage.get()
    if (stage?.operator === true) this.looked = await look(this.ctx, stage)
  }

  async #login(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const token = String(new FormData(event.target as HTMLFormElement).get('token')).trim()
    this.busy = true
    await this.attempt(async () => {
      await this.ctx.api.send('POST', '/session', { token })
      await this.ctx.refresh()
      await this.load()
    })
    this.busy = false
  }

  async #logout(): Promise<void> {
    await this.attempt(async () => {
      await this.ctx.api.send('DELETE', '/session')
      await this.ctx.refresh()
    })
  }

  protected override render() {
    const stage = this.ctx.stage.get()
    if (stage !== null && !stage.operator) return this.#loginForm()
    const { looked } = this
    if (stage === null || looked === null)
      return html`<div class="stack loose">
        <h1>${t`Desk`}</h1>
        <div class="skeleton card"></div>
      </div>`
    const findings = findingsOf(looked)
    this.#order ??= sectionsBy(findings)
    return html`<div class="stack">
      <div class="row between">
        <div class="stack tight grow">
          <h1>${t`Desk`}</h1>
          <p class="muted small">
            ${tx`Everything about running ${stage.name ?? t`this stage`}. Dotted words explain themselves on tap.`}
          </p>
        </div>
        ${stage.public ? html`<button class="quiet tiny" data-testid="logout" @click=${() => void this.#logout()}>${t`Sign out`}</button>` : nothing}
      </div>
      ${this.#health(findings, looked)}
      <div>
        ${repeat(
          this.#order,
          ({ name }) => name,
          section => this.#section(section, findings, looked),
        )}
      </div>
      ${this.#foot(stage)}
    </div>`
  }

  #health(findings: readonly Finding[], looked: Looked) {
    // What was well a while ago says nothing about a stage that is silent now.
    const silent = !this.ctx.live.online.get()
    const title = silent ? t`Nobody knows how it is now` : findings.length === 0 ? t`All is well` : t`What needs you`
    return html`<section
      class="card health"
      aria-labelledby="health-title"
      data-testid="health"
      data-urgency=${silent ? 'now' : (findings[0]?.urgency ?? 'none')}
    >
      <h2 id="health-title">${title}</h2>
      ${
        findings.length === 0
          ? nothing
          : html`<ul class="stack tight">
              ${findings.map(
                ({ urgency, sentence, section }) =>
                  html`<li class=${urgency} data-testid="finding" data-section=${section}>
                    <span class="dot"></span
                    ><span><button class="go" @click=${() => this.#open(section)}>${sentence}</button></span>
                  </li>`,
              )}
            </ul>`
      }
      <p class="small muted">${t`Looked at ${formatClock(looked.at)}: disk, log, people, other stages, what is being published.`}</p>
    </section>`
  }

  #section({ name, title, cards }: Section, findings: readonly Finding[], looked: Looked) {
    const waits = findings.some(({ section }) => section === name)
    const figure = FIGURES[name](looked)
    return html`<details class="section" data-testid=${`section-${name}`} ?open=${this.#opens(name, waits)}>
      <summary>
        ${icon('back')}
        <span class="stack"
          ><h2>${translated(title)}</h2>
          ${figure === null ? nothing : html`<span class="small muted figure">${figure.text}</span>`}</span
        >
        ${waits ? html`<span class="chip waits">${t`needs you`}</span>` : nothing}
      </summary>
      <div class="section-body">
        ${figure === null ? nothing : html`<p class="small muted">${sourced(figure.text, figure.from, looked.at)}</p>`}
        <div class="grid">${cards(this.ctx)}</div>
      </div>
    </details>`
  }

  /** Decided once for each section, when it is first shown; then it is the reader's. */
  readonly #opened = new Map<SectionName, boolean>()
  #opens(name: SectionName, waits: boolean): boolean {
    const known = this.#opened.get(name)
    if (known !== undefined) return known
    // Nothing comes from others before somebody is followed.
    const alone = name === 'peers' && this.ctx.communities.get().every(one => one.own)
    const open = waits || alone || matchMedia(WIDE).matches
    this.#opened.set(name, open)
    return open
  }

  #open(name: SectionName): void {
    const section = this.renderRoot.querySelector<HTMLDetailsElement>(`[data-testid="section-${name}"]`)
    if (section === null) return
    section.open = true
    section.scrollIntoView({ block: 'start' })
    section.querySelector('summary')?.focus()
  }

  #foot(stage: StageInfo) {
    return html`<p class="small muted">
      Bandstand ${stage.version} · ${stage.public ? t`open to the network` : t`this machine only`}${stage.media.renditions ? '' : ` · ${heard(stage.media.note)}`}
    </p>`
  }

  #loginForm() {
    return html`<form class="stack login" @submit=${(event: SubmitEvent) => void this.#login(event)}>
      <h1>${t`Desk`}</h1>
      <p class="lede">
        ${tx`For the people who run this stage. The operator token is in the file ${html`<code>operator-token</code>`} in the stage’s data folder.`}
      </p>
      <input hidden autocomplete="username" value="operator" />
      <label
        >${t`Operator token`}<input
          name="token"
          data-testid="operator-token"
          type="password"
          autocomplete="current-password"
          required
      /></label>
      <div>
        <button class="primary" data-testid="operator-submit" ?disabled=${this.busy}>
          ${this.busy ? icon('spinner') : nothing} ${t`Sign in`}
        </button>
      </div>
    </form>`
  }
}

/** Where something is urgent comes first. */
function sectionsBy(findings: readonly Finding[]): Section[] {
  const rank = ({ name }: Section): number => {
    const at = findings.findIndex(({ section }) => section === name)
    return at < 0 ? findings.length : at
  }
  return SECTIONS.toSorted((a, b) => rank(a) - rank(b))
}

define('bs-desk', Desk)
