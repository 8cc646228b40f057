import { css, html, nothing } from 'lit'
import { QUESTIONS } from '#src/personal/survey.ts'
import { currentLanguage, define, explain, icon, Part, type Personal, t, translated, tx } from '#web/kit/mod.ts'
import { SURVEY_WORDS } from '#web/personal/survey-words.ts'

/** Says something of how this device is used, drawn by chance: shown before it leaves, and off unless it is switched on. */
class SayByChance extends Part {
  static override properties = { ...Part.properties, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      table {
        border-collapse: collapse;
        width: 100%;
      }
      th,
      td {
        text-align: start;
        padding: 8px 0;
        padding-inline-end: 10px;
        border-bottom: 1px solid var(--line);
        font-weight: 400;
        font-size: 0.9375rem;
        overflow-wrap: normal;
        vertical-align: top;
      }
      thead th {
        color: var(--muted);
      }
    `,
  ]
  declare busy: boolean

  constructor() {
    super()
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const started = (personal: Personal | null): void => {
      if (personal === null) return
      this.watch(personal.survey.on)
      this.watch(personal.survey.told)
      this.requestUpdate()
    }
    this.cleanup(this.ctx.personal.subscribe(started))
    started(this.ctx.personal.get())
  }

  async #send(personal: Personal): Promise<void> {
    this.busy = true
    if (await this.attempt(() => personal.survey.report())) this.toast(t`Sent, without your name or your key.`, 'good')
    this.busy = false
  }

  protected override render() {
    const personal = this.ctx.personal.get()
    if (personal === null) return nothing
    const on = personal.survey.on.get()
    return html`<section class="card stack" aria-labelledby="chance" data-testid="by-chance" data-on=${String(on)}>
      <h2 id="chance">${t`Help the community know its listeners`}</h2>
      <p class="small muted">
        ${tx`Once a week this device may answer three questions with ${explain(t`answers drawn by chance`, t`The device draws from a bag in which your true answer lies three times and each other answer once, and keeps what it drew for thirteen weeks. Each week it draws once more before it sends. So no answer of yours is certain to anybody: whatever they see, it came from you at most three times as likely as from somebody whose answer differs, for each question (epsilon is ln 3, about 1.1; for all three together 3.3). With many devices the chance cancels out, and the shares can be estimated.`)}. Nobody can tell whether yours is true. Only the three answers are sent, without name or key; the stage adds one to each count and keeps nothing else.`}
      </p>
      <div>
        <button
          type="button"
          class="tiny"
          aria-pressed=${String(on)}
          data-testid="by-chance-on"
          @click=${() => personal.survey.on.set(!on)}
        >
          ${on ? t`Stop taking part` : t`Take part`}
        </button>
      </div>
      ${on ? this.#told(personal) : nothing}
    </section>`
  }

  #told(personal: Personal) {
    const told = personal.survey.told.get()
    if (told === null)
      return html`<p class="small muted">${t`After ten plays there is something to say. Until then nothing is sent.`}</p>`
    const due = told.dueAt <= Date.now()
    const day = new Date(told.dueAt).toLocaleDateString(currentLanguage(), { day: 'numeric', month: 'long' })
    return html`<table class="small">
        <thead>
          <tr>
            <th scope="col"><span class="hidden-visually">${t`Question`}</span></th>
            <th scope="col">${t`True, stays here`}</th>
            <th scope="col">${t`Drawn, goes out`}</th>
          </tr>
        </thead>
        <tbody>
          ${QUESTIONS.map(question => {
            const { asked, answers } = SURVEY_WORDS[question]
            return html`<tr>
              <th scope="row">${translated(asked)}</th>
              <td>${translated(answers[told.truth[question]] ?? '')}</td>
              <td data-testid=${`goes-out-${question}`} data-answer=${told.next[question]}>
                ${translated(answers[told.next[question]] ?? '')}
              </td>
            </tr>`
          })}
        </tbody>
      </table>
      <div class="row">
        ${
          due
            ? html`<button
                type="button"
                class="tiny"
                data-testid="by-chance-send"
                ?disabled=${this.busy}
                @click=${() => void this.#send(personal)}
              >
                ${icon('send')} ${t`Send it now`}
              </button>`
            : nothing
        }
        <span class="small muted">${due ? t`Else it goes out at your next visit.` : t`Goes out from ${day} on, when you visit.`}</span>
      </div>`
  }
}

define('bs-say-by-chance', SayByChance)
