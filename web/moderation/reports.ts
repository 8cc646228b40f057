import { html, nothing } from 'lit'
import type { ReportInfo } from '#protocols/api/v1/moderation.ts'
import { define, m, Part, plural, sayable, t, translated } from '#web/kit/mod.ts'
import { decide } from './decide.ts'
import { entryStyles } from './styles.ts'
import { type Action, nameOf, REASON_MAX } from './words.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const CHOICES: readonly (readonly [action: Action, words: string])[] = [
  ['hide', m('Hide')],
  ['mute', m('Mute for a day')],
  ['ban', m('Ban')],
  ['unhide', m('Leave it')],
]

/** What people reported, each with what may be done about it and a reason. Fires `bs-moderated`. */
class Reports extends Part {
  static override properties = { ...Part.properties, reports: { attribute: false }, community: {} }
  static override styles = [...Part.styles, entryStyles]
  declare reports: readonly ReportInfo[]
  declare community: string

  constructor() {
    super()
    this.reports = []
    this.community = ''
  }

  async #act(event: SubmitEvent, one: ReportInfo): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const reason = sayable(String(new FormData(form).get('reason') ?? ''))
    const action = ((event.submitter as HTMLButtonElement | null)?.value ?? 'unhide') as Action
    const target = action.endsWith('hide') ? one.target : (one.said?.author ?? one.target)
    const until = action === 'mute' ? Date.now() + DAY_MS : 0
    await this.attempt(async () => {
      await decide(this.ctx, this.community, { action, target, until, reason })
      // Whoever is muted for it has been dealt with: the message itself stays.
      if (action === 'mute')
        await decide(this.ctx, this.community, { action: 'unhide', target: one.target, until: 0, reason })
      form.reset()
      this.dispatchEvent(new CustomEvent('bs-moderated', { bubbles: true, composed: true }))
    })
  }

  protected override render() {
    if (this.reports.length === 0) return html`<p class="small muted">${t`Nothing waits for you.`}</p>`
    return html`<ul>
      ${this.reports.map(one => this.#report(one))}
    </ul>`
  }

  #report(one: ReportInfo) {
    const choices = one.said === null ? CHOICES.filter(([action]) => action.endsWith('hide')) : CHOICES
    const reasons = one.reasons.length === 0 ? nothing : html` · ${one.reasons.join(' · ')}`
    return html`<li data-testid="report">
      <span class="small muted">${plural(one.reports, 'report', 'reports')}${reasons}</span>
      <blockquote>
        ${one.said === null ? t`It is not here.` : html`<b>${nameOf(one.said.name, one.said.author)}</b> ${one.said.text}`}
      </blockquote>
      <form @submit=${(event: SubmitEvent) => void this.#act(event, one)}>
        <input
          name="reason"
          maxlength=${REASON_MAX}
          aria-label=${t`Reason`}
          placeholder=${t`Reason, in a few words`}
        />
        ${choices.map(([action, words]) => html`<button class="tiny" value=${action} data-testid=${`report-${action}`}>${translated(words)}</button>`)}
      </form>
    </li>`
  }
}

define('bs-reports', Reports)
