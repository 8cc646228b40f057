import { css, html } from 'lit'
import type { NoticeKind } from '#src/engagement/notice-kinds.ts'
import { NOTICES_CHANGED, unwantedKinds, wantKind } from '#web/fan/notice-memory.ts'
import { define, m, Part, t, translated } from '#web/kit/mod.ts'
import { youStyles } from './you-styles.ts'
import './push.ts'

const KINDS: readonly (readonly [NoticeKind, string])[] = [
  ['mention', m('Somebody calls me by @ and my name')],
  ['release', m('New music of communities I follow')],
  ['event', m('An event begins')],
  ['money', m('I received money')],
  ['appeal', m('My appeal was answered')],
  ['report', m('What I reported was hidden')],
]

/** What the person at this page wants to be told of. */
export class YourNotices extends Part {
  static override styles = [
    ...Part.styles,
    youStyles,
    css`
      .kind {
        flex-wrap: nowrap;
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    const render = (): void => this.requestUpdate()
    addEventListener(NOTICES_CHANGED, render)
    this.cleanup(() => removeEventListener(NOTICES_CHANGED, render))
  }

  protected override render() {
    const off = unwantedKinds()
    return html`<section class="card stack" aria-labelledby="notices-title">
      <h2 id="notices-title">${t`What to tell me`}</h2>
      <p class="muted small">${t`These show up behind the bell. The choice stays on this device.`}</p>
      <div class="stack tight">
        ${KINDS.map(
          ([kind, words]) =>
            html`<label class="row tight kind"
              ><input
                type="checkbox"
                data-testid=${`notice-${kind}`}
                .checked=${!off.has(kind)}
                @change=${(event: Event) => wantKind(kind, (event.target as HTMLInputElement).checked)}
              /><span>${translated(words)}</span></label
            >`,
        )}
      </div>
      <bs-your-push .ctx=${this.ctx}></bs-your-push>
    </section>`
  }
}

define('bs-your-notices', YourNotices)
