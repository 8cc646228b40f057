import { css, html } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ReactionTally } from '#protocols/api/v1/schemas.ts'
import { define, Part, t } from '#web/kit/mod.ts'
import { merged, toggled } from './tally.ts'

/** Emoji on a release; each counts at once and is taken back by a second tap. */
export class Reactions extends Part {
  static override properties = { ...Part.properties, tallies: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      button {
        padding: 6px 14px;
        gap: 7px;
        font-weight: 600;
        min-height: 40px;
      }
      button[aria-pressed='true'] {
        background: var(--accent-soft);
        box-shadow: inset 0 0 0 1.5px var(--accent);
      }
      button:active span {
        transform: scale(1.35);
      }
      span {
        font-size: 1.15rem;
        transition: transform 0.25s var(--ease);
      }
    `,
  ]
  declare tallies: readonly ReactionTally[]

  constructor() {
    super()
    this.tallies = merged([])
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.on('reaction', ({ target, emoji, count }) => {
      if (target !== this.params.release) return
      const mine = this.tallies.find(one => one.emoji === emoji)?.mine ?? false
      this.tallies = merged([...this.tallies.filter(one => one.emoji !== emoji), { emoji, count, mine }])
    })
  }

  protected override async load(): Promise<void> {
    const viewer = this.ctx.fan.identity.get()?.key
    const query = viewer === undefined ? '' : `?viewer=${viewer}`
    this.tallies = merged(await this.ctx.api.get<ReactionTally[]>(`/releases/${this.params.release}/reactions${query}`))
  }

  async #toggle(emoji: string): Promise<void> {
    const before = this.tallies
    const on = before.find(one => one.emoji === emoji)?.mine !== true
    this.tallies = toggled(before, emoji)
    const { community = '', release } = this.params
    const sent = await this.attempt(() =>
      this.ctx.fan.send(community, 'engagement/reaction', { target: release, emoji, on }),
    )
    if (!sent) this.tallies = toggled(this.tallies, emoji)
    else if (on && release !== undefined) this.ctx.personal.get()?.liked(release)
  }

  protected override render() {
    return html`<div class="row tight" role="group" aria-label=${t`Reactions`}>
      ${repeat(
        this.tallies,
        one => one.emoji,
        ({ emoji, count, mine }) =>
          html`<button
            aria-pressed=${mine}
            data-testid=${`reaction-${emoji}`}
            @click=${() => void this.#toggle(emoji)}
          >
            <span>${emoji}</span>${count > 0 ? html` <b class="num">${count}</b>` : null}
          </button>`,
      )}
    </div>`
  }
}

define('bs-reactions', Reactions)
