import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { InviteInfo, NewInvite } from '#protocols/api/v1/settings.ts'
import { currentLanguage, define, formatWhen, icon, m, Part, plural, t, translated, tx } from '#web/kit/mod.ts'

const STATES: Readonly<Record<InviteInfo['state'], string>> = {
  open: m('open'),
  used: m('used up'),
  expired: m('run out'),
  revoked: m('taken back'),
}

/** Invites: a link and a picture of it for each, made here and told once. */
class SetupInvites extends Part {
  static override properties = {
    ...Part.properties,
    list: { type: Boolean },
    invites: { state: true },
    made: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      .fields {
        display: grid;
        grid-template-columns: minmax(0, 2fr) repeat(2, minmax(0, 1fr));
        gap: 12px;
        align-items: end;
      }
      .made {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 20px;
        align-items: start;
      }
      .link {
        background: var(--bg);
        border-radius: var(--radius-small);
        padding: 10px 12px;
      }
      bs-qr {
        width: 152px;
      }
      li {
        border-block-start: 1px solid var(--line);
        padding-block: 8px;
      }
      @media (max-width: 520px) {
        .fields {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .fields > :first-child {
          grid-column: 1 / -1;
        }
        .fields > :last-child {
          grid-column: 1 / -1;
        }
        .made {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ]
  /** Whether earlier invites are shown below. */
  declare list: boolean
  declare invites: readonly InviteInfo[]
  declare made: NewInvite | null
  declare busy: boolean

  constructor() {
    super()
    this.list = false
    this.invites = []
    this.made = null
    this.busy = false
  }

  protected override async load(): Promise<void> {
    this.invites = await this.ctx.api.get<InviteInfo[]>('/invites')
  }

  async #make(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const body = {
      label: String(data.get('label')).trim(),
      uses: Number(data.get('uses')),
      days: Number(data.get('days')),
    }
    this.busy = true
    await this.attempt(async () => {
      const [made] = await Promise.all([
        this.ctx.api.send<NewInvite>('POST', '/invites', body),
        import('#web/kit/qr.ts').catch(() => {}),
      ])
      this.made = made
      form.reset()
      await this.load()
    })
    this.busy = false
  }

  async #revoke(invite: InviteInfo): Promise<void> {
    await this.attempt(async () => {
      this.invites = await this.ctx.api.send<InviteInfo[]>('DELETE', `/invites/${invite.id}`)
      if (this.made?.id === invite.id) this.made = null
    })
  }

  async #copy(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link)
      this.toast(t`The link is copied. Send it to whom you invite.`, 'good')
    } catch {
      this.toast(t`The browser does not let this page copy. Select the link and copy it by hand.`)
    }
  }

  protected override render() {
    return html`<div class="stack">
      <form class="fields" @submit=${(event: SubmitEvent) => void this.#make(event)}>
        <label
          >${t`For whom`}<input
            name="label"
            data-testid="invite-label"
            maxlength="80"
            autocomplete="off"
            placeholder=${t`The Friday choir`}
        /></label>
        <label
          >${t`People`}<input name="uses" data-testid="invite-uses" type="number" min="1" max="1000" required value="1"
        /></label>
        <label
          >${t`Days`}<input name="days" data-testid="invite-days" type="number" min="1" max="365" required value="14"
        /></label>
        <div>
          <button data-testid="invite-make" ?disabled=${this.busy}>
            ${icon(this.busy ? 'spinner' : 'plus')} ${t`Make an invite`}
          </button>
        </div>
      </form>
      ${this.made === null ? nothing : this.#link(this.made)} ${this.list ? this.#earlier() : nothing}
    </div>`
  }

  #link({ code, uses, expiresAt }: NewInvite) {
    // Behind the #, a browser keeps it to itself: it is in no request, no log and no referrer.
    const link = `${location.origin}/join#${code}`
    return html`<div class="made" data-testid="invite-made">
      <div class="stack tight">
        <p class="link mono" data-testid="invite-link">${link}</p>
        <div><button class="tiny" @click=${() => void this.#copy(link)}>${icon('copy')} ${t`Copy the link`}</button></div>
        <p class="small muted">
          ${t`For ${plural(uses, 'person', 'people')}, until ${new Date(expiresAt).toLocaleDateString(currentLanguage())}.`}
          ${t`It is shown this once: the stage keeps only its fingerprint.`}
          ${this.ctx.stage.get()?.public === true ? nothing : html`<b>${t`This stage answers on this machine only: others can open the link once it is started with --public.`}</b>`}
        </p>
      </div>
      <bs-qr .text=${link} .label=${t`The link as a picture to scan`}></bs-qr>
    </div>`
  }

  #earlier() {
    if (this.invites.length === 0) return nothing
    return html`<ul class="small">
      ${repeat(
        this.invites,
        ({ id }) => id,
        invite =>
          html`<li class="row between" data-testid="invite" data-state=${invite.state}>
            <span
              ><b>${invite.label || t`An invite`}</b>
              <span class="muted"
                >${tx`${html`<span class="num">${invite.used}</span>`} of ${invite.uses} used`} · ${translated(STATES[invite.state])} ·
                ${formatWhen(invite.createdAt, Date.now())}</span
              ></span
            >
            ${
              invite.state === 'open'
                ? html`<button
                    class="quiet tiny"
                    data-testid="invite-revoke"
                    aria-label=${t`Take back ${invite.label || t`An invite`}`}
                    @click=${() => void this.#revoke(invite)}
                  >
                    ${t`Take back`}
                  </button>`
                : nothing
            }
          </li>`,
      )}
    </ul>`
  }
}

define('bs-invites', SetupInvites)
