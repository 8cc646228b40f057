import { html, nothing } from 'lit'
import { define, icon, Part, sayable, t } from '#web/kit/mod.ts'

/** What the community is called, and what it says of itself. */
class NameCard extends Part {
  static override properties = { ...Part.properties, changed: { state: true }, busy: { state: true } }
  declare changed: boolean
  declare busy: boolean

  constructor() {
    super()
    this.changed = false
    this.busy = false
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const body = { name: sayable(String(form.get('name'))), about: String(form.get('about')).trim() }
    this.busy = true
    const done = await this.attempt(async () => {
      await this.ctx.api.send('PUT', '/stage', body)
      await this.ctx.refresh()
    })
    this.busy = false
    if (!done) return
    this.changed = false
    this.toast(t`Saved.`, 'good')
  }

  protected override render() {
    const stage = this.ctx.stage.get()
    return html`<section class="card" aria-labelledby="name-title">
      <form
        class="stack"
        data-testid="question-name"
        @input=${() => {
          this.changed = true
        }}
        @submit=${(event: SubmitEvent) => void this.#save(event)}
      >
        <h3 id="name-title">${t`Name`}</h3>
        <label
          >${t`Name of the community`}<input name="name" data-testid="stage-name" required maxlength="80" .value=${stage?.name ?? ''}
        /></label>
        <label>${t`About`}<textarea name="about" maxlength="1000" .value=${stage?.about ?? ''}></textarea></label>
        ${
          this.changed
            ? html`<div>
                <button class="primary" data-testid="name-save" ?disabled=${this.busy}>
                  ${this.busy ? icon('spinner') : nothing} ${t`Save`}
                </button>
              </div>`
            : nothing
        }
      </form>
    </section>`
  }
}

define('bs-desk-name', NameCard)
