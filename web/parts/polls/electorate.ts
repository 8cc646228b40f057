import { css, html, LitElement, nothing } from 'lit'
import type { BallotVotes, PollInfo } from '#protocols/api/v1/schemas.ts'
import { define, type PartContext, plural, sentenceOf, shared, shortKey, t } from '#web/kit/mod.ts'
import type { BallotCheck } from './check-ballot.ts'

/** Who may vote in a poll with named voters, and whether the count is right: checked here, not believed. */
class Electorate extends LitElement {
  static override properties = {
    ctx: { attribute: false },
    poll: { attribute: false },
    votes: { state: true },
    check: { state: true },
    open: { state: true },
  }
  static override styles = [
    shared,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin: 8px 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 2px 10px;
        border-radius: 99px;
        background: var(--raised);
      }
    `,
  ]
  declare ctx: PartContext
  declare poll: PollInfo
  declare votes: BallotVotes | null
  declare check: BallotCheck | null
  declare open: boolean
  #checked = ''

  constructor() {
    super()
    this.votes = null
    this.check = null
    this.open = false
  }

  /** The own vote is looked for as soon as it is cast, and again whenever the count changes. */
  protected override updated(): void {
    const state = JSON.stringify([this.poll.id, this.poll.mine, this.poll.options, this.open])
    if (state === this.#checked || (this.poll.mine === null && !this.open)) return
    this.#checked = state
    void this.#look().catch(sentenceOf)
  }

  async #look(): Promise<void> {
    const { id } = this.poll
    const voter = this.ctx.fan.identity.get()?.key ?? null
    const [votes, { checkBallot }] = await Promise.all([
      this.ctx.api.get<BallotVotes>(`/polls/${id}/votes`),
      import('./check-ballot.ts'),
    ])
    const proof =
      voter === null || this.poll.mine === null
        ? null
        : await this.ctx.api.get<unknown>(`/polls/${id}/proof?voter=${voter}`).catch(() => null)
    this.votes = votes
    this.check = checkBallot(id, votes, proof, { voter, option: this.poll.mine })
  }

  protected override render() {
    const mine = this.ctx.fan.identity.get()?.key
    return html`<div class="stack tight small">
      ${this.poll.mayVote ? nothing : html`<p class="muted">${t`You are not among its voters: you see the count, and may check it.`}</p>`}
      ${this.poll.mayVote && this.poll.open ? html`<p class="muted">${t`What each of them votes is public: everybody may count it again.`}</p>` : nothing}
      ${this.#own()}
      <details
        @toggle=${(event: Event) => {
          this.open = (event.target as HTMLDetailsElement).open
        }}
      >
        <summary data-testid="ballot-voters">${t`${plural(this.poll.voters ?? 0, 'person', 'people')} may vote`}</summary>
        ${
          this.votes === null
            ? nothing
            : html`<ul>
                  ${this.votes.voters.map(key => html`<li title=${key}>${key === mine ? t`you` : shortKey(key)}</li>`)}
                </ul>
                ${this.#recounted()}
                ${
                  this.votes.leftOut.length === 0
                    ? nothing
                    : html`<p>${t`Taken away by moderation: the newest vote of ${this.votes.leftOut.map(shortKey).join(', ')}.`}</p>`
                }
                <p class="muted">${t`Root of the count: ${this.votes.root.slice(0, 16)}. Who sees another one for the same votes was shown another count.`}</p>`
        }
      </details>
    </div>`
  }

  #own() {
    if (this.check === null || this.poll.mine === null) return nothing
    return this.check.mine
      ? html`<p data-testid="ballot-mine">✓ ${t`Your vote is in the count: this device has checked its proof.`}</p>`
      : html`<p class="bad" role="alert" data-testid="ballot-missing">${t`Your vote is not in the count that this stage shows. Vote again, or tell the people who run it.`}</p>`
  }

  #recounted() {
    if (this.check === null) return nothing
    return this.check.whole
      ? html`<p data-testid="ballot-recounted">✓ ${t`Counted again on this device: every vote is signed by a voter, and the result is right.`}</p>`
      : html`<p class="bad" role="alert">${t`Counted again on this device, the votes do not give this result.`}</p>`
  }
}

define('bs-electorate', Electorate)
