import { css } from 'lit'

/** How questions look, in the first run and on the desk. */
export const questionStyles = css`
  .pair {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 1fr);
    gap: 12px;
  }
  .choices {
    display: grid;
    gap: 10px;
  }
  .choice {
    grid-template-columns: auto 1fr;
    gap: 14px;
    align-items: start;
    padding: 14px 16px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    cursor: pointer;
    font-size: 1rem;
  }
  .choice .stack {
    gap: 2px;
  }
  .choice:has(input:checked) {
    border-color: var(--accent);
    background: color-mix(in oklab, var(--accent), transparent 92%);
  }
`
