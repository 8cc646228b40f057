import { css } from 'lit'

/** How entries of moderation look, wherever they are listed. */
export const entryStyles = css`
  li {
    display: grid;
    gap: 6px;
    padding: 12px 0;
    border-top: 1px solid var(--line);
  }
  blockquote {
    margin: 0;
    padding-inline-start: 12px;
    border-inline-start: 3px solid var(--line);
    overflow-wrap: anywhere;
    max-block-size: 12lh;
    overflow-y: auto;
  }
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  form input,
  form select {
    flex: 1 1 160px;
  }
`
