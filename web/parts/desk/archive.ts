import { css, html, nothing } from 'lit'
import type { ImportResult } from '#protocols/api/v1/schemas.ts'
import { define, explain, formatBytes, icon, Part, plural, t, tx } from '#web/kit/mod.ts'

/** Everything out in one file, and back in. */
class Archive extends Part {
  static override properties = { ...Part.properties, busy: { state: true } }
  static override styles = [
    ...Part.styles,
    css`
      .file {
        cursor: pointer;
      }
      .file:focus-within {
        outline: 2.5px solid var(--accent);
        outline-offset: 2px;
      }
    `,
  ]
  declare busy: boolean

  constructor() {
    super()
    this.busy = false
  }

  async #import(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement
    const [file] = input.files ?? []
    if (file === undefined) return
    this.busy = true
    await this.attempt(async () => {
      const result = await this.ctx.api.upload<ImportResult>('/import', file)
      this.toast(t`${plural(result.releases.length, 'release')} brought in, ${formatBytes(result.bytes)}.`, 'good')
    })
    input.value = ''
    this.busy = false
  }

  protected override render() {
    return html`<section class="card stack" aria-labelledby="archive-title">
      <div class="stack tight">
        <h2 id="archive-title">${t`Take it with you`}</h2>
        <p class="small muted">
          ${tx`One ${explain(t`CAR file`, t`Content Addressable aRchive: the music and the signed release papers in one file that any IPFS software can read. Each block in it proves its own content.`)} holds all your releases. Another stage can bring it in and has exactly the same.`}
        </p>
      </div>
      <div class="row">
        <a class="button" href="/api/v1/export" download="bandstand.car" data-testid="export">${t`Export everything`}</a>
        <label class="button file"
          >${this.busy ? icon('spinner') : nothing} ${t`Import a file`}<input
            class="hidden-visually"
            type="file"
            accept=".car,application/vnd.ipld.car"
            data-testid="import-input"
            ?disabled=${this.busy}
            @change=${(event: Event) => void this.#import(event)}
        /></label>
      </div>
    </section>`
  }
}

define('bs-desk-archive', Archive)
