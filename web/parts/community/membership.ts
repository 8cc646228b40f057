import { css, html, nothing } from 'lit'
import type { CommunityInfo, ReleaseSummary, Wallet } from '#protocols/api/v1/schemas.ts'
import { currentLanguage, define, explain, formatMoney, icon, Part, t, tx } from '#web/kit/mod.ts'
import { join, type Member, memberOf } from '#web/pay/membership.ts'

const HOUR_HALF_MINUTES = 120n

/** As many half minutes are counted as the fee has smallest coins. */
function hoursOf(fee: string): string {
  const hours = Number((BigInt(fee) * 10n) / HOUR_HALF_MINUTES) / 10
  const unit = { style: 'unit', unit: 'hour', unitDisplay: 'long' } as const
  return hours.toLocaleString(currentLanguage(), unit)
}

/** A month of support: for everybody who was played, or for one artist. */
class Membership extends Part {
  static override properties = {
    ...Part.properties,
    community: { attribute: false },
    releases: { attribute: false },
    wallet: { state: true },
    member: { state: true },
    artist: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 10px 14px;
        align-items: end;
      }
      label {
        flex: 1 1 220px;
      }
    `,
  ]
  declare community: CommunityInfo
  declare releases: readonly ReleaseSummary[]
  declare wallet: Wallet | null
  declare member: Member | null
  declare artist: string
  declare busy: boolean

  constructor() {
    super()
    this.releases = []
    this.wallet = null
    this.member = null
    this.artist = ''
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('receipt', ({ own }) => own && void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    this.member = memberOf(this.community.community)
    const key = this.ctx.fan.identity.get()?.key
    if (key !== undefined && this.community.own) this.wallet = await this.ctx.api.get<Wallet>(`/wallets/${key}`)
  }

  async #join(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const { membership, community } = this.community
    if (membership === null) return
    this.busy = true
    await this.attempt(async () => {
      const { api, fan } = this.ctx
      const artist = this.artist === '' ? null : this.artist
      this.member = await join({ api, fan, home: community }, membership.asset, BigInt(membership.month), artist)
      this.toast(t`Thank you. What you play until the end of the month decides who gets it.`, 'good')
      await this.load()
    })
    this.busy = false
  }

  protected override render() {
    const { membership, own, name } = this.community
    if (membership === null) return nothing
    const price = formatMoney(membership.month, membership.asset)
    return html`<section class="card stack tight" aria-labelledby="member-title" data-testid="membership">
      <div class="row between">
        <h2 id="member-title">${t`Support ${name}`}</h2>
        <b class="num">${t`${price} a month`}</b>
      </div>
      <p class="small muted">
        ${tx`${explain(t`Your fee goes where you listen`, t`At the end of the month your fee alone is divided among the people whose music you played on this device, by how long you played it. What others play changes nothing.`)}: to those whose music you play here. Up to ${hoursOf(membership.month)} of priced music a month play without further cost.`}
      </p>
      ${this.member !== null ? this.#is(this.member) : own ? this.#form(price) : html`<p class="small muted">${t`Join at ${name}’s own page.`}</p>`}
    </section>`
  }

  #is({ until, artist }: Member) {
    const day = { day: 'numeric', month: 'long', timeZone: 'UTC' } as const
    const last = new Date(until).toLocaleDateString(currentLanguage(), day)
    return html`<p class="small" data-testid="member">
      ${icon('check')} ${artist === null ? t`You are a member until ${last}.` : t`You are a member until ${last}, for ${artist}.`}
    </p>`
  }

  #form(price: string) {
    const { membership } = this.community
    const artists = [...new Set(this.releases.map(release => release.artist))]
    const short = this.wallet !== null && BigInt(this.wallet.balance) < BigInt(membership?.month ?? '0')
    return html`<form @submit=${(event: SubmitEvent) => void this.#join(event)}>
        <label
          >${t`Who shall have it`}<select
            data-testid="member-artist"
            @change=${(event: Event) => {
              this.artist = (event.target as HTMLSelectElement).value
            }}
          >
            <option value="">${t`Everybody whose music I play`}</option>
            ${artists.map(artist => html`<option value=${artist}>${t`${artist} alone`}</option>`)}
          </select></label
        >
        <button class="primary" data-testid="member-join" ?disabled=${this.busy || short}>
          ${icon(this.busy ? 'spinner' : 'heart')} ${t`Join for ${price}`}
        </button>
      </form>
      ${
        short
          ? html`<p class="small muted">
              ${t`You hold ${formatMoney(this.wallet?.balance ?? '0', membership?.asset ?? (this.wallet as Wallet).asset)}.`}
            </p>`
          : nothing
      }`
  }
}

define('bs-membership', Membership)
