import { css } from 'lit'

export const splitStyles = css`
  li {
    display: grid;
    grid-template-columns: 12px minmax(0, 1fr) 44px 44px;
    gap: 2px 8px;
    align-items: center;
  }
  .dot {
    width: 12px;
    height: 12px;
    border-radius: 4px;
    background: oklch(0.65 0.16 var(--h));
  }
  .percent {
    position: relative;
    grid-column: 3 / 5;
  }
  .percent input {
    padding-inline-end: 32px;
    text-align: end;
  }
  .percent span {
    position: absolute;
    inset-inline-end: 13px;
    top: 10px;
    color: var(--muted);
    pointer-events: none;
  }
  input.slide {
    grid-column: 2;
    height: 44px;
    accent-color: oklch(0.55 0.16 var(--h));
    cursor: grab;
    touch-action: pan-y;
  }
  input.slide:active {
    cursor: grabbing;
  }
  .hold[aria-pressed='true'] {
    color: var(--accent);
    background: var(--accent-soft);
  }
  .account {
    grid-column: 2 / -1;
  }
  .account summary {
    cursor: pointer;
  }
  .meter {
    height: 14px;
  }
  .meter i {
    background: oklch(0.65 0.16 var(--h));
    border-inline-end: 2px solid var(--surface);
  }
  .left {
    color: var(--bad);
    font-weight: 600;
  }
  .right {
    color: var(--good);
    font-weight: 600;
  }
`
