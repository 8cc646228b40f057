import { css, html, nothing, type PropertyValues } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { PollInfo } from '#protocols/api/v1/schemas.ts'
import { fromHex } from '#web/fan/encoding.ts'
import { define, formatWhen, icon, Part, plural, t } from '#web/kit/mod.ts'
import './electorate.ts'
import './poll-form.ts'

/** What a browser's timer can count; a poll that is open longer is looked at again then. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** Questions to the audience: one vote a person, changeable until it closes, bars that move live. */
export default class Polls extends Part {
  static override properties = {
    ...Part.properties,
    polls: { state: true },
    asking: { state: true },
    choice: { state: true },
  }
  static override styles = [...Part.styles, pollStyles()]
  declare polls: readonly PollInfo[] | null
  declare asking: boolean
  /** Votes cast here and not yet confirmed: poll id -> option. */
  declare choice: ReadonlyMap<string, number>

  constructor() {
    super()
    this.polls = null
    this.asking = false
    this.choice = new Map()
  }

  #closing: ReturnType<typeof setTimeout> | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.cleanup(() => clearTimeout(this.#closing))
    this.on('poll', poll => {
      const known = this.polls?.find(one => one.id === poll.id)
      if (known === undefined && poll.voters !== null) return void this.load().catch(() => {})
      // A live event goes to everybody, so it cannot know which vote is mine, nor whether I may vote.
      const merged = { ...poll, mine: poll.mine ?? known?.mine ?? null, mayVote: known?.mayVote ?? poll.mayVote }
      this.polls =
        known === undefined
          ? [merged, ...(this.polls ?? [])]
          : (this.polls ?? []).map(one => (one.id === poll.id ? merged : one))
    })
  }

  protected override async load(): Promise<void> {
    const viewer = this.ctx.fan.identity.get()?.key
    this.polls = await this.ctx.api.get<PollInfo[]>(`/polls${viewer === undefined ? '' : `?viewer=${viewer}`}`)
  }

  /** Closes polls on time: nobody sends an event when a poll's time is up. */
  protected override updated(changed: PropertyValues): void {
    if (!changed.has('polls')) return
    clearTimeout(this.#closing)
    const next = Math.min(...(this.polls ?? []).flatMap(poll => (poll.open ? [poll.closesAt] : [])))
    if (next === Number.POSITIVE_INFINITY) return
    this.#closing = setTimeout(
      () => {
        this.polls = (this.polls ?? []).map(poll => ({ ...poll, open: poll.open && poll.closesAt > Date.now() }))
      },
      Math.min(Math.max(0, next - Date.now()) + 50, TIMER_MS_MAX),
    )
  }

  async #vote(poll: PollInfo, option: number): Promise<void> {
    this.choice = new Map(this.choice).set(poll.id, option)
    const accepted = await this.attempt(() =>
      this.ctx.fan.send(poll.community, 'engagement/vote', { poll: fromHex(poll.id), option }),
    )
    const rest = new Map(this.choice)
    rest.delete(poll.id)
    this.choice = rest
    if (accepted) this.polls = this.polls?.map(one => (one.id === poll.id ? { ...one, mine: option } : one)) ?? null
  }

  protected override render() {
    return html`<div class="stack loose">
      <div class="row between">
        <h1>${t`Polls`}</h1>
        ${
          this.ctx.stage.get()?.operator === true && !this.asking
            ? html`<button
                data-testid="poll-new"
                @click=${() => {
                  this.asking = true
                }}
              >
                ${icon('plus')} ${t`Ask something`}
              </button>`
            : nothing
        }
      </div>
      ${
        this.asking
          ? html`<bs-poll-form
              .ctx=${this.ctx}
              @done=${() => {
                this.asking = false
              }}
            ></bs-poll-form>`
          : nothing
      }
      ${this.#list()}
    </div>`
  }

  #list() {
    if (this.polls === null) return html`<div class="skeleton block" aria-busy="true"></div>`
    if (this.polls.length === 0)
      return html`<div class="empty">
        <h2>${t`No questions yet`}</h2>
        <p class="lede">
          ${t`Which song opens the show? Which night suits everyone? A poll asks the whole audience, and anyone can recount its votes.`}
        </p>
      </div>`
    return html`<div class="grid">
      ${repeat(
        this.polls,
        poll => poll.id,
        poll => this.#poll(poll),
      )}
    </div>`
  }

  #poll(poll: PollInfo) {
    const pending = this.choice.get(poll.id)
    const mine = pending ?? poll.mine
    const votes = poll.options.map(
      (option, index) =>
        option.votes +
        (pending === index && poll.mine !== index ? 1 : 0) -
        (pending !== undefined && poll.mine === index && pending !== index ? 1 : 0),
    )
    const total = votes.reduce((sum, count) => sum + count, 0)
    const from = this.ctx.communities.get().find(one => one.community === poll.community)
    return html`<div class="card one"><fieldset data-testid="poll" data-poll=${poll.id} ?disabled=${!poll.open || !poll.mayVote}>
      <legend class="hidden-visually">${poll.question}</legend>
      <h2>${poll.question}</h2>
      <div class="stack tight">
        ${poll.options.map((option, index) => {
          const share = total === 0 ? 0 : (votes[index] ?? 0) / total
          return html`<button
            class=${`option${mine === index ? ' mine' : ''}`}
            data-testid="poll-option"
            data-option=${index}
            aria-pressed=${mine === index}
            @click=${() => void this.#vote(poll, index)}
          >
            <i .style=${`width:${(100 * share).toFixed(2)}%`}></i
            ><span class="grow">${option.text}</span> ${mine === index ? icon('check') : nothing}<b
              class="num"
              data-testid="poll-votes"
              >${votes[index]}</b
            >
          </button>`
        })}
      </div>
      <p class="muted small">
        ${plural(total, 'vote')} ·
        ${poll.open ? t`closes ${formatWhen(poll.closesAt, Date.now())}; you may change your mind until then` : t`closed`}${from === undefined || from.own ? '' : ` · ${t`asked by ${from.name}`}`}
      </p>
    </fieldset>
    ${poll.voters === null ? nothing : html`<bs-electorate .ctx=${this.ctx} .poll=${poll}></bs-electorate>`}
    </div>`
  }
}

function pollStyles() {
  return css`
    .grid {
      display: grid;
      gap: 20px;
      grid-template-columns: repeat(auto-fill, minmax(min(360px, 100%), 1fr));
      align-items: start;
    }
    .block {
      height: 220px;
    }
    fieldset {
      display: grid;
      gap: 16px;
      border: 0;
      margin: 0;
      padding: 0;
      min-width: 0;
    }
    .one {
      display: grid;
      gap: 16px;
      padding: 22px;
    }
    .option {
      position: relative;
      border: 2px solid transparent;
      overflow: hidden;
      justify-content: start;
      text-align: start;
      border-radius: 12px;
      padding: 11px 16px;
      font-weight: 560;
      background: var(--raised);
      isolation: isolate;
    }
    .option i {
      position: absolute;
      z-index: -1;
      inset: 0 auto 0 0;
      background: color-mix(in oklab, var(--ink), transparent 88%);
      transition: width 0.5s var(--ease);
    }
    .option.mine {
      border-color: var(--accent);
    }
    .option.mine i {
      background: var(--accent-soft);
    }
    .option:disabled {
      opacity: 1;
    }
  `
}

define('bs-polls', Polls)
