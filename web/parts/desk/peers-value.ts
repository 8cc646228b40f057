import { css, html, nothing } from 'lit'
import type { CounterpartyStatement } from '#protocols/api/v1/desk-schemas.ts'
import type { PeerValue, PositionInfo } from '#protocols/api/v1/schemas.ts'
import {
  currentLanguage,
  define,
  explain,
  formatFine,
  formatMoney,
  formatWhen,
  heard,
  icon,
  Part,
  plural,
  t,
  tx,
} from '#web/kit/mod.ts'
import './credit-line.ts'

/** How this community stands with each other one: who owes whom, what could be lost, and the lines between them. */
class PeersValue extends Part {
  static override properties = { ...Part.properties, peers: { state: true }, statements: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      .peer {
        border-top: 1px solid var(--line);
        padding-top: 14px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      td {
        padding: 4px 0;
      }
      td:last-child,
      td:nth-child(2) {
        text-align: end;
      }
    `,
  ]
  declare peers: readonly PeerValue[] | null
  declare statements: ReadonlyMap<string, CounterpartyStatement>

  constructor() {
    super()
    this.peers = null
    this.statements = new Map()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const again = (): void => void this.load().catch(() => {})
    this.on('value', again)
    this.on('community', again)
    this.on('transfer', again)
  }

  protected override async load(): Promise<void> {
    this.peers = await this.ctx.api.get<PeerValue[]>('/peers/value')
  }

  async #freeze(peer: PeerValue): Promise<void> {
    const body = { frozen: !peer.frozen, reason: '' }
    await this.attempt(async () => {
      const { said } = await this.ctx.api.send<{ said: string }>('POST', `/lines/${peer.community}/freeze`, body)
      this.toast(heard(said), 'good')
      await this.load()
    })
  }

  async #statement({ community }: PeerValue): Promise<void> {
    await this.attempt(async () => {
      const statement = await this.ctx.api.get<CounterpartyStatement>(`/peers/${community}/statement`)
      this.statements = new Map(this.statements).set(community, statement)
    })
  }

  protected override render() {
    const { peers } = this
    return html`<section class="card stack" aria-labelledby="peers-value-title" data-testid="peers-value">
      <div class="stack tight">
        <h2 id="peers-value-title">${t`With other communities`}</h2>
        <p class="small muted">
          ${tx`Your members can pay artists there, and theirs yours, as far as a ${explain(t`credit line`, t`How much another community may owe yours. Each side decides for itself, signed in its public log. Without a line nothing comes in.`)} allows. Debts are settled between the communities, whenever they like.`}
        </p>
      </div>
      ${
        peers === null
          ? html`<div class="skeleton line"></div>`
          : peers.length === 0
            ? html`<p class="small muted">${t`Follow a community first; then you can open a line for it.`}</p>`
            : peers.map(peer => this.#peer(peer))
      }
    </section>`
  }

  #peer(peer: PeerValue) {
    const { community, name, connected, frozen, certified, waiting, accepts, positions } = peer
    return html`<div class="peer stack tight small" data-testid="peer-value" data-community=${community}>
      <div class="row between">
        <h3>${name}</h3>
        <span class="row tight">
          ${frozen ? html`<span class="chip bad">${t`frozen`}</span>` : nothing}
          <span class="chip"><span class=${`dot${connected ? ' on' : ''}`}></span>${connected ? t`connected` : t`away`}</span>
        </span>
      </div>
      ${positions.map(position => this.#position(position, name))}
      ${waiting === 0 ? nothing : html`<p class="muted">${tx`${plural(waiting, 'payment')} on the way.`}</p>`}
      ${this.#lines(peer)}
      ${certified === 'alone' ? html`<p class="muted">${tx`Nobody but ${name} certifies its log.`}</p>` : nothing}
      <bs-credit-line
        .ctx=${this.ctx}
        community=${community}
        name=${name}
        .line=${accepts[0] ?? null}
        @changed=${() => void this.load().catch(() => {})}
      ></bs-credit-line>
      ${this.statements.has(community) ? this.#lines30(this.statements.get(community) as CounterpartyStatement) : nothing}
      <div class="row tight">
        <button class="quiet tiny" data-testid="peer-statement" @click=${() => void this.#statement(peer)}>${t`Statement`}</button>
        <button class="quiet tiny" data-testid="peer-freeze" @click=${() => void this.#freeze(peer)}>
          ${frozen ? t`Lift the freeze` : t`Freeze: a dispute`}
        </button>
      </div>
    </div>`
  }

  #position({ position, onTheWay, couldLose, code, scale }: PositionInfo, name: string) {
    const asset = { code, scale, issuer: '' }
    const owed = BigInt(position)
    const sum = html`<b class="num">${formatFine(String(owed < 0n ? -owed : owed), asset)} ${code}</b>`
    return html`<p data-testid="position" data-fine=${position}>
        ${owed === 0n ? t`Nobody owes anything.` : owed > 0n ? html`${tx`You owe them ${sum}.`}` : html`${tx`They owe you ${sum}.`}`}
        ${BigInt(onTheWay) === 0n ? nothing : html`<span class="muted">${tx`${formatFine(onTheWay, asset)} ${code} are on the way.`}</span>`}
      </p>
      ${
        BigInt(couldLose) === 0n
          ? nothing
          : html`<p data-testid="could-lose">
              ${icon('shield')} ${tx`At most ${html`<b class="num">${formatFine(couldLose, asset)} ${code}</b>`} can be lost, if ${name} never pays.`}
            </p>`
      }`
  }

  #lines({ accepts, offers, name }: PeerValue) {
    const words = (line: PeerValue['accepts'][number]) => {
      const limit = formatMoney(line.limit, { ...line, issuer: '' })
      const day = new Date(line.expiry).toLocaleDateString(currentLanguage(), {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
      })
      return line.haircut === 0 ? t`${limit}, until ${day}` : t`${limit}, ${line.haircut / 100} % kept, until ${day}`
    }
    const [ours] = accepts.filter(line => line.limit !== '0')
    const [theirs] = offers.filter(line => line.limit !== '0')
    return html`<p class="muted">
      ${ours === undefined ? t`You accept nothing from ${name} yet.` : t`They may owe you up to ${words(ours)}.`}
      ${theirs === undefined ? t`${name} accepts nothing from you yet.` : t`You may owe them up to ${words(theirs)}.`}
    </p>`
  }

  #lines30(statement: CounterpartyStatement) {
    const asset = { code: statement.code, scale: statement.scale, issuer: '' }
    return html`<div class="stack tight" data-testid="counterparty">
      <p>${heard(statement.said)}</p>
      <table>
        <caption class="hidden-visually">
          ${tx`What changed in ${statement.period}`}
        </caption>
        ${statement.lines.map(
          line =>
            html`<tr>
              <td class="muted">${formatWhen(line.at, Date.now())}</td>
              <td class="num">${formatFine(line.amount, asset)}</td>
              <td class="num muted">${formatFine(line.position, asset)}</td>
            </tr>`,
        )}
      </table>
    </div>`
  }
}

define('bs-desk-peers-value', PeersValue)
