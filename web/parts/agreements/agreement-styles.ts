import { css } from 'lit'

export const agreementStyles = css`
    .page {
      max-width: 760px;
    }
    .block {
      height: 180px;
    }
    .note {
      padding: 14px 16px;
      background: var(--accent-soft);
      border-radius: var(--radius-small);
    }
    .top {
      align-items: start;
    }
    .parties {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 14px;
    }
    .parties li {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 2px;
      overflow-wrap: anywhere;
    }
  `
