import { css, html, nothing } from 'lit'
import type { SurveyWeek } from '#protocols/api/v1/survey.ts'
import { estimate } from '#src/personal/randomised.ts'
import { QUESTIONS, type Question } from '#src/personal/survey.ts'
import { currentLanguage, define, explain, Part, plural, t, translated, tx } from '#web/kit/mod.ts'
import { SURVEY_WORDS } from '#web/personal/survey-words.ts'

/** Below this the interval is wider than anything that could be learned from it. */
const REPORTS_MIN = 20

const reportsOf = ({ counts }: SurveyWeek): number => counts.when.reduce((sum, count) => sum + count, 0)

/** What listeners say by chance, and how sure that is. */
class DeskListeners extends Part {
  static override properties = { ...Part.properties, weeks: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      dl {
        display: grid;
        gap: 6px;
        margin: 0;
      }
      .line {
        display: grid;
        grid-template-columns: 9.5em minmax(40px, 1fr) 12.5em;
        gap: 4px 12px;
        align-items: center;
      }
      @media (max-width: 520px) {
        .line {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .line .scale {
          grid-area: 2 / 1 / 3 / 3;
        }
      }
      dt,
      dd {
        margin: 0;
      }
      h3 {
        font-size: 0.95rem;
      }
      .scale {
        position: relative;
        height: 10px;
        border-radius: 5px;
        background: var(--raised);
      }
      /* From where to where the truth lies, and the likeliest place in it. */
      .scale i {
        position: absolute;
        inset-block: 0;
        border-radius: 5px;
        background: color-mix(in oklch, var(--accent) 38%, transparent);
      }
      .scale b {
        position: absolute;
        inset-block: -2px;
        width: 3px;
        border-radius: 2px;
        background: var(--accent);
      }
    `,
  ]
  declare weeks: readonly SurveyWeek[] | null

  constructor() {
    super()
    this.weeks = null
  }

  protected override async load(): Promise<void> {
    this.weeks = await this.ctx.api.get<SurveyWeek[]>('/survey')
  }

  protected override render() {
    if (this.weeks === null) return nothing
    const enough = this.weeks.find(week => reportsOf(week) >= REPORTS_MIN)
    const newest = this.weeks[0]
    return html`<section class="card stack" aria-labelledby="listeners" data-testid="listeners">
      <h2 id="listeners">${t`Listeners`}</h2>
      <p class="small muted">
        ${tx`Listeners who take part answer ${explain(t`by chance`, t`Each device draws its answer from a bag in which the true one lies several times and each other once, and sends what it drew without name or key. One answer says nothing certain; from many of them the shares are estimated. What was sent is only counted.`)}: the bright mark is the estimate, the band is where the truth lies with 95 % certainty.`}
      </p>
      ${
        enough === undefined
          ? html`<p data-testid="listeners-few">
              ${newest === undefined ? t`Nobody has taken part yet. Listeners find it under “More about you”.` : t`${plural(reportsOf(newest), 'answer')} this week. From ${REPORTS_MIN} in a week on there is something to see.`}
            </p>`
          : this.#week(enough)
      }
    </section>`
  }

  #week(week: SurveyWeek) {
    const since = new Date(week.startsAt).toLocaleDateString(currentLanguage(), { day: 'numeric', month: 'long' })
    return html`${QUESTIONS.map(question => this.#question(question, week))}
      <p class="small muted">${t`Estimated from ${plural(reportsOf(week), 'answer')} in the week from ${since}. Whoever wants to could send many: take it as a hint, not as proof.`}</p>`
  }

  #question(question: Question, { counts }: SurveyWeek) {
    const { asked, answers } = SURVEY_WORDS[question]
    const percent = new Intl.NumberFormat(currentLanguage(), { style: 'percent', maximumFractionDigits: 0 })
    const shares = estimate(counts[question]) ?? []
    return html`<div class="stack tight" data-testid=${`listeners-${question}`}>
      <h3>${translated(asked)}</h3>
      <dl class="small">
        ${shares.map(({ share, from, to }, at) => {
          const within = Math.min(1, Math.max(0, share))
          const range = t`${percent.format(from)} to ${percent.format(to)}`
          return html`<div class="line"><dt>${translated(answers[at] ?? '')}</dt>
            <dd class="scale" aria-hidden="true">
              <i .style=${`inset-inline-start:${100 * from}%;width:${100 * (to - from)}%`}></i
              ><b .style=${`inset-inline-start:calc(${100 * within}% - 1px)`}></b>
            </dd>
            <dd class="num" data-share=${within.toFixed(3)}>${t`about ${percent.format(within)}`} <span class="muted">(${range})</span></dd></div>`
        })}
      </dl>
    </div>`
  }
}

define('bs-desk-listeners', DeskListeners)
