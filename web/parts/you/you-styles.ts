import { css } from 'lit'

/** What the sections about a person share. */
export const youStyles = css`
  :host {
    max-width: 720px;
  }
  .skeleton {
    height: 220px;
  }
  .id {
    font-weight: 400;
    display: flex;
    gap: 8px;
    align-items: center;
    background: var(--bg);
    border-radius: var(--radius-small);
    padding: 8px;
    padding-inline-start: 12px;
  }
  summary {
    cursor: pointer;
    font-weight: 600;
    border-radius: 4px;
    width: fit-content;
  }
  .inside {
    padding-top: 12px;
  }
  .bad {
    color: var(--bad);
  }
`
