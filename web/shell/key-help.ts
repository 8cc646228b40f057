import { css, html, LitElement } from 'lit'
import { icon, m, shared, t, translated } from '#web/kit/mod.ts'

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [[m('Space'), 'K'], m('Play or pause')],
  [['←', '→'], m('Five seconds back or on')],
  [['0', '9'], m('To a tenth of the track')],
  [['↑', '↓'], m('Louder or quieter')],
  [['M'], m('Silence, and back')],
  [['N', 'P'], m('Next and previous track')],
  [['?'], m('This list')],
]

/** Which keys play. */
export class KeyHelp extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        border: 1px solid var(--line);
        border-radius: 20px;
        background: var(--surface);
        color: var(--ink);
        padding: 24px 28px 28px;
        width: min(400px, calc(100vw - 32px));
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.55);
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 12px 20px;
        margin: 18px 0 0;
        align-items: center;
      }
      dt {
        display: flex;
        gap: 6px;
        direction: ltr;
      }
      dd {
        margin: 0;
      }
      kbd {
        font: inherit;
        font-size: 0.875rem;
        font-weight: 650;
        min-width: 30px;
        padding: 3px 8px;
        text-align: center;
        border: 1px solid var(--line);
        border-bottom-width: 2px;
        border-radius: 8px;
        background: var(--raised);
      }
    `,
  ]

  async open(): Promise<void> {
    await this.updateComplete
    const dialog = this.renderRoot.querySelector('dialog')
    if (dialog?.open === false) dialog.showModal()
  }

  protected override render() {
    return html`<dialog aria-labelledby="keys" data-testid="key-help">
      <div class="row between">
        <h2 id="keys">${t`Keys for listening`}</h2>
        <form method="dialog">
          <button class="quiet round" aria-label=${t`Close`}>${icon('close')}</button>
        </form>
      </div>
      <dl>
        ${KEYS.map(
          ([keys, does]) =>
            html`<dt>${keys.map((key, at) => html`${at > 0 && keys[0] === '0' ? '–' : ''}<kbd>${translated(key)}</kbd>`)}</dt>
              <dd>${translated(does)}</dd>`,
        )}
      </dl>
    </dialog>`
  }
}

customElements.define('bs-key-help', KeyHelp)
