import { css } from 'lit'

export const eventStyles = css`
  .block {
    height: 260px;
  }
  .count {
    font-size: 2rem;
    font-weight: 650;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 380px);
    gap: 32px;
    align-items: start;
  }
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    display: flex;
    gap: 16px;
    align-items: center;
    padding-block: 10px;
    border-block-start: 1px solid var(--line);
  }
  time {
    flex: none;
    white-space: nowrap;
  }
  li.now {
    font-weight: 650;
  }
  @media (max-width: 900px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`
