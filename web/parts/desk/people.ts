import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { CommunityInfo, PeerInfo } from '#protocols/api/v1/schemas.ts'
import { define, explain, formatWhen, icon, Part, plural, shortKey, t, tx } from '#web/kit/mod.ts'
import { agreedSentence, clockSentence } from './agreed.ts'

/** Whom this stage follows, who is connected, and how others find it. */
class People extends Part {
  static override properties = { ...Part.properties, peers: { state: true }, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      li {
        display: grid;
        gap: 4px;
        padding: 12px 0;
        border-top: 1px solid var(--line);
      }
      .address {
        display: flex;
        gap: 8px;
        align-items: center;
        background: var(--bg);
        border-radius: var(--radius-small);
        padding-block: 6px;
        padding-inline: 12px 6px;
      }
      form.row {
        flex-wrap: nowrap;
      }
      details summary {
        cursor: pointer;
      }
      details dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 2px 16px;
        padding: 8px 0;
      }
    `,
  ]
  declare peers: readonly PeerInfo[]
  declare busy: boolean

  constructor() {
    super()
    this.peers = []
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('peers', () => void this.load().catch(() => {}))
    this.on('community', () => void this.load().catch(() => {}))
  }

  protected override async load(): Promise<void> {
    this.peers = await this.ctx.api.get<PeerInfo[]>('/peers')
  }

  async #follow(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const address = String(new FormData(form).get('address')).trim()
    this.busy = true
    await this.attempt(async () => {
      const found = await this.ctx.api.send<CommunityInfo>('POST', '/follows', { address })
      form.reset()
      this.toast(t`You follow ${found.name}. Its releases appear under Listen.`, 'good')
      await this.ctx.refresh()
      await this.load()
    })
    this.busy = false
  }

  async #unfollow(one: CommunityInfo): Promise<void> {
    await this.attempt(async () => {
      await this.ctx.api.send('DELETE', `/follows/${one.community}`)
      this.toast(t`You do not follow ${one.name} now.`)
      await this.ctx.refresh()
    })
  }

  async #copy(address: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(address)
      this.toast(t`The address is copied. Send it to the people who should follow you.`, 'good')
    } catch {
      this.toast(t`The browser does not let this page copy. Select the address and copy it by hand.`)
    }
  }

  protected override render() {
    const followed = this.ctx.communities.get().filter(one => !one.own)
    return html`<div class="stack">
      ${this.#own()}
      <section class="card stack" aria-labelledby="follow-title">
        <div class="stack tight">
          <h2 id="follow-title">${t`Following`}</h2>
          <p class="small muted">
            ${tx`To ${explain(t`follow`, t`Your stage then fetches what that community releases, checks its signatures, keeps copies and passes them on to others. Its chat and polls appear here too.`)} a community, paste the address it gave you.`}
          </p>
        </div>
        <form class="row" @submit=${(event: SubmitEvent) => void this.#follow(event)}>
          <input
            name="address"
            class="grow"
            data-testid="follow-address"
            required
            maxlength="400"
            autocomplete="off"
            spellcheck="false"
            aria-label=${t`Address of another stage`}
            placeholder="/ip4/…/p2p/…"
          />
          <button class="primary" data-testid="follow-submit" ?disabled=${this.busy}>
            ${this.busy ? icon('spinner') : nothing} ${t`Follow`}
          </button>
        </form>
        ${
          followed.length === 0
            ? nothing
            : html`<ul>
                ${repeat(
                  followed,
                  one => one.community,
                  one => this.#community(one),
                )}
              </ul>`
        }
      </section>
      <section class="card stack" aria-labelledby="peers-title">
        <div class="row between">
          <h2 id="peers-title">
            ${explain(t`Peers`, t`Other stages that are connected with this one right now, directly, with nobody in between.`)}
          </h2>
          <span class="chip num" data-testid="peer-count">${plural(this.peers.length, 'connected', 'connected')}</span>
        </div>
        ${
          this.peers.length === 0
            ? html`<p class="small muted">${t`Nobody yet. Follow a community, or hand out your address.`}</p>`
            : html`<ul>
                ${repeat(
                  this.peers,
                  peer => peer.peerId + peer.address,
                  peer => this.#peer(peer),
                )}
              </ul>`
        }
      </section>
    </div>`
  }

  #own() {
    const addresses = this.ctx.stage.get()?.addresses ?? []
    return html`<section class="card stack tight" aria-labelledby="address-title">
      <h2 id="address-title">
        ${tx`Your ${explain(t`address`, t`How another stage finds yours: the network address of this machine, then the identity of your stage, which nobody can fake.`)}`}
      </h2>
      ${addresses.length === 0 ? html`<p class="small muted">${t`This stage does not listen for others.`}</p>` : nothing}
      ${addresses.map(
        address =>
          html`<div class="address">
            <span class="mono grow" data-testid="own-address">${address}</span
            ><button class="tiny" aria-label=${t`Copy ${address}`} @click=${() => void this.#copy(address)}>
              ${icon('copy')} ${t`Copy`}
            </button>
          </div>`,
      )}
    </section>`
  }

  #community(one: CommunityInfo) {
    return html`<li data-testid="followed">
      <div class="row between">
        <a class="row tight grow" href="/community/${one.community}"
          ><span class=${`dot${one.online ? ' on' : ''}`}></span><b class="clip">${one.name}</b></a
        >
        <button class="tiny quiet" @click=${() => void this.#unfollow(one)}>${t`Unfollow`}</button>
      </div>
      <span class="small muted"
        >${one.online ? t`Connected` : t`Not connected`}${one.lastSyncAt === null ? t`, never caught up yet` : t`, caught up ${formatWhen(one.lastSyncAt, Date.now())}`}</span
      >
    </li>`
  }

  #peer(peer: PeerInfo) {
    const clock = clockSentence(peer.clockSkewMs)
    return html`<li data-testid="peer-row">
      <div class="row between">
        <b class="clip">${peer.name ?? shortKey(peer.peerId)}</b
        >${peer.latencyMs === null ? nothing : html`<span class="chip num">${Math.round(peer.latencyMs)} ms</span>`}
      </div>
      <span class="small muted">${agreedSentence(peer)}${clock === null ? '' : ` ${clock}`}</span>
      <details class="small">
        <summary class="muted">${t`Details`}</summary>
        <dl>
          ${Object.entries(peer.protocols).map(
            ([name, version]) =>
              html`<dt class="mono">${name}</dt>
                <dd class="mono">${version}</dd>`,
          )}
          <dt class="muted">${t`Software`}</dt>
          <dd>${peer.software ?? t`not said`}</dd>
          <dt class="muted">${t`Features`}</dt>
          <dd>${peer.features.join(', ') || t`none`}</dd>
          <dt class="muted">${t`Connection`}</dt>
          <dd class="mono">${peer.direction === 'inbound' ? t`came to us` : t`we called`}, ${peer.address}</dd>
        </dl>
      </details>
    </li>`
  }
}

define('bs-desk-people', People)
