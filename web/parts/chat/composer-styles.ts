import { css } from 'lit'

export const composerStyles = css`
    :host {
      display: grid;
      gap: 8px;
      position: relative;
    }
    .hint button {
      all: unset;
      cursor: pointer;
      color: var(--accent);
      text-decoration: underline;
      text-underline-offset: 3px;
    }
    .hint button:focus-visible {
      outline: 2px solid var(--accent);
      border-radius: 4px;
    }
    .composer {
      display: flex;
      gap: 8px;
    }
    .composer input {
      border-radius: 999px;
      padding-inline: 18px;
      background: var(--surface);
    }
    .composer input:disabled {
      opacity: 0.75;
      cursor: not-allowed;
    }
    .offers {
      position: absolute;
      inset-block-end: calc(100% + 4px);
      inset-inline-start: 12px;
      z-index: 2;
      min-width: 180px;
      max-width: min(320px, 90%);
      margin: 0;
      padding: 4px;
      border: 1px solid var(--line);
      border-radius: var(--radius-small);
      background: var(--surface);
      box-shadow: 0 6px 24px rgb(0 0 0 / 0.18);
    }
    .offers[hidden] {
      display: none;
    }
    .offers li {
      display: flex;
      gap: 8px;
      padding: 8px 10px;
      border-radius: 6px;
      cursor: pointer;
      overflow-wrap: anywhere;
    }
    .offers li[aria-selected='true'] {
      background: var(--accent-soft);
    }
  `
