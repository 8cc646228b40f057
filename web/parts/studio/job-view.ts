import { css, html, LitElement, nothing } from 'lit'
import type { JobInfo } from '#protocols/api/v1/schemas.ts'
import { define, formatBytes, heard, icon, shared, t, tx } from '#web/kit/mod.ts'

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** What the stage is doing with what was handed to it. */
class JobView extends LitElement {
  static override properties = { job: { attribute: false } }
  static override styles = [
    shared,
    css`
      .meter i {
        min-width: 4%;
      }
      .meter.unknown i {
        width: 30% !important;
        animation: sweep 1.4s infinite alternate var(--ease);
      }
      @keyframes sweep {
        from {
          margin-inline-start: 0;
        }
        to {
          margin-inline-start: 70%;
        }
      }
    `,
  ]
  declare job: JobInfo

  protected override render() {
    const { state, step, doneBytes, totalBytes, notes, problem, release } = this.job
    const unknown = totalBytes === 0
    return html`<div class="card stack tight" data-testid="job" data-state=${state} role="status">
      ${
        state === 'running'
          ? html`<div class="row between">
                <b>${icon('spinner')} ${capital(heard(step))}</b
                >${unknown ? nothing : html`<span class="muted small num">${tx`${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`}</span>`}
              </div>
              <div class=${`meter${unknown ? ' unknown' : ''}`}>
                <i .style=${`width:${unknown ? 30 : (100 * doneBytes) / totalBytes}%`}></i>
              </div>`
          : state === 'failed'
            ? html`<b>${t`It was not published.`}</b>
                <p class="muted">${problem === null ? heard(step) : heard(problem.message, problem.code)}</p>`
            : html`<div class="row between">
                <b>${icon('check')} ${t`Published`}</b
                >${release === null ? nothing : html`<a class="button primary" data-testid="job-release" href="/release/${release}">${t`Open it`}</a>`}
              </div>`
      }
      ${notes.map(note => html`<p class="small muted">${heard(note)}</p>`)}
    </div>`
  }
}

define('bs-job', JobView)
