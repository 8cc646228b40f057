import { css, html, nothing } from 'lit'
import type { AgreementInfo, SignOffLink } from '#protocols/api/v1/schemas.ts'
import { define, formatWhen, icon, Part, t } from '#web/kit/mod.ts'
import '#web/kit/qr.ts'

type Party = AgreementInfo['parties'][number]

/** For the operator: the address at which one party reads and signs the split. The code is in the fragment, which no server is sent. */
class SignLink extends Part {
  static override properties = {
    ...Part.properties,
    agreement: { attribute: false },
    party: { attribute: false },
    address: { state: true },
    until: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      .link {
        display: grid;
        grid-template-columns: 148px minmax(0, 1fr);
        gap: 14px;
        align-items: start;
        padding-block: 8px;
      }
      bs-qr {
        width: 148px;
      }
      @media (max-width: 480px) {
        .link {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ]
  declare agreement: AgreementInfo
  declare party: Party
  declare address: string | null
  /** Null for a link without a code. */
  declare until: number | null
  declare busy: boolean

  constructor() {
    super()
    this.address = null
    this.until = null
    this.busy = false
  }

  async #make(): Promise<void> {
    const { agreement, party } = this
    const page = `${location.origin}/agreements/${agreement.release ?? ''}`
    // Whoever has an account signs with it: nothing secret is needed.
    if (party.account !== null) {
      this.address = page
      return
    }
    this.busy = true
    await this.attempt(async () => {
      const path = `/agreements/${agreement.hash}/links`
      const { code, until } = await this.ctx.api.send<SignOffLink>('POST', path, { party: party.party })
      this.address = `${page}#sign=${party.party}.${code}`
      this.until = until
    })
    this.busy = false
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.address ?? '')
      this.toast(t`The link for ${this.party.name} is copied.`, 'good')
    } catch {
      this.toast(t`This browser does not let the page copy. Mark the link and copy it by hand.`, 'bad')
    }
  }

  async #share(): Promise<void> {
    // Whoever closes the sheet of their phone has changed nothing.
    await navigator.share({ url: this.address ?? '' }).catch(() => {})
  }

  protected override render() {
    const { name } = this.party
    if (this.address === null)
      return html`<button type="button" class="tiny" data-testid="sign-link" ?disabled=${this.busy} @click=${() => void this.#make()}>
        ${icon(this.busy ? 'spinner' : 'send')} ${t`Link for ${name} to sign`}
      </button>`
    return html`<div class="link">
      <bs-qr .text=${this.address} .label=${t`Link for ${name} to sign`}></bs-qr>
      <div class="stack tight">
        <input
          class="mono"
          readonly
          data-testid="sign-address"
          aria-label=${t`Link for ${name} to sign`}
          .value=${this.address}
          @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
        />
        <div class="row tight">
          <button type="button" class="tiny primary" data-testid="sign-copy" @click=${() => void this.#copy()}>
            ${icon('copy')} ${t`Copy`}
          </button>
          ${
            typeof navigator.share === 'function'
              ? html`<button type="button" class="tiny" @click=${() => void this.#share()}>${icon('send')} ${t`Hand it on`}</button>`
              : nothing
          }
        </div>
        <p class="hint">${this.#hint(name)}</p>
      </div>
    </div>`
  }

  #hint(name: string) {
    const local =
      this.ctx.stage.get()?.public === false
        ? t`This stage is open on this machine only: elsewhere the link works once the stage is public.`
        : ''
    const about =
      this.until === null
        ? t`${name} signs there with the account that the split names.`
        : t`Give it to ${name} and nobody else: whoever signs with it first is paid as ${name}. It ends ${formatWhen(this.until, Date.now())}; a new link replaces it.`
    return local === '' ? about : html`${about}<br />${local}`
  }
}

define('bs-sign-link', SignLink)
