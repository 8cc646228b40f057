import { css, html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { define, explain, isSounding, playRelease, ReleaseList, shortKey, t } from '#web/kit/mod.ts'
import './follow.ts'
import './membership.ts'

/** One community: who they are, what they released, and their room. */
export default class Community extends ReleaseList {
  static override styles = [
    ...ReleaseList.styles,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(200px, 1fr));
        gap: 34px 24px;
      }
      @media (max-width: 520px) {
        .grid {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          gap: 24px 14px;
        }
      }
    `,
  ]
  protected override community(): string | undefined {
    return this.params.key
  }

  protected override render() {
    const key = this.params.key ?? ''
    const one = this.ctx.communities.get().find(known => known.community === key)
    return html`<div
      class="stack loose"
      @bs-play=${(event: CustomEvent<string>) => void this.attempt(() => playRelease(this.ctx, event.detail))}
    >
      <header class="stack tight">
        <h1>${one?.name ?? t`A community`}</h1>
        ${one?.about ? html`<p class="lede">${one.about}</p>` : nothing}
        <div class="row">
          <span class="chip"
            ><span class=${`dot${one !== undefined && (one.own || one.online) ? ' on' : ''}`}></span
            >${one === undefined ? t`not followed here` : one.own ? t`this stage` : one.online ? t`connected` : t`not connected`}</span
          >
          <span class="small muted"
            >${explain(shortKey(key), t`The full key of this community: ${key}. Names can be alike; the key is certain.`)}</span
          >
          <bs-follow .ctx=${this.ctx} .community=${key}></bs-follow>
          <a class="button tiny" href="/chat/${key}">${t`Open its chat`}</a>
        </div>
      </header>
      ${one?.membership == null ? nothing : html`<bs-membership .ctx=${this.ctx} .community=${one} .releases=${this.releases ?? []}></bs-membership>`}
      ${
        this.releases === null
          ? html`<div class="skeleton"></div>`
          : this.releases.length === 0
            ? html`<p class="muted">${t`No releases here yet.`}</p>`
            : html`<div class="grid">
                ${repeat(
                  this.releases,
                  release => release.id,
                  release =>
                    html`<bs-release-card
                      .release=${release}
                      .sounding=${isSounding(this.ctx, release.id)}
                    ></bs-release-card>`,
                )}
              </div>`
      }
    </div>`
  }
}

define('bs-community', Community)
