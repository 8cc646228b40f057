import { html, nothing } from 'lit'
import type { DecisionInfo } from '#protocols/api/v1/moderation.ts'
import { currentLanguage, define, formatWhen, Part, t, translated } from '#web/kit/mod.ts'
import { decide, speaksFor } from './decide.ts'
import { entryStyles } from './styles.ts'
import { DONE, nameOf, UNDO } from './words.ts'

/** Decisions shown before the rest is asked for. */
const SHOWN = 8

/** Who decided what, when and why. */
export function decisionSentence(one: DecisionInfo, community: string) {
  const by = one.by === community ? t`the community` : nameOf(one.byName, one.by)
  const until =
    one.until === null ? nothing : html` ${t`Until ${new Date(one.until).toLocaleString(currentLanguage())}.`}`
  return html`<span class="small muted"
    >${t`${translated(DONE[one.action])} by ${by}, ${formatWhen(one.at, Date.now())}.`}${until}
    ${one.reason === '' ? nothing : t`The reason: ${one.reason}`}</span
  >`
}

/** What was decided, the newest first, each with a way back. Fires `bs-moderated`. */
class Decisions extends Part {
  static override properties = {
    ...Part.properties,
    decisions: { attribute: false },
    community: {},
    all: { state: true },
  }
  static override styles = [...Part.styles, entryStyles]
  declare decisions: readonly DecisionInfo[]
  declare community: string
  declare all: boolean

  constructor() {
    super()
    this.decisions = []
    this.community = ''
    this.all = false
  }

  #undo(action: DecisionInfo['action'], target: string): Promise<boolean> {
    return this.attempt(async () => {
      await decide(this.ctx, this.community, { action, target, until: 0, reason: '' })
      this.dispatchEvent(new CustomEvent('bs-moderated', { bubbles: true, composed: true }))
    })
  }

  protected override render() {
    const { decisions, all } = this
    if (decisions.length === 0) return nothing
    const rest = html`<button
      class="tiny quiet"
      @click=${() => {
        this.all = true
      }}
    >
      ${t`Show all`}
    </button>`
    return html`<h3>${t`Decided`}</h3>
      <ul>
        ${decisions.slice(0, all ? undefined : SHOWN).map(one => this.#decision(one))}
      </ul>
      ${all || decisions.length <= SHOWN ? nothing : rest}`
  }

  #decision(one: DecisionInfo) {
    // The community's own word gives way to nobody else's.
    const mayUndo = one.holds && (one.by !== this.community || speaksFor(this.ctx, this.community))
    const undo = mayUndo ? UNDO[one.action] : undefined
    return html`<li data-testid="decision">
      <div class="row between">
        <span class="clip">${nameOf(one.name, one.target)}${one.text === '' ? nothing : html`: “${one.text}”`}</span>
        ${undo === undefined ? nothing : html`<button class="tiny quiet" data-testid="decision-undo" @click=${() => void this.#undo(undo[0], one.target)}>${translated(undo[1])}</button>`}
      </div>
      ${decisionSentence(one, this.community)}
    </li>`
  }
}

define('bs-decisions', Decisions)
