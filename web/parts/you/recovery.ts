import { css, html, LitElement, nothing } from 'lit'
import { define, shared, t } from '#web/kit/mod.ts'
import { youStyles } from './you-styles.ts'

/** The key of this device as words on paper, and back. */
export class Recovery extends LitElement {
  static override properties = { words: { state: true }, problem: { state: true } }
  static override styles = [
    shared,
    youStyles,
    css`
      ol {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 4px 14px;
        padding-inline-start: 26px;
        margin: 0;
        direction: ltr;
        /* Their order is part of the phrase: whoever copies them by hand needs the numbers. */
        list-style: decimal;
      }
      textarea {
        direction: ltr;
        min-height: 92px;
      }
      .bad {
        color: var(--bad);
      }
    `,
  ]
  /** Shown words; null while they are not. */
  declare words: readonly string[] | null
  declare problem: string | null

  constructor() {
    super()
    this.words = null
    this.problem = null
  }

  async #show(): Promise<void> {
    const { recoveryPhrase } = await import('#web/fan/recovery.ts')
    const phrase = await recoveryPhrase()
    this.words = phrase?.split(' ') ?? null
    this.problem =
      phrase === null ? t`This key was made before phrases were. A key that is made from now on can have one.` : null
  }

  async #restore(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const phrase = String(new FormData(event.target as HTMLFormElement).get('phrase'))
    const { isPhrase, restoreFromPhrase } = await import('#web/fan/recovery.ts')
    if (!isPhrase(phrase)) {
      this.problem = t`These are not the 24 words of a phrase. Check each word and their order.`
      return
    }
    await restoreFromPhrase(phrase)
    // Everything that speaks for the old key starts again with the restored one.
    location.reload()
  }

  protected override render() {
    return html`<section class="card stack" aria-labelledby="phrase">
        <h2 id="phrase">${t`Recovery phrase`}</h2>
        <p class="small muted">
          ${t`24 words that bring your key back when this device is lost. Write them on paper; whoever has them is you.`}
        </p>
        ${
          this.words === null
            ? html`<div><button type="button" class="tiny" data-testid="phrase-show" @click=${() => void this.#show()}>${t`Show the words`}</button></div>`
            : html`<ol class="small" lang="en" data-testid="phrase">
                ${this.words.map(word => html`<li>${word}</li>`)}
              </ol>`
        }
        <details data-testid="phrase-fold">
          <summary>${t`I have a phrase`}</summary>
        <form class="stack tight inside" @submit=${(event: SubmitEvent) => void this.#restore(event)}>
          <label class="small"
            >${t`The 24 words`}<textarea
              name="phrase"
              required
              autocomplete="off"
              spellcheck="false"
              data-testid="phrase-input"
            ></textarea>
          </label>
          <p class="hint">${t`The key on this device is replaced: save its phrase first if you need it.`}</p>
          <div><button class="tiny" data-testid="phrase-restore">${t`Bring my key back`}</button></div>
        </form>
        </details>
        ${this.problem === null ? nothing : html`<p class="small bad" role="alert">${this.problem}</p>`}
    </section>`
  }
}

define('bs-recovery', Recovery)
