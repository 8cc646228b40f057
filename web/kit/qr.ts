import { css, html, LitElement, nothing, type PropertyValues, svg } from 'lit'

/** Light border around the code, in modules (ISO/IEC 18004: at least 4). */
const QUIET = 4

/** A text as a QR code. Not among what `mod.ts` gives: whoever shows one imports this file, which loads the encoder when one is shown. */
class QrCode extends LitElement {
  static override properties = { text: {}, label: {}, path: { state: true }, size: { state: true } }
  static override styles = css`
    :host {
      display: block;
      width: 200px;
      max-width: 100%;
      aspect-ratio: 1;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
      /* Cameras want dark on light, in both themes. */
      background: #fff;
      border-radius: 12px;
    }
  `
  declare text: string
  /** What it leads to, for who cannot see it. */
  declare label: string
  declare path: string
  declare size: number

  constructor() {
    super()
    this.text = ''
    this.label = ''
    this.path = ''
    this.size = 0
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('text')) void this.#draw(this.text)
  }

  async #draw(text: string): Promise<void> {
    this.path = ''
    if (text === '') return
    const { default: encodeQR } = await import('qr')
    const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET })
    if (text !== this.text) return
    this.size = rows.length
    this.path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  }

  protected override render() {
    if (this.path === '') return nothing
    return html`<svg viewBox=${`0 0 ${this.size} ${this.size}`} role="img" aria-label=${this.label} shape-rendering="crispEdges">
      ${svg`<path d=${this.path} fill="#000"/>`}
    </svg>`
  }
}

if (customElements.get('bs-qr') === undefined) customElements.define('bs-qr', QrCode)
