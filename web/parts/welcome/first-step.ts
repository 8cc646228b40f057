import { html, nothing } from 'lit'
import type { StageInfo } from '#protocols/api/v1/schemas.ts'
import { explain, icon, t, tx } from '#web/kit/mod.ts'
import type { Draft } from '#web/setup/question.ts'

export interface FirstStep {
  readonly stage: StageInfo | null
  readonly draft: Draft
  readonly busy: boolean
  readonly set: (field: string, value: string) => void
  readonly submit: () => void
}

/** The one question that has to be answered: what the community is called. */
export const firstStep = ({ stage, draft, busy, set, submit }: FirstStep) =>
  html`<form
    class="sheet"
    data-testid="first-run"
    data-step="name"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault()
      submit()
    }}
  >
    <svg
      class="scene"
      viewBox="0 0 64 52"
      fill="none"
      stroke="currentColor"
      stroke-width="3"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d="M6 24 32 6l26 18M13 24v18M25.6 24v18M38.4 24v18M51 24v18M4 44h56M32 6V2" />
    </svg>
    <div class="stack">
      <h1>${t`Open your stage`}</h1>
      <p class="lede">
        ${tx`This computer is now a ${explain(t`stage`, t`A program that publishes your community’s music, gathers its audience, and pays its artists. It runs here, on your machine; nobody else owns it.`)} of its own. Give the community that plays on it a name. You can change it later.`}
      </p>
    </div>
    <label
      >${t`Name of the community`}<input
        name="name"
        data-testid="first-run-name"
        required
        maxlength="80"
        autocomplete="off"
        autofocus
        placeholder=${t`Harbour Street Collective`}
        .value=${draft.name ?? stage?.name ?? ''}
        @input=${(event: Event) => set('name', (event.target as HTMLInputElement).value)}
    /></label>
    <label
      ><span>${t`About`} <span class="hint">${t`(optional)`}</span></span
      ><textarea
        name="about"
        data-testid="first-run-about"
        maxlength="1000"
        placeholder=${t`Who plays here, and for whom?`}
        .value=${draft.about ?? stage?.about ?? ''}
        @input=${(event: Event) => set('about', (event.target as HTMLTextAreaElement).value)}
      ></textarea>
    </label>
    <div class="row">
      <button class="primary go" data-testid="first-run-submit" ?disabled=${busy}>
        ${busy ? icon('spinner') : nothing} ${t`Continue`}
      </button>
      <span class="small muted">${t`Six short questions follow. Each can be skipped.`}</span>
    </div>
  </form>`
