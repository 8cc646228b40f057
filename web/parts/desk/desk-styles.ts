import { css } from 'lit'

export const deskStyles = css`
  .login {
    max-width: 440px;
  }
  .health {
    display: grid;
    gap: 12px;
    border-inline-start: 4px solid var(--good);
  }
  .health[data-urgency='soon'] {
    border-inline-start-color: var(--accent);
  }
  .health[data-urgency='now'] {
    border-inline-start-color: var(--bad);
  }
  .health li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 12px;
    align-items: baseline;
  }
  .health .dot {
    background: var(--accent);
    translate: 0 -1px;
  }
  .health .now .dot {
    background: var(--bad);
  }
  .health button.go {
    display: inline;
    background: none;
    padding: 0;
    min-height: 0;
    border-radius: 4px;
    font-weight: inherit;
    text-align: start;
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  details.section > summary {
    display: grid;
    grid-template-columns: 18px minmax(0, 1fr) auto;
    gap: 12px;
    align-items: center;
    cursor: pointer;
    list-style: none;
    padding-block: 14px;
    border-block-start: 1px solid var(--line);
    border-radius: 4px;
  }
  details.section > summary::-webkit-details-marker {
    display: none;
  }
  details.section > summary .icon {
    rotate: 180deg;
    transition: rotate 0.15s;
    color: var(--muted);
  }
  details.section > summary .icon:dir(rtl) {
    rotate: 0deg;
  }
  details.section[open] > summary .icon {
    rotate: -90deg;
  }
  details.section summary .stack {
    gap: 2px;
  }
  details.section h2 {
    font-size: 1.3rem;
  }
  details.section .waits {
    color: var(--ink);
    background: var(--accent-soft);
  }
  .section-body {
    padding-block: 6px 26px;
    display: grid;
    gap: 20px;
  }
  details.section[open] > summary .figure {
    display: none;
  }
  .grid > :only-child {
    grid-column: 1 / -1;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 20px;
    align-items: start;
  }
  .grid > *,
  .grid > * > * {
    min-width: 0;
  }
  @media (max-width: 1000px) {
    .grid {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`
