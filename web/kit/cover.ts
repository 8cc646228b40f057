import { css, html, LitElement } from 'lit'
import { hueOf } from './format.ts'

/** Artwork of a release; without a cover, a pattern that is the release's own for good. */
export class Cover extends LitElement {
  static override properties = { src: {}, seed: {}, label: {} }
  static override styles = css`
    :host {
      display: block;
      aspect-ratio: 1;
      border-radius: var(--radius);
      overflow: hidden;
      background: var(--raised);
    }
    img,
    div {
      display: block;
      width: 100%;
      height: 100%;
      object-fit: cover;
    }
    div {
      --h: 20;
      --x: 50%;
      --y: 80%;
      background:
        radial-gradient(60% 60% at var(--x) var(--y), oklch(0.83 0.15 calc(var(--h) + 40) / 0.95), transparent 70%),
        repeating-radial-gradient(
          circle at var(--x) var(--y),
          transparent 0 5.4%,
          oklch(0.98 0.02 var(--h) / 0.13) 5.4% 6%
        ),
        radial-gradient(90% 80% at 10% 0%, oklch(0.55 0.19 calc(var(--h) - 50)), transparent 75%),
        linear-gradient(160deg, oklch(0.46 0.14 var(--h)), oklch(0.27 0.09 calc(var(--h) - 80)));
    }
  `
  declare src: string | null
  declare seed: string
  declare label: string

  constructor() {
    super()
    this.src = null
    this.seed = ''
    this.label = ''
  }

  protected override render() {
    if (this.src !== null && this.src !== '')
      return html`<img
        src=${this.src}
        alt=${this.label}
        loading="lazy"
        decoding="async"
        @error=${() => {
          this.src = null
        }}
      />`
    const spread = (from: number) => Number.parseInt(this.seed.slice(from, from + 2) || '80', 16) / 255
    const look = `--h:${hueOf(this.seed)};--x:${15 + 70 * spread(6)}%;--y:${40 + 50 * spread(8)}%`
    // Set through the style object: the page's policy refuses style attributes.
    return this.label === ''
      ? html`<div aria-hidden="true" .style=${look}></div>`
      : html`<div role="img" aria-label=${this.label} .style=${look}></div>`
  }
}

if (customElements.get('bs-cover') === undefined) customElements.define('bs-cover', Cover)
