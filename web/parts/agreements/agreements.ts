import { html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { AgreementInfo } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { define, explain, formatFine, formatShare, formatWhen, icon, Part, plural, t, tx } from '#web/kit/mod.ts'
import { agreementStyles } from './agreement-styles.ts'
import { readLink, type SignLinkParts } from './read-link.ts'
import './settle.ts'
import './sign-link.ts'

type Party = AgreementInfo['parties'][number]

/** Who shares in what, who has signed, and what waits for whom; here a party signs. */
export default class Agreements extends Part {
  static override properties = {
    ...Part.properties,
    agreements: { state: true },
    busy: { state: true },
    signed: { state: true },
  }
  static override styles = [...Part.styles, agreementStyles]
  declare agreements: readonly AgreementInfo[] | null
  declare busy: string | null
  /** Hash of what was just signed through a link. */
  declare signed: string | null
  #link: SignLinkParts | null
  /** Whoever comes through a link is asked one thing, also on the machine of the stage itself. */
  readonly #asks: boolean

  constructor() {
    super()
    this.signed = null
    this.#link = readLink(location.hash)
    this.#asks = this.#link !== null
    this.agreements = null
    this.busy = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('agreement', () => void this.load().catch(() => {}))
    this.cleanup(this.ctx.fan.identity.subscribe(() => void this.load().catch(() => {})))
  }

  protected override async load(): Promise<void> {
    const { release } = this.params
    const key = this.ctx.fan.identity.get()?.key
    const operator = this.ctx.stage.get()?.operator === true
    if (release !== undefined) this.agreements = await this.#read(`?release=${release}`)
    else if (operator) this.agreements = await this.#read('')
    else this.agreements = key === undefined ? [] : await this.#read(`?account=${key}`)
  }

  #read = (query: string): Promise<AgreementInfo[]> => this.ctx.api.get<AgreementInfo[]>(`/agreements${query}`)

  async #sign(agreement: AgreementInfo): Promise<void> {
    this.busy = agreement.hash
    await this.attempt(async () => {
      const order = { agreement: fromHex(agreement.hash) }
      await this.ctx.fan.order(
        agreement.community,
        'agreement/sign',
        order,
        t`signed the split of ${agreement.releaseTitle ?? ''}`,
      )
      this.toast(t`Signed. What waited for you is in your balance.`, 'good')
      await this.load()
    })
    this.busy = null
  }

  /** Through a link: this key becomes the party's, and what it agrees to is signed by it. */
  async #signAs({ hash, community }: AgreementInfo, { party, code }: SignLinkParts): Promise<void> {
    this.busy = hash
    await this.attempt(async () => {
      await this.ctx.fan.ready()
      const body = { agreement: fromHex(hash), party }
      const { envelope } = await this.ctx.fan.sign(community, 'access/sign-off', body)
      const path = `/agreements/${hash}/sign-off`
      const signed = await this.ctx.api.send<AgreementInfo>('POST', path, { party, code, envelope })
      // The link has done its work: it shall not lie about in the history.
      history.replaceState(history.state, '', location.pathname)
      this.#link = null
      this.agreements = (this.agreements ?? []).map(one => (one.hash === hash ? signed : one))
      this.signed = hash
    })
    this.busy = null
  }

  protected override render() {
    return html`<div class="stack loose page">
      <div class="stack tight">
        <h1>${t`Agreements`}</h1>
        <p class="lede">
          ${t`Who shares in each release. Everybody named signs once; from then on their part of every payment is theirs the moment it is paid.`}
        </p>
      </div>
      ${this.#list()}
    </div>`
  }

  #list() {
    if (this.agreements === null) return html`<div class="skeleton block"></div>`
    if (this.agreements.length === 0)
      return html`<div class="empty">
        <h2>${t`No agreement names you`}</h2>
        <p class="lede">
          ${t`When somebody publishes a release and gives you a share of it, it shows up here for you to read and sign. They need your account id: open “You” to copy it.`}
        </p>
      </div>`
    return html`<ul class="stack">
      ${repeat(
        this.agreements,
        one => one.hash,
        one => this.#agreement(one),
      )}
    </ul>`
  }

  #agreement(agreement: AgreementInfo) {
    const { release, releaseTitle, parties, community } = agreement
    const complete = parties.every(party => party.standing === 'active')
    const mine = parties.find(party => party.account === this.ctx.fan.identity.get()?.key)
    const own = community === this.ctx.stage.get()?.community
    return html`<li class="card stack" data-testid="agreement" data-hash=${agreement.hash}>
      <div class="row between top">
        <h2 class="grow">
          ${release === null ? (releaseTitle ?? t`An agreement`) : html`<a class="text" href="/release/${release}">${releaseTitle ?? t`A release`}</a>`}
        </h2>
        ${complete ? html`<span class="chip good">${icon('check')} ${t`everybody is paid at once`}</span>` : html`<span class="chip">${waitingFor(parties)}</span>`}
      </div>
      ${own ? this.#asked(agreement) : nothing}
      <ul class="parties">
        ${parties.map(party => this.#party(agreement, party, own))}
      </ul>
      ${
        mine?.standing === 'unsigned' && own
          ? html`<div class="row">
              <button
                class="primary"
                data-testid="agreement-sign"
                ?disabled=${this.busy === agreement.hash}
                @click=${() => void this.#sign(agreement)}
              >
                ${icon(this.busy === agreement.hash ? 'spinner' : 'check')} ${t`I agree: sign this split`}
              </button>
              <span class="small muted"
                >${explain(t`What signing does`, t`Your key signs exactly these shares. The signature goes into the public log; a change of your share needs a new signature of yours.`)}</span
              >
            </div>`
          : nothing
      }
    </li>`
  }

  /** Somebody came through a link to sign as one of the parties. */
  #asked(agreement: AgreementInfo) {
    if (this.signed === agreement.hash)
      return html`<div class="note" role="status" data-testid="signed-off">
        <b>${icon('check')} ${t`Signed. Your part of every payment comes to the key on this device.`}</b>
        <p class="small">
          ${tx`Do not lose that key: ${html`<a class="text" href="/you">${t`save its recovery phrase`}</a>`}. What you earn is under ${html`<a class="text" href="/receipts">${t`Receipts`}</a>`}.`}
        </p>
      </div>`
    const link = this.#link
    const party = agreement.parties.find(one => one.party === link?.party)
    if (link === null || party === undefined) return nothing
    if (party.account !== null || party.standing !== 'unsigned')
      return html`<p class="note" data-testid="sign-used">${t`Somebody signed as ${party.name} already. If that was not you, ask whoever sent you the link.`}</p>`
    const share = party.shares === null ? '' : formatShare(party.shares)
    return html`<div class="note stack tight" data-testid="sign-asked">
      <b>${t`You are asked to sign as ${party.name}: ${share} of every payment.`}</b>
      <p class="small">
        ${t`A key on this device signs exactly these shares, and your part is paid to it from then on. No sign-up, no password.`}
      </p>
      <div>
        <button
          class="primary"
          data-testid="sign-as"
          ?disabled=${this.busy === agreement.hash}
          @click=${() => void this.#signAs(agreement, link)}
        >
          ${icon(this.busy === agreement.hash ? 'spinner' : 'check')} ${t`I am ${party.name}, and I agree`}
        </button>
      </div>
    </div>`
  }

  #party(agreement: AgreementInfo, party: Party, own: boolean) {
    const { name, shares, standing, waiting, account } = party
    const held = BigInt(waiting) > 0n
    const operator = own && this.ctx.stage.get()?.operator === true && !this.#asks
    return html`<li data-testid="agreement-party" data-standing=${standing}>
      <div class="row between">
        <b class="clip">${name}</b><span class="num">${shares === null ? nothing : formatShare(shares)}</span>
      </div>
      <span class="small muted" data-testid="standing"
        >${saying(party)}${held ? html` ${tx`${html`<b class="num">${formatFine(waiting, agreement.asset)} ${agreement.asset.code}</b>`} waits for them.`}` : nothing}</span
      >
      ${operator && standing === 'unsigned' && agreement.release !== null ? html`<bs-sign-link .ctx=${this.ctx} .agreement=${agreement} .party=${party}></bs-sign-link>` : nothing}
      ${
        operator && account === null && standing === 'unsigned'
          ? html`<bs-settle .ctx=${this.ctx} .agreement=${agreement} .party=${party}></bs-settle>`
          : nothing
      }
    </li>`
  }
}

function waitingFor(parties: readonly Party[]): string {
  const missing = parties.filter(party => party.standing !== 'active')
  return missing.length === 1
    ? t`waits for ${missing[0]?.name ?? ''}`
    : t`waits for ${plural(missing.length, 'person', 'people')}`
}

function saying({ name, account, standing, signedOff }: Party): string {
  if (standing === 'active' && signedOff !== null)
    return t`Signed ${formatWhen(signedOff.at, Date.now())}; paid at once, with every payment.`
  if (standing === 'active') return t`Paid at once, with every payment.`
  if (standing === 'disputed') return t`A dispute is open: the part of ${name} is held until it is settled.`
  return account === null
    ? t`Has no account here yet: the part of ${name} is held for them until they have one.`
    : t`Has not signed yet: the part of ${name} is held for them until they sign.`
}

define('bs-agreements', Agreements)
