import { css, html, type TemplateResult } from 'lit'

/** The look that shell and parts share. Colours and sizes are custom properties set once in `shell/base.css`. */
export const shared = css`
  :host { display: block; }
  :host([hidden]), [hidden] { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  h1, h2, h3, p, ul, ol, dl, dd, figure, fieldset { margin: 0; padding: 0; border: 0; }
  ul, ol { list-style: none; }
  h1 { font-size: clamp(1.75rem, 1.3rem + 2vw, 2.5rem); line-height: 1.1; letter-spacing: -0.028em; font-weight: 760; text-wrap: balance; }
  h2 { font-size: 1.15rem; line-height: 1.25; letter-spacing: -0.014em; font-weight: 700; }
  h3 { font-size: 1rem; font-weight: 650; }
  a { color: inherit; text-decoration: none; }
  a.text, .text a { color: var(--accent); text-decoration: underline; text-underline-offset: 3px; }
  .muted { color: var(--muted); }
  .small { font-size: 0.875rem; }
  .mono { font-family: var(--mono); font-size: 0.8125rem; overflow-wrap: anywhere; }
  .num { font-variant-numeric: tabular-nums; }
  .lede { color: var(--muted); max-width: 58ch; text-wrap: pretty; }
  .stack { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--gap); align-content: start; }
  .tight { gap: 8px; }
  .loose { gap: 32px; }
  .row { display: flex; gap: 12px; align-items: center; flex-wrap: wrap; }
  .between { justify-content: space-between; }
  .grow { flex: 1 1 0; min-width: 0; }
  .clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: 20px; }
  .icon { width: 1.25em; height: 1.25em; flex: none; vertical-align: -0.25em; }
  .hidden-visually { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  :focus-visible { outline: 2.5px solid var(--accent); outline-offset: 2px; }
  ::selection { background: var(--accent); color: var(--accent-ink); }

  button, .button {
    font: inherit; font-weight: 620; color: var(--ink); background: var(--raised); border: 1px solid transparent;
    border-radius: 999px; padding: 9px 18px; min-height: 42px; cursor: pointer; display: inline-flex; gap: 8px;
    align-items: center; justify-content: center; transition: background 0.15s, transform 0.15s var(--ease), opacity 0.15s;
  }
  button:hover, .button:hover { background: color-mix(in oklab, var(--raised), var(--ink) 9%); }
  button:active { transform: scale(0.97); }
  button.primary, .button.primary { background: var(--accent); color: var(--accent-ink); }
  button.primary:hover, .button.primary:hover { background: color-mix(in oklab, var(--accent), var(--ink) 14%); }
  button.quiet { background: none; color: var(--muted); }
  button.quiet:hover { background: var(--raised); color: var(--ink); }
  button.danger { color: var(--bad); }
  button.round { padding: 0; width: 44px; min-height: 44px; flex: none; }
  button.tiny { min-height: 32px; padding: 3px 12px; font-size: 0.875rem; }
  button:disabled { opacity: 0.45; cursor: not-allowed; transform: none; }

  label, .label { display: grid; gap: 6px; font-size: 0.875rem; font-weight: 600; }
  .hint { font-weight: 400; color: var(--muted); font-size: 0.8125rem; }
  input, textarea, select {
    font: inherit; font-weight: 400; font-size: 1rem; color: var(--ink); background: var(--bg); border: 1px solid var(--line);
    border-radius: var(--radius-small); padding: 10px 13px; min-height: 44px; width: 100%; min-width: 0; transition: border-color 0.15s;
  }
  .card input, .card textarea, .card select { background: color-mix(in oklab, var(--bg), var(--surface) 35%); }
  input::placeholder, textarea::placeholder { color: color-mix(in oklab, var(--muted), transparent 15%); }
  input:focus-visible, textarea:focus-visible, select:focus-visible { outline-offset: -1px; border-color: transparent; }
  input[type='checkbox'], input[type='radio'] { width: 20px; height: 20px; min-height: 0; accent-color: var(--accent); flex: none; }
  input[type='range'] { padding: 0; border: 0; background: none; accent-color: var(--accent); }
  textarea { resize: vertical; min-height: 88px; }

  .chip { display: inline-flex; align-items: center; gap: 6px; border-radius: 999px; background: var(--raised); padding: 2px 10px; font-size: 0.8125rem; color: var(--muted); white-space: nowrap; }
  .chip.good { color: var(--good); }
  .chip.bad { color: var(--bad); background: var(--bad-soft); }
  .dot { width: 8px; height: 8px; border-radius: 50%; background: var(--muted); flex: none; }
  .dot.on { background: var(--good); }
  .meter { height: 8px; border-radius: 8px; background: var(--raised); overflow: hidden; display: flex; }
  .meter > * { background: var(--accent); min-width: 0; transition: width 0.3s var(--ease); }

  .empty { display: grid; gap: 14px; justify-items: start; padding: 40px 0; max-width: 52ch; }
  .skeleton { background: linear-gradient(100deg, var(--raised) 30%, color-mix(in oklab, var(--raised), var(--ink) 6%) 50%, var(--raised) 70%) 0 / 300% 100%; border-radius: var(--radius); animation: shimmer 1.6s infinite linear; }
  @keyframes shimmer { from { background-position: 100% 0; } to { background-position: -50% 0; } }
  @keyframes turn { to { rotate: 1turn; } }
  .spin { transform-origin: 12px 12px; animation: turn 0.9s infinite linear; }

  details.explain { display: inline; position: relative; font-weight: inherit; }
  details.explain > summary { display: inline; cursor: help; list-style: none; text-decoration: underline dotted 1.5px; text-underline-offset: 4px; text-decoration-color: var(--muted); border-radius: 4px; }
  details.explain > summary::-webkit-details-marker { display: none; }
  /* Browsers wrap the content in a block of its own, which would break the sentence around the term. */
  details.explain::details-content { display: none; }
  details.explain[open]::details-content { display: contents; }
  details.explain > p { position: absolute; z-index: 20; left: 0; top: calc(100% + 8px); width: min(300px, 72vw); padding: 12px 14px; background: var(--raised); color: var(--ink); border: 1px solid var(--line); border-radius: var(--radius-small); box-shadow: var(--shadow); font: 400 0.875rem / 1.45 var(--font); letter-spacing: 0; text-transform: none; white-space: normal; text-align: left; }

  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { animation-duration: 0.01ms !important; animation-iteration-count: 1 !important; transition-duration: 0.01ms !important; }
  }
`

/** A term with its meaning on tap. */
export const explain = (term: string, meaning: string): TemplateResult =>
  html`<details class="explain" @focusout=${closeWhenLeft} @keydown=${closeOnEscape}><summary>${term}</summary><p>${meaning}</p></details>`

function closeWhenLeft(event: FocusEvent): void {
  const details = event.currentTarget as HTMLDetailsElement
  if (!details.contains(event.relatedTarget as Node | null)) details.open = false
}

function closeOnEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape') (event.currentTarget as HTMLDetailsElement).open = false
}
