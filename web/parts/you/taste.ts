import { css, html, nothing } from 'lit'
import type { Because, LayoutChoice } from '#src/personal/layout.ts'
import { define, m, Part, type Personal, t, translated } from '#web/kit/mod.ts'
import './say-by-chance.ts'

const LISTS = [
  ['auto', m('The page decides')],
  ['covers', m('Covers')],
  ['rows', m('Rows')],
] as const
const FIRSTS = [
  ['auto', m('The page decides')],
  ['sound', m('Sound first')],
  ['picture', m('Picture first')],
] as const
const MOTIONS = [
  ['auto', m('As this device asks')],
  ['less', m('Less motion')],
] as const

/** What the page does now, and why. */
const LIST_NOW: Readonly<Record<'covers' | 'rows', Readonly<Partial<Record<Because, string>>>>> = {
  covers: {
    usual: m('Now covers: that is how it begins. Rows come by themselves when you mostly play from further down.'),
    chosen: m('Now covers, as you chose.'),
  },
  rows: {
    far: m('Now rows, because you mostly play from further down the list.'),
    saver: m('Now rows, because data is being saved.'),
    chosen: m('Now rows, as you chose.'),
  },
}
const FIRST_NOW: Readonly<Record<'sound' | 'picture', Readonly<Partial<Record<Because, string>>>>> = {
  sound: {
    usual: m('Now the sound: that is how it begins. The picture comes first when you mostly watch.'),
    saver: m('Now the sound, because data is being saved.'),
    chosen: m('Now the sound, as you chose.'),
  },
  picture: {
    watched: m('Now the picture, because you mostly watch.'),
    chosen: m('Now the picture, as you chose.'),
  },
}
const MOTION_NOW: Readonly<Partial<Record<Because, string>>> = {
  usual: m('Now as it was made: nothing asks for less.'),
  asked: m('Now less, because this device asks for it.'),
  chosen: m('Now less, as you chose.'),
}

/** What this device learned of its listener, how the page is laid out for them, and what may be said of it. */
class YourTaste extends Part {
  static override styles = [
    ...Part.styles,
    css`
      .choices {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
        gap: 20px;
        align-items: start;
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    const started = (personal: Personal | null): void => {
      if (personal === null) return
      this.watch(personal.on)
      this.watch(personal.layout)
      this.watch(personal.choice)
      this.requestUpdate()
    }
    this.cleanup(this.ctx.personal.subscribe(started))
    started(this.ctx.personal.get())
  }

  protected override render() {
    const personal = this.ctx.personal.get()
    if (personal === null) return nothing
    return html`<div class="stack loose">
      ${this.#learning(personal)} ${this.#looks(personal)}
      <bs-say-by-chance .ctx=${this.ctx}></bs-say-by-chance>
    </div>`
  }

  #learning(personal: Personal) {
    const on = personal.on.get()
    return html`<section class="card stack" aria-labelledby="learning" data-testid="your-taste">
      <h2 id="learning">${t`What this page learns`}</h2>
      <p class="small muted">
        ${t`From what is played, skipped and liked on this device the first page picks a row for you and finds a layout that suits you. It is kept in this browser; nothing of it is sent unless you take part below.`}
      </p>
      <div class="row">
        <button
          type="button"
          class="tiny"
          aria-pressed=${String(on)}
          data-testid="taste-on"
          @click=${() => personal.on.set(!on)}
        >
          ${on ? t`Stop learning` : t`Learn again`}
        </button>
        <button
          type="button"
          class="tiny"
          data-testid="taste-reset"
          @click=${() => {
            personal.reset()
            this.toast(t`Forgotten. It learns anew from what you play.`, 'good')
          }}
        >
          ${t`Forget what was learned`}
        </button>
      </div>
    </section>`
  }

  #looks(personal: Personal) {
    const { list, listBecause, first, firstBecause, motionBecause } = personal.layout.get()
    const choice = personal.choice.get()
    const select = <K extends keyof LayoutChoice>(
      name: K,
      label: string,
      options: readonly (readonly [LayoutChoice[K], string])[],
      now: string | undefined,
    ) =>
      html`<label
        >${label}<select
          data-testid=${`choose-${name}`}
          @change=${(event: Event) => {
            const value = (event.target as HTMLSelectElement).value as LayoutChoice[K]
            personal.choice.update(before => ({ ...before, [name]: value }))
          }}
        >
          ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === choice[name]}>${translated(text)}</option>`)}
        </select>
        <span class="hint" data-testid=${`why-${name}`}>${now === undefined ? '' : translated(now)}</span></label
      >`
    return html`<section class="card stack" aria-labelledby="looks">
      <h2 id="looks">${t`How the page is laid out`}</h2>
      <div class="choices">
        ${select('list', t`Lists of music`, LISTS, LIST_NOW[list][listBecause])}
        ${select('first', t`Where there is a picture`, FIRSTS, FIRST_NOW[first][firstBecause])}
        ${select('motion', t`Motion`, MOTIONS, MOTION_NOW[motionBecause])}
      </div>
    </section>`
  }
}

define('bs-your-taste', YourTaste)
