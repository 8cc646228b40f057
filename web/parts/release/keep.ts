import { html, nothing } from 'lit'
import type { ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import { bytesToKeep, canKeep, dropKept, isKept, keepRelease } from '#web/kept/kept.ts'
import { define, formatBytes, icon, Part, t } from '#web/kit/mod.ts'

/** Keeps a release on the listener's device, to hear it without a connection. */
class Keep extends Part {
  static override properties = { ...Part.properties, release: { attribute: false }, share: { state: true } }
  declare release: ReleaseDetail
  /** How much is here, 0 to 1, while it comes; null otherwise. */
  declare share: number | null

  constructor() {
    super()
    this.share = null
  }

  async #keep(): Promise<void> {
    this.share = 0
    try {
      await keepRelease(this.release, share => {
        this.share = share
      })
      this.toast(t`Kept on this device. It plays without a connection, too.`, 'good')
    } catch {
      this.toast(t`It could not be kept whole. Check the connection and the room on this device, and try again.`, 'bad')
    }
    this.share = null
  }

  async #drop(): Promise<void> {
    await this.attempt(() => dropKept(this.release))
    this.requestUpdate()
  }

  protected override render() {
    if (!canKeep()) return nothing
    if (this.share !== null)
      return html`<span class="small muted num" role="status">${icon('spinner')} ${t`${Math.floor(this.share * 100)} % here`}</span>`
    if (isKept(this.release.id))
      return html`<button class="quiet tiny" data-testid="kept" @click=${() => void this.#drop()}>
        ${icon('check')} ${t`On this device · remove`}
      </button>`
    return html`<button class="quiet tiny" data-testid="keep" @click=${() => void this.#keep()}>
      ${icon('cloud')} ${t`Keep offline · ${formatBytes(bytesToKeep(this.release))}`}
    </button>`
  }
}

define('bs-keep', Keep)
