import { css, html, LitElement, nothing } from 'lit'
import { live } from 'lit/directives/live.js'
import { define, icon, plural, shared, t, translated } from '#web/kit/mod.ts'
import { ROLES } from '../release/roles.ts'
import type { Credit } from './draft.ts'

const CREDITS_MAX = 40
const NAME_MAX = 80
const ROLE_MAX = 60
const OTHER = ''

/** Who played what on one track. Fires `change` with the credits, and `copy` to give them to every track. */
class Credits extends LitElement {
  static override properties = {
    credits: { attribute: false },
    track: { attribute: false },
    several: { type: Boolean },
  }
  static override styles = [
    shared,
    css`
      summary {
        cursor: pointer;
        padding-block: 6px;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 44px;
        gap: 8px;
        padding-block: 4px;
      }
      .own {
        grid-column: 2;
      }
      @media (max-width: 620px) {
        li {
          grid-template-columns: minmax(0, 1fr) 44px;
          padding-block: 8px;
        }
        li > select,
        .own {
          grid-column: 1;
        }
        li > button {
          grid-column: 2;
          grid-row: 1;
        }
      }
    `,
  ]
  declare credits: readonly Credit[]
  /** Title or number of the track, for labels. */
  declare track: string
  /** Whether there are other tracks. */
  declare several: boolean

  #change(credits: readonly Credit[]): void {
    this.dispatchEvent(new CustomEvent('change', { detail: credits }))
  }

  #edit(index: number, change: Partial<Credit>): void {
    this.#change(this.credits.map((credit, at) => (at === index ? { ...credit, ...change } : credit)))
  }

  protected override render() {
    const named = this.credits.filter(({ name }) => name.trim() !== '').length
    return html`<details>
      <summary class="small muted" data-testid="credits">
        ${t`Who played what`}${named === 0 ? nothing : ` · ${plural(named, 'name')}`}
      </summary>
      <ul>
        ${this.credits.map((credit, index) => this.#row(credit, index))}
      </ul>
      <div class="row tight">
        <button
          type="button"
          class="quiet tiny"
          data-testid="credit-add"
          ?disabled=${this.credits.length >= CREDITS_MAX}
          @click=${() => this.#change([...this.credits, { name: '', role: ROLES[0]?.[0] ?? '' }])}
        >
          ${icon('plus')} ${t`Add a name`}
        </button>
        ${
          this.several && named > 0
            ? html`<button type="button" class="quiet tiny" data-testid="credits-copy" @click=${() => this.dispatchEvent(new CustomEvent('copy'))}>
                ${icon('copy')} ${t`The same on every track`}
              </button>`
            : nothing
        }
      </div>
    </details>`
  }

  #row({ name, role }: Credit, index: number) {
    const usual = ROLES.some(([known]) => known === role)
    const value = (event: Event) => (event.target as HTMLInputElement | HTMLSelectElement).value
    return html`<li>
      <input
        data-testid="credit-name"
        aria-label=${t`Name ${index + 1} on ${this.track}`}
        maxlength=${NAME_MAX}
        placeholder=${t`Name`}
        .value=${live(name)}
        @input=${(event: Event) => this.#edit(index, { name: value(event) })}
      />
      <select
        data-testid="credit-role"
        aria-label=${t`What ${name || t`name ${index + 1}`} does`}
        .value=${live(usual ? role : OTHER)}
        @change=${(event: Event) => {
          event.stopPropagation()
          this.#edit(index, { role: value(event) })
        }}
      >
        ${ROLES.map(([known, shown]) => html`<option value=${known} ?selected=${known === role}>${translated(shown)}</option>`)}
        <option value=${OTHER} ?selected=${!usual}>${t`Something else`}</option>
      </select>
      <button
        type="button"
        class="quiet round"
        aria-label=${t`Remove ${name || t`name ${index + 1}`}`}
        @click=${() => this.#change(this.credits.filter((_, at) => at !== index))}
      >
        ${icon('close')}
      </button>
      ${
        usual
          ? nothing
          : html`<input
              class="own"
              data-testid="credit-own-role"
              aria-label=${t`What ${name || t`name ${index + 1}`} does, in your words`}
              maxlength=${ROLE_MAX}
              placeholder=${t`Such as: hurdy-gurdy`}
              .value=${live(role)}
              @input=${(event: Event) => this.#edit(index, { role: value(event) })}
            />`
      }
    </li>`
  }
}

define('bs-credits', Credits)
