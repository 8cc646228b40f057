import { css } from 'lit'

/** Buttons and fields. */
export const controls = css`
  button,
  .button {
    font: inherit;
    font-weight: 620;
    color: var(--ink);
    background: var(--raised);
    border: 1px solid transparent;
    border-radius: 999px;
    padding: 9px 18px;
    min-height: 42px;
    cursor: pointer;
    display: inline-flex;
    gap: 8px;
    align-items: center;
    justify-content: center;
    transition:
      background 0.15s,
      transform 0.15s var(--ease),
      opacity 0.15s;
  }
  button:hover,
  .button:hover {
    background: color-mix(in oklab, var(--raised), var(--ink) 9%);
  }
  button:active {
    transform: scale(0.97);
  }
  button.primary,
  .button.primary {
    background: var(--accent);
    color: var(--accent-ink);
  }
  button.primary:hover,
  .button.primary:hover {
    background: color-mix(in oklab, var(--accent), var(--ink) 14%);
  }
  button.quiet {
    background: none;
    color: var(--muted);
  }
  button.quiet:hover {
    background: var(--raised);
    color: var(--ink);
  }
  button.danger {
    color: var(--bad);
  }
  button.round {
    padding: 0;
    width: 44px;
    min-height: 44px;
    flex: none;
  }
  button.tiny {
    min-height: 32px;
    padding: 3px 12px;
    font-size: 0.875rem;
  }
  button:disabled {
    opacity: 0.45;
    cursor: not-allowed;
    transform: none;
  }

  label,
  .label {
    display: grid;
    gap: 6px;
    font-size: 0.875rem;
    font-weight: 600;
  }
  .hint {
    font-weight: 400;
    color: var(--muted);
    font-size: 0.8125rem;
  }
  input,
  textarea,
  select {
    font: inherit;
    font-weight: 400;
    font-size: 1rem;
    color: var(--ink);
    background: var(--bg);
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    padding: 10px 13px;
    min-height: 44px;
    width: 100%;
    min-width: 0;
    transition: border-color 0.15s;
  }
  .card input,
  .card textarea,
  .card select {
    background: color-mix(in oklab, var(--bg), var(--surface) 35%);
  }
  input::placeholder,
  textarea::placeholder {
    color: color-mix(in oklab, var(--muted), transparent 15%);
  }
  input:focus-visible,
  textarea:focus-visible,
  select:focus-visible {
    outline-offset: -1px;
    border-color: transparent;
  }
  input::file-selector-button {
    font: inherit;
    font-weight: 620;
    color: inherit;
    background: var(--raised);
    border: 0;
    border-radius: 999px;
    padding: 6px 14px;
    margin-inline-end: 12px;
    cursor: pointer;
  }
  input[type='checkbox'],
  input[type='radio'] {
    width: 20px;
    height: 20px;
    min-height: 0;
    accent-color: var(--accent);
    flex: none;
  }
  input[type='range'] {
    padding: 0;
    border: 0;
    background: none;
    accent-color: var(--accent);
  }
  textarea {
    resize: vertical;
    min-height: 88px;
  }
`
