import { css } from 'lit'

export const receiptStyles = css`
  .page {
    max-width: 760px;
  }
  .block {
    height: 180px;
  }
  .top {
    align-items: start;
  }
  .named {
    border-color: var(--accent);
  }
  .lines {
    display: grid;
    gap: 10px;
  }
  .lines li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 3px 12px;
  }
  .lines .meter {
    grid-column: 1 / -1;
    height: 4px;
  }
  .proof {
    border-radius: var(--radius-small);
    background: var(--raised);
    padding: 14px 16px;
    display: grid;
    gap: 10px;
  }
  .proof.good b,
  .proof.good .icon {
    color: var(--good);
  }
  .proof.bad b,
  .proof.bad .icon {
    color: var(--bad);
  }
  .proof ol {
    display: grid;
    gap: 8px;
  }
  .proof ol li {
    display: flex;
    gap: 10px;
    font-size: 0.9rem;
  }
  .proof ol div {
    display: grid;
  }
  .proof .icon {
    margin-top: 2px;
  }
`
