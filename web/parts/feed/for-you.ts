import { css, html, nothing, type PropertyValues } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import type { Reason } from '#src/personal/features.ts'
import type { Ranked } from '#src/personal/rank.ts'
import { define, explain, isSounding, Part, type Personal, t } from '#web/kit/mod.ts'

/** Cards in the row: two screens of a phone. */
const ROW_MAX = 6
/** With fewer releases than this the whole list is seen at a glance. */
const RELEASES_MIN = 5

const sentenceOf = (reason: Reason | null): string => {
  switch (reason?.kind) {
    case 'artist':
      return t`You play ${reason.name}`
    case 'community':
      return t`You like ${reason.name}`
    case 'length':
      return reason.long ? t`You like long ones` : t`You like short ones`
    case 'fresh':
      return t`You like new ones`
    case 'known':
      return t`Many play it`
    case 'hour':
      return t`It fits this time of day`
    default:
      return t`Something to try`
  }
}

/** A row picked on this device from what is played on it; says why, and can be started anew or switched off. */
export class ForYou extends Part {
  static override properties = { ...Part.properties, releases: { attribute: false }, picked: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      /* Without anything to show it takes no room. */
      :host {
        display: contents;
      }
      .picks {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(160px, 200px);
        gap: 20px;
        overflow-x: auto;
        padding: 4px 4px 12px;
        scroll-snap-type: x proximity;
      }
      .picks > * {
        scroll-snap-align: start;
      }
      figure {
        margin: 0;
        display: grid;
        gap: 8px;
        align-content: start;
      }
    `,
  ]
  declare releases: readonly ReleaseSummary[]
  declare picked: readonly Ranked<ReleaseSummary>[]

  constructor() {
    super()
    this.releases = []
    this.picked = []
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.player.state)
    const started = (personal: Personal | null): void => {
      if (personal === null) return
      this.cleanup(personal.on.subscribe(() => this.#pick()))
      this.#pick()
    }
    this.cleanup(this.ctx.personal.subscribe(started))
    started(this.ctx.personal.get())
  }

  /** A row that is being looked at stays as it is: it is picked anew when the list itself changes. */
  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    const before = changed.get('releases') as readonly ReleaseSummary[] | undefined
    if (changed.has('releases') && before?.length !== this.releases.length) this.#pick()
  }

  #pick(): void {
    const enough = this.releases.length >= RELEASES_MIN
    this.picked = enough ? (this.ctx.personal.get()?.forYou(this.releases).slice(0, ROW_MAX) ?? []) : []
    this.requestUpdate()
  }

  protected override render() {
    const personal = this.ctx.personal.get()
    if (personal === null || this.releases.length < RELEASES_MIN) return nothing
    if (!personal.on.get())
      return html`<p class="muted small">
        <button class="quiet tiny" data-testid="for-you-on" @click=${() => personal.on.set(true)}>
          ${t`Pick a row for me`}
        </button>
        ${explain(t`from what I play`, t`Learned on this device from what is played on it, and kept here: nothing of it is sent to anybody unless you say so.`)}
      </p>`
    if (this.picked.length === 0) return nothing
    return html`<section class="stack" aria-labelledby="for-you" data-testid="for-you">
      <div class="row between">
        <h2 id="for-you">${t`For you`}</h2>
        <div class="row tight small">
          ${explain(t`How it is picked`, t`Learned on this device from what is played, skipped and liked on it, and kept here: nothing of it is sent to anybody unless you say so. Now and then it tries something you have not met.`)}
          <button
            class="quiet tiny"
            data-testid="for-you-reset"
            @click=${() => {
              personal.reset()
              this.#pick()
              this.toast(t`Forgotten. It learns anew from what you play.`, 'good')
            }}
          >
            ${t`Start anew`}
          </button>
          <button class="quiet tiny" data-testid="for-you-off" @click=${() => personal.on.set(false)}>${t`Turn off`}</button>
        </div>
      </div>
      <div class="picks" tabindex="0" role="group" aria-label=${t`Picked for you`}>
        ${repeat(
          this.picked,
          pick => pick.candidate.id,
          ({ candidate, reason }) =>
            html`<figure>
              <bs-release-card .release=${candidate} .sounding=${isSounding(this.ctx, candidate.id)}></bs-release-card>
              <figcaption class="muted small" data-testid="why">${sentenceOf(reason)}</figcaption>
            </figure>`,
        )}
      </div>
    </section>`
  }
}

/** What is said while there is too little to pick by; below everything, so that nothing moves when it comes. */
class ForYouSoon extends ForYou {
  protected override render() {
    const personal = this.ctx.personal.get()
    const soon = personal?.on.get() === true && this.releases.length >= RELEASES_MIN && this.picked.length === 0
    return soon
      ? html`<p class="muted small" data-testid="for-you-soon">
          ${t`Play a few of these, and a row picked for you comes at the top.`}
        </p>`
      : nothing
  }
}

define('bs-for-you', ForYou)
define('bs-for-you-soon', ForYouSoon)
