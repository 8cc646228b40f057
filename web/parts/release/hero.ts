import { html, nothing, type TemplateResult } from 'lit'
import type { ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import {
  explain,
  formatDuration,
  formatMoney,
  formatWhen,
  icon,
  isSounding,
  type PartContext,
  plural,
  queueOf,
  t,
  tx,
} from '#web/kit/mod.ts'
import { queueing, type Say } from './queueing.ts'

export interface HeroActs {
  readonly ctx: PartContext
  readonly toggle: () => void
  readonly say: Say
}

/** What it is, what it costs, where it is, and the way to play it. */
export function heroOf(release: ReleaseDetail, { ctx, toggle, say }: HeroActs): TemplateResult {
  const sounding = isSounding(ctx, release.id)
  return html`<header class="hero">
    <bs-cover class="art" .src=${release.cover} seed=${release.id} label=${t`Cover of ${release.title}`}></bs-cover>
    <div class="stack">
      <p class="muted small">
        ${release.own ? t`Released here` : tx`From ${html`<a class="text" href="/community/${release.community}">${release.communityName}</a>`}`}
        · ${formatWhen(release.publishedAt, Date.now())}
      </p>
      <h1 data-testid="release-title">${release.title}</h1>
      <p class="artist">${release.artist}</p>
      ${release.description === '' ? nothing : html`<p class="lede">${release.description}</p>`}
      <div class="row">
        <button class="primary big" data-testid="play-button" @click=${toggle}>
          ${icon(sounding ? 'pause' : 'play')} ${sounding ? t`Pause` : t`Play`}
        </button>
        <span class="muted small num"
          >${plural(release.trackCount, 'track')} · ${formatDuration(release.durationMs)} ·
          ${plural(release.plays, 'play')}</span
        >
      </div>
      <div class="row tight">
        ${queueing(ctx, queueOf(release), say)} <bs-keep .ctx=${ctx} .release=${release}></bs-keep>
      </div>
      ${priceOf(release)} ${heldOf(release)}
    </div>
  </header>`
}

/** Said before anything plays. A free release is silent about money. */
function priceOf({ price, durationMs }: ReleaseDetail) {
  if (price === null || price.stream === '0') return nothing
  const whole = (BigInt(price.stream) * BigInt(durationMs)) / 30_000n
  return html`<p class="small muted" data-testid="price">
    ${tx`${html`<b class="num">${formatMoney(price.stream, price.asset)}</b>`} for 30 seconds, about ${html`<span class="num">${formatMoney(whole, price.asset)}</span>`} for all of it.`}
    ${explain(t`You pay while you listen`, t`Before the first second you set a limit; at the limit it stops. Every half minute this page signs for what was played, no more. All of it goes to the people who made this, as they agreed.`)}
  </p>`
}

function heldOf(release: ReleaseDetail) {
  if (!release.available)
    return html`<p class="away" role="status" data-testid="no-holder">
      ${icon('cloud')} ${t`No holder is online right now; it resumes when one returns.`}
    </p>`
  if (release.own || release.heldBytes >= release.bytes) return nothing
  const share = Math.floor((100 * release.heldBytes) / Math.max(1, release.bytes))
  return html`<p class="small muted">
    ${explain(t`${share} % of it is on this machine`, t`The rest is fetched from other stages while you listen, checked block by block, and kept here for the next listener.`)}
  </p>`
}
