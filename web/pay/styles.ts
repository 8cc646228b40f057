import { css } from 'lit'

/** Steps of a payment, in a row. */
export const stepsStyle = css`
  ol {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  li {
    display: flex;
    gap: 6px;
    align-items: center;
    border-radius: 999px;
    padding: 4px 12px;
    background: var(--raised);
    color: var(--muted);
  }
  li.done {
    color: var(--good);
  }
`

/** Amounts to choose from, with room to type another. */
export const amountsStyle = css`
  .amounts {
    display: grid;
    grid-template-columns: repeat(3, 1fr) minmax(96px, 1.3fr);
    gap: 8px;
  }
  .amounts button {
    padding: 0;
  }
  .amounts button[aria-pressed='true'] {
    background: var(--ink);
    color: var(--bg);
  }
`

/** A sentence that is set apart. */
export const noteStyle = css`
  .note {
    background: var(--raised);
    border-radius: var(--radius-small);
    padding: 10px 14px;
  }
`

/** Whole units that are offered before anybody types. */
export const OFFERED_WHOLE: readonly bigint[] = [1n, 5n, 10n]
