import { css } from 'lit'

/** Basics: type, layout helpers, focus. */
// Addresses and keys (.mono) read from left to right in every language.
export const base = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1 {
    font-size: clamp(1.75rem, 1.3rem + 2vw, 2.5rem);
    line-height: var(--title-line, 1.1);
    letter-spacing: var(--title-space, -0.028em);
    font-weight: 760;
    text-wrap: balance;
  }
  h2 {
    font-size: 1.15rem;
    line-height: var(--title-line, 1.25);
    letter-spacing: var(--title-space, -0.014em);
    font-weight: 700;
  }
  h3 {
    font-size: 1rem;
    font-weight: 650;
  }
  a {
    color: inherit;
    text-decoration: none;
  }
  a.text,
  .text a {
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .muted {
    color: var(--muted);
  }
  .small {
    font-size: 0.875rem;
  }
  .mono {
    font-family: var(--mono);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
  }
  .num {
    font-variant-numeric: tabular-nums;
  }
  .lede {
    color: var(--muted);
    max-width: 58ch;
    text-wrap: pretty;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap);
    align-content: start;
  }
  .tight {
    gap: 8px;
  }
  .loose {
    gap: 32px;
  }
  .row {
    display: flex;
    gap: 12px;
    align-items: center;
    flex-wrap: wrap;
  }
  .between {
    justify-content: space-between;
  }
  .grow {
    flex: 1 1 0;
    min-width: 0;
  }
  .clip {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: 20px;
  }
  .icon {
    width: 1.25em;
    height: 1.25em;
    flex: none;
    vertical-align: -0.25em;
  }
  .hidden-visually {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 2.5px solid var(--accent);
    outline-offset: 2px;
  }
  ::selection {
    background: var(--accent);
    color: var(--accent-ink);
  }
`
