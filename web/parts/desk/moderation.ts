import { css, html, nothing } from 'lit'
import type { AppealInfo, DecisionInfo, ModerationInfo, ReportInfo } from '#protocols/api/v1/moderation.ts'
import { define, explain, formatWhen, m, Part, plural, sayable, t, translated } from '#web/kit/mod.ts'
import { nameOf } from './moderators.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const REASON_MAX = 400
/** Decisions shown before the rest is asked for. */
const SHOWN = 8

type Action = DecisionInfo['action']

const DONE: Readonly<Record<Action, string>> = {
  hide: m('Hidden'),
  unhide: m('Shown'),
  mute: m('Muted'),
  unmute: m('May speak again'),
  ban: m('Banned'),
  unban: m('Ban lifted'),
}
const UNDO: Partial<Readonly<Record<Action, readonly [action: Action, words: string]>>> = {
  hide: ['unhide', m('Show again')],
  mute: ['unmute', m('Let speak')],
  ban: ['unban', m('Lift the ban')],
}
const CHOICES: readonly (readonly [action: Action, words: string])[] = [
  ['hide', m('Hide')],
  ['mute', m('Mute for a day')],
  ['ban', m('Ban')],
  ['unhide', m('Leave it')],
]

/** Who moderates, what was reported and decided, who appeals, and whose block lists count. */
class Moderation extends Part {
  static override properties = { ...Part.properties, info: { state: true }, all: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      li {
        display: grid;
        gap: 6px;
        padding: 12px 0;
        border-top: 1px solid var(--line);
      }
      blockquote {
        margin: 0;
        padding-inline-start: 12px;
        border-inline-start: 3px solid var(--line);
        overflow-wrap: anywhere;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      form input,
      form select {
        flex: 1 1 160px;
      }
    `,
  ]
  declare info: ModerationInfo | null
  declare all: boolean

  constructor() {
    super()
    this.info = null
    this.all = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('moderation', () => void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    this.info = await this.ctx.api.get<ModerationInfo>('/moderation')
  }

  /** Signed by the community's own key. */
  #say(type: string, body: unknown): Promise<boolean> {
    return this.attempt(async () => {
      await this.ctx.api.send('POST', '/community-events', { type: `engagement/${type}`, body })
      await this.load()
    })
  }

  #decide(action: Action, target: string, reason: string): Promise<boolean> {
    const until = action === 'mute' ? Date.now() + DAY_MS : 0
    return this.#say('decision', { action, target, until, reason })
  }

  #submitted(event: SubmitEvent): { readonly reason: string; readonly choice: string } {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const pressed = event.submitter as HTMLButtonElement | null
    form.reset()
    return { reason: sayable(String(data.get('reason') ?? '')), choice: pressed?.value ?? '' }
  }

  protected override render() {
    const { info } = this
    if (info === null) return nothing
    return html`<section class="card stack" aria-labelledby="moderation-title">
      <div class="stack tight">
        <h2 id="moderation-title">${t`Moderation`}</h2>
        <p class="small muted">
          ${t`What is decided here is signed, with its reason, and whom it concerns reads it.`}
          ${explain(t`Ban`, t`Whoever is banned says nothing here from then on, and what they said is left out, on every stage that follows you. Their account stays as it is: a ban freezes no money.`)}
        </p>
      </div>
      ${this.#reports(info.reports)} ${this.#appeals(info.appeals)} 
      ${this.#decisions(info.decisions)}
      <bs-desk-moderators .ctx=${this.ctx} .info=${info} @bs-moderated=${() => void this.load().catch(() => {})}></bs-desk-moderators>
    </section>`
  }

  #reports(reports: readonly ReportInfo[]) {
    return html`<div>
      <h3>${t`Reported`}</h3>
      ${reports.length === 0 ? html`<p class="small muted">${t`Nothing waits for you.`}</p>` : nothing}
      <ul>
        ${reports.map(one => this.#report(one))}
      </ul>
    </div>`
  }

  #report(one: ReportInfo) {
    const act = (event: SubmitEvent): void => {
      const { reason, choice } = this.#submitted(event)
      const action = choice as Action
      const target = action === 'hide' || action === 'unhide' ? one.target : (one.said?.author ?? one.target)
      void this.#decide(action, target, reason)
    }
    const choices = one.said === null ? CHOICES.filter(([action]) => action.endsWith('hide')) : CHOICES
    return html`<li data-testid="report">
      <span class="small muted">${plural(one.reports, 'report', 'reports')}${one.reasons.length === 0 ? nothing : html` · ${one.reasons.join(' · ')}`}</span>
      <blockquote>${one.said === null ? t`It is not here.` : html`<b>${nameOf(one.said.name, one.said.author)}</b> ${one.said.text}`}</blockquote>
      <form @submit=${act}>
        <input name="reason" maxlength=${REASON_MAX} aria-label=${t`Reason`} placeholder=${t`Reason, in a few words`} />
        ${choices.map(([action, words]) => html`<button class="tiny" value=${action} data-testid=${`report-${action}`}>${translated(words)}</button>`)}
      </form>
    </li>`
  }

  #appeals(appeals: readonly AppealInfo[]) {
    if (appeals.length === 0) return nothing
    const answer = (event: SubmitEvent, appeal: string): void => {
      const { reason, choice } = this.#submitted(event)
      void this.#say('answer', { appeal, upheld: choice === 'yes', reason })
    }
    return html`<div>
      <h3>${t`Appeals`}</h3>
      <ul>
        ${appeals.map(
          one => html`<li data-testid="appeal">
            <blockquote><b>${nameOf(one.name, one.author)}</b> ${one.text}</blockquote>
            ${this.#about(one.decision)}
            <form @submit=${(event: SubmitEvent) => answer(event, one.id)}>
              <input name="reason" maxlength=${REASON_MAX} aria-label=${t`Answer`} placeholder=${t`Answer, in a few words`} />
              <button class="tiny" value="yes" data-testid="appeal-uphold">${t`They are right: end it`}</button>
              <button class="tiny" value="no">${t`Keep to it`}</button>
            </form>
          </li>`,
        )}
      </ul>
    </div>`
  }

  #about(id: string) {
    const one = this.info?.decisions.find(decision => decision.id === id)
    return one === undefined ? nothing : this.#sentence(one)
  }

  #sentence(one: DecisionInfo) {
    const own = one.by === this.ctx.stage.get()?.community
    const by = own ? t`the community` : nameOf(one.byName, one.by)
    return html`<span class="small muted"
      >${t`${translated(DONE[one.action])} by ${by}, ${formatWhen(one.at, Date.now())}.`}${one.until === null ? nothing : html` ${t`Until ${new Date(one.until).toLocaleString()}.`}`}
      ${one.reason === '' ? nothing : t`The reason: ${one.reason}`}</span
    >`
  }

  #decisions(decisions: readonly DecisionInfo[]) {
    if (decisions.length === 0) return nothing
    return html`<div>
      <h3>${t`Decided`}</h3>
      <ul>
        ${decisions.slice(0, this.all ? undefined : SHOWN).map(one => this.#decision(one))}
      </ul>
      ${
        this.all || decisions.length <= SHOWN
          ? nothing
          : html`<button
              class="tiny quiet"
              @click=${() => {
                this.all = true
              }}
            >
              ${t`Show all`}
            </button>`
      }
    </div>`
  }

  #decision(one: DecisionInfo) {
    const undo = one.holds ? UNDO[one.action] : undefined
    return html`<li data-testid="decision">
      <div class="row between">
        <span class="clip">${nameOf(one.name, one.target)}${one.text === '' ? nothing : html`: “${one.text}”`}</span>
        ${undo === undefined ? nothing : html`<button class="tiny quiet" @click=${() => void this.#decide(undo[0], one.target, '')}>${translated(undo[1])}</button>`}
      </div>
      ${this.#sentence(one)}
    </li>`
  }
}

define('bs-desk-moderation', Moderation)
