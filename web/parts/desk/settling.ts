import { css, html, nothing } from 'lit'
import type { NettingInfo, SettlementInfo } from '#protocols/api/v1/desk-schemas.ts'
import type { PeerValue } from '#protocols/api/v1/schemas.ts'
import {
  define,
  explain,
  formatFine,
  formatMoney,
  heard,
  icon,
  m,
  Part,
  plural,
  t,
  translated,
  tx,
} from '#web/kit/mod.ts'

/** Debts between communities: paid over a rail, or cancelled in a circle. */
class Settling extends Part {
  static override properties = {
    ...Part.properties,
    peers: { state: true },
    settlements: { state: true },
    nettings: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      li {
        border-top: 1px solid var(--line);
        padding: 10px 0;
        display: grid;
        gap: 6px;
      }
    `,
  ]
  declare peers: readonly PeerValue[]
  declare settlements: readonly SettlementInfo[]
  declare nettings: readonly NettingInfo[]
  declare busy: boolean

  constructor() {
    super()
    this.peers = []
    this.settlements = []
    this.nettings = []
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('value', () => void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    const { api } = this.ctx
    ;[this.peers, this.settlements, this.nettings] = await Promise.all([
      api.get<PeerValue[]>('/peers/value'),
      api.get<SettlementInfo[]>('/settlements'),
      api.get<NettingInfo[]>('/nettings'),
    ])
  }

  async #act(path: string, body?: unknown): Promise<void> {
    this.busy = true
    await this.attempt(async () => {
      const { said } = await this.ctx.api.send<{ said: string }>('POST', path, body)
      this.toast(heard(said), 'good')
      await this.load()
    })
    this.busy = false
  }

  protected override render() {
    const owed = this.peers.filter(peer => peer.positions.some(one => BigInt(one.position) > 0n))
    return html`<section class="card stack" aria-labelledby="settling-title" data-testid="settling">
      <div class="stack tight">
        <h2 id="settling-title">${t`Settling up`}</h2>
        <p class="small muted">
          ${tx`What one community owes another is paid in cash, by transfer or in hours, and both sign that it was. Debts in a circle can be ${explain(t`cancelled`, t`If A owes B, B owes C and C owes A, the smallest of these debts disappears for all three without a coin moving. It counts only when every one of them has signed.`)} instead.`}
        </p>
      </div>
      ${owed.length === 0 ? html`<p class="small">${t`Your community owes nobody anything.`}</p>` : owed.map(peer => this.#owed(peer))}
      ${this.settlements.length === 0 ? nothing : this.#settlements()}
      <div class="row tight">
        <button class="tiny" data-testid="net-propose" ?disabled=${this.busy} @click=${() => void this.#act('/nettings')}>
          ${t`Look for debts that cancel`}
        </button>
      </div>
      ${this.nettings.length === 0 ? nothing : this.#nettings()}
    </section>`
  }

  #owed({ community, name, positions }: PeerValue) {
    return positions
      .filter(one => BigInt(one.position) > 0n)
      .map(
        ({ position, code, scale }) =>
          html`<div class="row between small">
            <span
              >${tx`You owe ${name} ${html`<b class="num">${formatFine(position, { code, scale, issuer: '' })} ${code}</b>`}`}</span
            >
            <button
              class="tiny"
              data-testid="settle-propose"
              ?disabled=${this.busy}
              @click=${() => void this.#act('/settlements', { community })}
            >
              ${t`Pay it`}
            </button>
          </div>`,
      )
  }

  #settlements() {
    return html`<ul class="small" aria-label=${t`Settlements`}>
      ${this.settlements.map(
        one =>
          html`<li data-testid="settlement" data-state=${one.state}>
            <div class="row between">
              <span
                >${one.side === 'debtor' ? t`To ${one.name}` : t`From ${one.name}`}
                <b class="num">${formatMoney(one.amount, { code: one.code, scale: one.scale, issuer: '' })}</b></span
              >
              <span class=${`chip${one.state === 'settled' ? ' good' : one.state === 'failed' ? ' bad' : ''}`}
                >${translated(STATE_WORDS[one.state])}</span
              >
            </div>
            <p class="muted">${heard(one.said)}</p>
            ${
              one.state === 'asked' || one.state === 'paying'
                ? html`<div class="row tight">
                    <button
                      class="tiny"
                      data-testid="settle-confirm"
                      ?disabled=${this.busy}
                      @click=${() => void this.#act(`/settlements/${one.id}/confirm`, {})}
                    >
                      ${icon('check')} ${one.side === 'debtor' ? t`It was paid` : t`We have it`}
                    </button>
                    <button
                      class="tiny quiet"
                      ?disabled=${this.busy}
                      @click=${() => void this.#act(`/settlements/${one.id}/refuse`)}
                    >
                      ${t`It was not`}
                    </button>
                  </div>`
                : nothing
            }
          </li>`,
      )}
    </ul>`
  }

  #nettings() {
    return html`<ul class="small" aria-label=${t`Debts that cancel`}>
      ${this.nettings.map(
        one =>
          html`<li data-testid="netting" data-state=${one.state}>
            <div class="row between">
              <span
                >${tx`${plural(one.participants.length, 'community', 'communities')}, your debts shrink by ${html`<b class="num">${formatFine(one.lessOwed, { code: one.code, scale: one.scale, issuer: '' })} ${one.code}</b>`}`}</span
              >
              <span class=${`chip${one.state === 'entered' ? ' good' : ''}`}
                >${tx`${one.participants.filter(part => part.signed).length} of ${one.participants.length} signed`}</span
              >
            </div>
            <p class="muted">${heard(one.said)}</p>
            ${
              one.state === 'asked'
                ? html`<div class="row tight">
                    <button
                      class="tiny"
                      data-testid="net-accept"
                      ?disabled=${this.busy}
                      @click=${() => void this.#act(`/nettings/${one.id}/accept`)}
                    >
                      ${icon('check')} ${t`Sign it`}
                    </button>
                    <button
                      class="tiny quiet"
                      ?disabled=${this.busy}
                      @click=${() => void this.#act(`/nettings/${one.id}/refuse`)}
                    >
                      ${t`No`}
                    </button>
                  </div>`
                : nothing
            }
          </li>`,
      )}
    </ul>`
  }
}

const STATE_WORDS: Readonly<Record<SettlementInfo['state'], string>> = {
  paying: m('being paid'),
  paid: m('paid, waits for them'),
  asked: m('do you have it?'),
  signed: m('signed'),
  settled: m('settled'),
  failed: m('not paid'),
}

define('bs-desk-settling', Settling)
