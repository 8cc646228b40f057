import { css, html, nothing } from 'lit'
import type { MemberInfo } from '#protocols/api/v1/settings.ts'
import { toHex } from '#web/fan/encoding.ts'
import { ApiError, define, explain, icon, m, Part, sentenceOf, t, translated, tx } from '#web/kit/mod.ts'

const ACCESS_JOIN = 'access/join'

const REFUSALS: Readonly<Record<string, string>> = {
  'code-unknown': m('This invite is not known here. Check that the link is whole.'),
  'code-used': m('This invite has been used as often as it may be. Ask for a new one.'),
  'code-expired': m('This invite has run out. Ask for a new one.'),
  'code-revoked': m('This invite was taken back. Ask for a new one.'),
}

/** Somebody opened the link of an invite: who invites, what joining means, and one button. */
export default class Join extends Part {
  static override properties = {
    ...Part.properties,
    code: { state: true },
    joined: { state: true },
    refused: { state: true },
    busy: { state: true },
  }
  static override styles = [
    ...Part.styles,
    css`
      :host {
        display: grid;
        min-height: calc(100dvh - 240px);
        place-items: center;
      }
      .sheet {
        width: min(520px, 100%);
      }
      .primary {
        padding: 13px 26px;
        font-size: 1.05rem;
      }
    `,
  ]
  /** Behind the # of the address: it reached nobody yet. */
  declare code: string
  declare joined: boolean
  declare refused: string | null
  declare busy: boolean

  constructor() {
    super()
    this.code = location.hash.slice(1)
    this.joined = false
    this.refused = null
    this.busy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    // A second link pasted into the same page.
    const read = () => {
      this.code = location.hash.slice(1)
      this.refused = null
    }
    addEventListener('hashchange', read)
    this.cleanup(() => removeEventListener('hashchange', read))
  }

  protected override async load(): Promise<void> {
    const key = this.ctx.fan.identity.get()?.key
    if (key !== undefined) this.joined = (await this.ctx.api.get<MemberInfo>(`/members/${key}`)).joined
  }

  async #join(): Promise<void> {
    const community = this.ctx.stage.get()?.community
    if (community === undefined) return
    this.busy = true
    try {
      await this.ctx.fan.ready()
      const { sha256 } = await import('@noble/hashes/sha2.js')
      const invite = toHex(sha256(new TextEncoder().encode(this.code)))
      const { envelope } = await this.ctx.fan.sign(community, ACCESS_JOIN, { invite })
      const { joined } = await this.ctx.api.send<MemberInfo>('POST', '/join', { code: this.code, envelope })
      this.joined = joined
      // It did what it was for, and need not stay in the address.
      history.replaceState(null, '', '/join')
      this.code = ''
    } catch (cause) {
      const own = cause instanceof ApiError ? REFUSALS[cause.code] : undefined
      this.refused = own === undefined ? sentenceOf(cause) : translated(own)
    }
    this.busy = false
  }

  protected override render() {
    const stage = this.ctx.stage.get()
    const name = stage?.name ?? t`this stage`
    if (this.joined)
      return html`<div class="sheet stack" data-testid="joined">
        <h1>${t`You are in.`}</h1>
        <p class="lede">${t`This device may speak at ${name} from now on: chat, vote, react.`}</p>
        <div class="row">
          <a class="button primary" href="/">${t`To the music`}</a>
          <a class="button" href="/chat">${t`Chat`}</a>
        </div>
      </div>`
    return html`<div class="sheet stack" data-testid="join">
      <h1>${this.code === '' ? t`Joining takes an invite` : t`${name} invites you`}</h1>
      ${stage?.about ? html`<p class="lede">${stage.about}</p>` : nothing}
      ${
        this.code === ''
          ? html`<p class="lede">${t`Open the link that you were given, or scan its picture. Listening needs none.`}</p>
              <div><a class="button" href="/">${t`To the music`}</a></div>`
          : html`<p class="muted">
                ${tx`No sign-up: a ${explain(t`key`, t`A pair of secret and public numbers. The secret one signs what you say and stays in this browser; the public one is how others recognise you.`)} in this browser is let in, and signs what you say.`}
              </p>
              ${this.refused === null ? nothing : html`<p class="chip bad wrap" role="alert" data-testid="join-refused">${this.refused}</p>`}
              <div>
                <button class="primary" data-testid="join-submit" ?disabled=${this.busy} @click=${() => void this.#join()}>
                  ${this.busy ? icon('spinner') : nothing} ${t`Join`}
                </button>
              </div>`
      }
    </div>`
  }
}

define('bs-join', Join)
