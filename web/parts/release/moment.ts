import { css, html, LitElement, nothing } from 'lit'
import type { CommentInfo } from '#protocols/api/v1/schemas.ts'
import { define, shared, t } from '#web/kit/mod.ts'
import { commentAt } from './comment-at.ts'

/** One line under the waveform, in step with what plays. Keeps its place while nobody said anything, so that nothing jumps. */
class Moment extends LitElement {
  static override properties = {
    comments: { attribute: false },
    track: { attribute: false },
    positionMs: { attribute: false },
  }
  static override styles = [
    shared,
    css`
      p {
        min-height: 1lh;
        overflow: hidden;
        white-space: nowrap;
        text-overflow: ellipsis;
      }
    `,
  ]
  declare comments: readonly CommentInfo[]
  declare track: number
  /** Null while something else plays. */
  declare positionMs: number | null

  constructor() {
    super()
    this.comments = []
    this.track = 0
    this.positionMs = null
  }

  protected override render() {
    if (!this.comments.some(one => one.track === this.track && one.atMs !== null)) return nothing
    const one = this.positionMs === null ? null : commentAt(this.comments, this.track, this.positionMs)
    // Said once in the list already: a reader by ear is not interrupted by it.
    return html`<p class="small" data-testid="moment" aria-hidden="true">
      ${one === null ? nothing : html`<b>${one.name || t`Guest`}</b> ${one.text}`}
    </p>`
  }
}

define('bs-moment', Moment)
