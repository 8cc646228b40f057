import { css } from 'lit'

export const ownReleasesStyles = css`
  li {
    padding: 12px 0;
    border-top: 1px solid var(--line);
  }
  .head {
    display: flex;
    gap: 14px;
    align-items: center;
    flex-wrap: wrap;
  }
  bs-cover {
    width: 48px;
    flex: none;
    --radius: 8px;
  }
  b {
    display: block;
  }
  .grow {
    flex: 1 1 220px;
    overflow-wrap: anywhere;
  }
  details {
    margin-inline-start: 62px;
  }
  summary {
    cursor: pointer;
    color: var(--muted);
    padding-block: 6px;
  }
  bs-take-down {
    margin-block: 8px;
  }
  @media (max-width: 620px) {
    details {
      margin-inline-start: 0;
    }
  }
`
