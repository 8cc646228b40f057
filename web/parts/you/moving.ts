import { css, html, nothing } from 'lit'
import type { Belongings } from '#protocols/identity/v1/move.ts'
import { define, formatWhen, icon, Part, plural, shortKey, t, tx } from '#web/kit/mod.ts'
import { youStyles } from './you-styles.ts'

/** Says once, after the page began anew with the other key, what came along. */
const ARRIVAL = 'bandstand-arrival'

type Opened = Belongings & { readonly key: string }

/** Everything of a fan in one file: packed here, opened at any other stage. */
class Moving extends Part {
  static override properties = {
    ...Part.properties,
    busy: { state: true },
    problem: { state: true },
    opened: { state: true },
  }
  static override styles = [
    ...Part.styles,
    youStyles,
    css`
      form {
        display: grid;
        gap: 10px;
      }
      hr {
        border: 0;
        border-top: 1px solid var(--line);
        width: 100%;
        margin: 0;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 16px;
      }
    `,
  ]
  declare busy: boolean
  declare problem: string | null
  /** What lies in the chosen file, before it is taken. */
  declare opened: Opened | null

  constructor() {
    super()
    this.busy = false
    this.problem = null
    this.opened = null
  }

  protected override async load(): Promise<void> {
    const arrived = sessionStorage.getItem(ARRIVAL)
    if (arrived === null) return
    sessionStorage.removeItem(ARRIVAL)
    this.toast(arrived, 'good')
  }

  /** What a person can mend is said beside the buttons. */
  async #do(task: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.problem = null
    await this.attempt(async () => {
      const { MoveProblem } = await import('#web/fan/move.ts')
      try {
        await task()
      } catch (cause) {
        if (!(cause instanceof MoveProblem)) throw cause
        this.problem = cause.message
      }
    })
    this.busy = false
  }

  #pack(event: SubmitEvent): void {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const passphrase = String(new FormData(form).get('passphrase'))
    void this.#do(async () => {
      const { packUp } = await import('#web/fan/move.ts')
      const file = await packUp(this.ctx, passphrase)
      const link = document.createElement('a')
      link.href = URL.createObjectURL(file)
      link.download = `bandstand-${(this.ctx.fan.identity.get()?.key ?? '').slice(0, 8)}.move`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
      form.reset()
      this.toast(t`Saved. The file and its passphrase together are you: keep them apart.`, 'good')
    })
  }

  #open(event: SubmitEvent): void {
    event.preventDefault()
    const data = new FormData(event.target as HTMLFormElement)
    const file = data.get('file')
    if (!(file instanceof File)) return
    void this.#do(async () => {
      const { unpack } = await import('#web/fan/move.ts')
      this.opened = null
      this.opened = await unpack(file, String(data.get('passphrase')))
    })
  }

  #take(opened: Opened): void {
    void this.#do(async () => {
      const { moveIn } = await import('#web/fan/move.ts')
      const { followed, unknown, refused } = await moveIn(this.ctx, opened)
      const said = [t`Welcome. Your key is here; you follow ${plural(followed, 'community', 'communities')} here.`]
      if (unknown > 0)
        said.push(t`${plural(unknown, 'community', 'communities')} you follow are not known at this stage yet.`)
      if (refused !== null) said.push(refused)
      sessionStorage.setItem(ARRIVAL, said.join(' '))
      // Everything that speaks for the old key starts again with the other one.
      location.reload()
    })
  }

  protected override render() {
    const { opened } = this
    return html`<section class="card stack" aria-labelledby="moving">
      <h2 id="moving">${t`Take everything with you`}</h2>
      <p class="muted small">
        ${t`One file with your key, name, handles, whom you follow, and your receipts with their proofs. Open it at any other stage, and you are you there.`}
      </p>
      ${globalThis.crypto.subtle === undefined ? html`<p class="small">${t`This needs a secure connection (https).`}</p>` : html`${this.#packing()}<hr />${opened === null ? this.#opening() : this.#arriving(opened)}`}
      ${this.problem === null ? nothing : html`<p class="small bad" role="alert" data-testid="move-problem">${this.problem}</p>`}
    </section>`
  }

  #packing() {
    return html`<form @submit=${(event: SubmitEvent) => this.#pack(event)}>
      <label
        >${t`A passphrase for the file`}<input
          name="passphrase"
          type="password"
          required
          minlength="10"
          maxlength="1024"
          autocomplete="new-password"
          data-testid="move-passphrase"
        /><span class="hint">${t`At least 10 characters, better four words. Nobody can open the file without it, not even you.`}</span></label
      >
      <div>
        <button data-testid="move-save" ?disabled=${this.busy}>${icon(this.busy ? 'spinner' : 'check')} ${t`Save the file`}</button>
      </div>
    </form>`
  }

  #opening() {
    return html`<details data-testid="move-fold">
      <summary>${t`I come from another stage`}</summary>
      <form class="inside" @submit=${(event: SubmitEvent) => this.#open(event)}>
      <label>${t`The file`}<input name="file" type="file" required data-testid="move-file" /></label>
      <label
        >${t`Its passphrase`}<input
          name="passphrase"
          type="password"
          required
          autocomplete="off"
          data-testid="move-unlock"
      /></label>
      <div><button data-testid="move-open" ?disabled=${this.busy}>${this.busy ? icon('spinner') : nothing} ${t`Open it`}</button></div>
    </form>
    </details>`
  }

  /** Nothing has changed yet: a look at what is in the file, and the choice. */
  #arriving(opened: Opened) {
    const { key, name, handles, follows, receipts, promises } = opened
    const newest = promises[0]?.at
    return html`<div class="stack tight" data-testid="move-inside">
      <h3>${name === '' ? t`A fan without a name` : name}</h3>
      <dl class="small">
        <dt class="muted">${t`Key`}</dt>
        <dd class="mono">${shortKey(key)}</dd>
        <dt class="muted">${t`Handles`}</dt>
        <dd dir="ltr">${handles.length === 0 ? '–' : handles.map(({ handle }) => `@${handle}`).join(', ')}</dd>
        <dt class="muted">${t`Follows`}</dt>
        <dd>${plural(follows.length, 'community', 'communities')}</dd>
        <dt class="muted">${t`Receipts`}</dt>
        <dd>${newest === undefined ? receipts.length : tx`${receipts.length}, the newest payment ${formatWhen(newest, Date.now())}`}</dd>
      </dl>
      <p class="hint">
        ${t`Your key then takes the place of the one on this device: save this one’s phrase first if you need it.`}
        ${handles.length === 0 ? nothing : t`A handle belongs to a community: claim yours here again if you like.`}
      </p>
      <div class="row">
        <button class="primary" data-testid="move-take" ?disabled=${this.busy} @click=${() => this.#take(opened)}>
          ${this.busy ? icon('spinner') : nothing} ${t`That is me`}
        </button>
        <button
          class="quiet"
          ?disabled=${this.busy}
          @click=${() => {
            this.opened = null
          }}
        >
          ${t`Not now`}
        </button>
      </div>
    </div>`
  }
}

define('bs-moving', Moving)
