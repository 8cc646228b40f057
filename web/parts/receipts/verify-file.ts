import { css, html, LitElement, nothing } from 'lit'
import { define, heard, icon, shared, t, tx } from '#web/kit/mod.ts'
import type { BundleAnswer } from '#web/verify/bundle-answer.ts'

/** Takes a statement bundle, dropped or chosen, and says in plain words whether it holds. */
class VerifyFile extends LitElement {
  static override properties = { answer: { state: true }, name: { state: true }, over: { state: true } }
  static override styles = [...shared, verifyStyles()]
  declare answer: BundleAnswer | 'checking' | null
  declare name: string
  declare over: boolean

  constructor() {
    super()
    this.answer = null
    this.name = ''
    this.over = false
  }

  async #check(file: File | undefined): Promise<void> {
    if (file === undefined) return
    this.name = file.name
    this.answer = 'checking'
    try {
      const { checkBundle } = await import('#web/verify/check-bundle.ts')
      this.answer = await checkBundle(file)
    } catch (cause) {
      console.error(cause)
      this.answer = { ok: false, part: t`this browser`, message: t`it could not run the check; try another one` }
    }
  }

  #drag(event: DragEvent, over: boolean): void {
    event.preventDefault()
    this.over = over
  }

  protected override render() {
    return html`<section
      class=${`card stack${this.over ? ' over' : ''}`}
      data-testid="verify-file"
      aria-labelledby="verify-title"
      @dragover=${(event: DragEvent) => this.#drag(event, true)}
      @dragleave=${(event: DragEvent) => this.#drag(event, false)}
      @drop=${(event: DragEvent) => {
        this.#drag(event, false)
        void this.#check(event.dataTransfer?.files[0])
      }}
    >
      <div class="stack tight">
        <h2 id="verify-title">${t`Check a statement`}</h2>
        <p class="small muted">
          ${t`Drop a statement bundle here, or choose it. It is checked on this device; nothing is sent anywhere.`}
        </p>
      </div>
      <input
        type="file"
        aria-label=${t`Statement bundle`}
        data-testid="verify-input"
        @change=${(event: Event) => void this.#check((event.target as HTMLInputElement).files?.[0])}
      />
      <div role="status" data-testid="verify-result" data-good=${String(this.#good())}>${this.#result()}</div>
    </section>`
  }

  #good(): boolean | null {
    return this.answer === null || this.answer === 'checking' ? null : this.answer.ok
  }

  #result() {
    const { answer, name } = this
    if (answer === null) return nothing
    if (answer === 'checking') return html`<p>${tx`Checking ${name} …`}</p>`
    if (!answer.ok)
      return html`<p class="bad">${icon('close')} <b>${tx`${name} does not hold.`}</b> ${heard(answer.part)}: ${heard(answer.message)}.</p>`
    const { steps, certification, community } = answer.verdict
    return html`<div class="stack">
      <p class="good">${icon('check')} <b>${tx`Everything in ${name} holds together.`}</b></p>
      <ol class="stack tight">
        ${steps.map(
          step =>
            html`<li>
              ${heard(step.said)}<span class="small muted detail">${heard(step.detail)}</span>${step.checked ? nothing : html`<span class="small">${t`taken on the certificate’s word`}</span>`}
            </li>`,
        )}
      </ol>
      <p class="small">
        ${certification.self ? t`It is as good as the word of this community: compare the key with the one you know.` : t`It is of this community: compare the key with the one you know.`} <span class="mono detail">${community}</span>
      </p>
    </div>`
  }
}

function verifyStyles() {
  return css`
    .over {
      border-color: var(--accent);
    }
    .good {
      color: var(--good);
    }
    .bad {
      color: var(--bad);
    }
    ol {
      padding-inline-start: 1.4em;
      list-style: decimal;
    }
    .detail {
      display: block;
      overflow-wrap: anywhere;
    }
  `
}

define('bs-verify-file', VerifyFile)
