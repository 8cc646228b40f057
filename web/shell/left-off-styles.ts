import { css } from 'lit'

export const leftOffStyles = css`
  :host {
    display: block;
    pointer-events: none;
  }
  section {
    pointer-events: auto;
    display: flex;
    gap: 12px;
    align-items: center;
    width: min(440px, calc(100vw - 24px));
    margin: 0 auto 12px;
    padding: 8px 10px;
    box-sizing: border-box;
    border: 1px solid var(--line);
    border-radius: 999px;
    background: color-mix(in oklab, var(--surface), transparent 6%);
    backdrop-filter: blur(18px);
    box-shadow: var(--shadow);
  }
  .main {
    background: var(--ink);
    color: var(--bg);
  }
  p {
    margin: 0;
  }
`
