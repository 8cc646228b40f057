import { css } from 'lit'

export const trackRowStyles = css`
  .track {
    display: grid;
    grid-template-columns: 28px minmax(0, 1fr) 180px auto;
    gap: 6px 10px;
    align-items: center;
    padding: 12px 0;
    border-top: 1px solid var(--line);
  }
  .state {
    grid-column: 2 / -1;
    gap: 4px;
  }
  .acts {
    display: flex;
  }
  .up .icon {
    rotate: 90deg;
  }
  .down .icon {
    rotate: -90deg;
  }
  .meter {
    height: 5px;
  }
  .bad {
    color: var(--bad);
  }
  .good .icon {
    color: var(--good);
  }
  @media (max-width: 620px) {
    .track {
      grid-template-columns: 20px minmax(0, 1fr) auto;
    }
    .track > input:first-of-type {
      grid-column: 2 / -1;
    }
    .isrc,
    .acts {
      grid-row: 2;
    }
    .isrc {
      grid-column: 2;
    }
    .acts {
      grid-column: 3;
    }
  }
`
