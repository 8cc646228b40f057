import { html } from 'lit'
import type { MemberInfo } from '#protocols/api/v1/settings.ts'
import { define, explain, Part, shortKey, t, tx } from '#web/kit/mod.ts'
import '#web/setup/invites.ts'

/** Invites, and letting somebody in by their account id. */
class InvitesCard extends Part {
  async #admit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const key = String(new FormData(form).get('key')).trim().toLowerCase()
    await this.attempt(async () => {
      await this.ctx.api.send<MemberInfo>('POST', '/members', { key })
      form.reset()
      this.toast(t`${shortKey(key)} may speak here now.`, 'good')
    })
  }

  protected override render() {
    return html`<section class="card stack" aria-labelledby="invites-title" data-testid="invites">
      <div class="stack tight">
        <h3 id="invites-title">${t`Invites`}</h3>
        <p class="small muted">
          ${tx`A link lets in whoever opens it first. The ${explain(t`code in it`, t`128 random bits behind the # of the address. Browsers keep that part to themselves, so it is in no log on the way. Your stage keeps only a hash of it.`)} is shown once.`}
        </p>
      </div>
      <bs-invites list .ctx=${this.ctx}></bs-invites>
      <form class="row" @submit=${(event: SubmitEvent) => void this.#admit(event)}>
        <input
          name="key"
          class="mono grow"
          data-testid="admit-key"
          required
          pattern="\\s*[0-9a-fA-F]{64}\\s*"
          title=${t`64 characters, 0-9 and a-f`}
          autocomplete="off"
          spellcheck="false"
          aria-label=${t`Account id`}
          placeholder=${t`The fan finds it under “You”`}
        />
        <button>${t`Let in`}</button>
      </form>
    </section>`
  }
}

define('bs-desk-invites', InvitesCard)
