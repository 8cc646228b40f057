import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { PasskeyInfo } from '#protocols/api/v1/passkeys.ts'
import { define, explain, formatWhen, icon, Part, sayable, t, tx } from '#web/kit/mod.ts'
import { youStyles } from './you-styles.ts'

/** Why this page cannot use passkeys; null: it can. */
function obstacle(): 'address' | 'insecure' | 'none' | null {
  if (/^[\d.]+$|^\[/.test(location.hostname)) return 'address'
  if (!isSecureContext) return 'insecure'
  return 'PublicKeyCredential' in globalThis ? null : 'none'
}

/** Where the same stage answers under a name; null when this page does not know. */
function namedAddress(): string | null {
  const isHere = /^127\.|^\[::1\]$/.test(location.hostname)
  return isHere ? `${location.protocol}//localhost:${location.port}${location.pathname}` : null
}

/** The same key on another device, without writing down words. */
class Passkeys extends Part {
  static override properties = {
    ...Part.properties,
    known: { state: true },
    busy: { state: true },
    problem: { state: true },
  }
  static override styles = [
    ...Part.styles,
    youStyles,
    css`
      li {
        border-top: 1px solid var(--line);
        padding: 10px 0;
      }
      form.row input {
        flex: 1 1 180px;
      }
    `,
  ]
  /** Null until somebody looked. */
  declare known: readonly PasskeyInfo[] | null
  declare busy: boolean
  declare problem: string | null

  constructor() {
    super()
    this.known = null
    this.busy = false
    this.problem = null
  }

  get #community(): string {
    return this.ctx.stage.get()?.community ?? ''
  }

  protected override async load(): Promise<void> {
    if (obstacle() !== null) return
    if (this.#community === '') await this.ctx.refresh()
    const { listPasskeys } = await import('#web/fan/passkey.ts')
    this.known = await listPasskeys(this.ctx.api, this.ctx.fan, this.#community)
  }

  /** What a person can mend is said beside the buttons. */
  async #do(task: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.problem = null
    await this.attempt(async () => {
      const { PasskeyProblem } = await import('#web/fan/passkey.ts')
      try {
        await task()
      } catch (cause) {
        if (!(cause instanceof PasskeyProblem)) throw cause
        this.problem = cause.message
      }
    })
    this.busy = false
  }

  #add(event: SubmitEvent): void {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const label = sayable(String(new FormData(form).get('label')))
    void this.#do(async () => {
      const { addPasskey } = await import('#web/fan/passkey.ts')
      await addPasskey(this.ctx.api, this.ctx.fan, this.#community, label)
      form.reset()
      this.toast(t`The passkey is made. On another device, choose “Sign in with a passkey”.`, 'good')
      await this.load()
    })
  }

  #signIn(): void {
    void this.#do(async () => {
      const { signInWithPasskey } = await import('#web/fan/passkey.ts')
      await signInWithPasskey(this.ctx.api)
      // Everything that speaks for the old key starts again with the restored one.
      location.reload()
    })
  }

  #remove(info: PasskeyInfo): void {
    void this.#do(async () => {
      const { removePasskey } = await import('#web/fan/passkey.ts')
      await removePasskey(this.ctx.api, this.ctx.fan, this.#community, info)
      await this.load()
    })
  }

  protected override render() {
    const why = obstacle()
    return html`<section class="card stack" aria-labelledby="passkeys">
      <h2 id="passkeys">${t`Passkey`}</h2>
      <p class="muted small">
        ${tx`With a ${explain(t`passkey`, t`Your device, or the manager of your passwords, keeps it behind your finger, face or PIN. It opens your key on every device where you have it. The stage keeps your key only in a form that nobody but your passkey can open.`)} your key comes along to your other devices.`}
      </p>
      ${why === null ? this.#works() : this.#obstacle(why)}
      ${this.problem === null ? nothing : html`<p class="small bad" role="alert" data-testid="passkey-problem">${this.problem}</p>`}
    </section>`
  }

  #obstacle(why: 'address' | 'insecure' | 'none') {
    const named = namedAddress()
    const sentence = {
      address: t`A passkey belongs to a name, and this page was opened under a bare address.`,
      insecure: t`Passkeys need a secure connection (https).`,
      none: t`This browser has no passkeys. Use the recovery phrase instead.`,
    }[why]
    return html`<p class="small" data-testid="passkey-obstacle">${sentence}</p>
      ${
        why === 'address' && named !== null
          ? html`<p class="small">
              ${tx`${html`<a class="text" target="_self" href=${named} data-testid="passkey-named">${t`Open this page under localhost`}</a>`}. To the browser that is another place with a key of its own: take yours along with its recovery phrase.`}
            </p>`
          : nothing
      }`
  }

  #works() {
    return html`${
      this.known === null || this.known.length === 0
        ? nothing
        : html`<ul>
            ${repeat(
              this.known,
              one => one.credential,
              one => this.#row(one),
            )}
          </ul>`
    }
      <form class="row" @submit=${(event: SubmitEvent) => this.#add(event)}>
        <input
          name="label"
          maxlength="60"
          data-testid="passkey-label"
          aria-label=${t`What you call this device`}
          placeholder=${t`What you call this device`}
        />
        <button data-testid="passkey-add" ?disabled=${this.busy}>
          ${icon(this.busy ? 'spinner' : 'plus')} ${t`Add a passkey`}
        </button>
      </form>
      <div class="stack tight">
        <div>
          <button type="button" data-testid="passkey-sign-in" ?disabled=${this.busy} @click=${() => this.#signIn()}>
            ${t`Sign in with a passkey`}
          </button>
        </div>
        <p class="hint">${t`Your key then takes the place of the one on this device: save this one’s phrase first if you need it.`}</p>
      </div>`
  }

  #row(one: PasskeyInfo) {
    const used = one.usedAt === null ? t`never used yet` : t`last used ${formatWhen(one.usedAt, Date.now())}`
    return html`<li class="row between" data-testid="passkey">
      <span class="grow"
        ><b>${one.label || t`Passkey`}</b>
        <span class="small muted">${t`made ${formatWhen(one.madeAt, Date.now())}`} · ${used}</span></span
      >
      <button class="tiny quiet" data-testid="passkey-remove" ?disabled=${this.busy} @click=${() => this.#remove(one)}>
        ${t`Remove`}
      </button>
    </li>`
  }
}

define('bs-passkeys', Passkeys)
