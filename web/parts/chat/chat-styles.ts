import { css } from 'lit'

export const chatStyles = css`
    section {
      display: grid;
      gap: 14px;
      min-height: 0;
    }
    .page {
      grid-template-rows: auto auto minmax(0, 1fr) auto auto;
      height: calc(100dvh - var(--above) - var(--below) - var(--banners, 0px));
      min-height: 320px;
      max-width: 760px;
    }
    .above:empty,
    .above:not(:has(*)) {
      display: none;
    }
    .above {
      display: grid;
      gap: 10px;
    }
    /* Its strokes rise above the line. */
    .page h1:lang(ur) {
      padding-block-start: 14px;
    }
    .page > bs-chat-composer {
      position: sticky;
      inset-block-end: calc(var(--below) - 12px);
      background: var(--bg);
    }
    .page > bs-chat-log {
      grid-row: 3;
    }
    .side bs-chat-log {
      --log-min: 120px;
      --log-max: clamp(200px, calc(100dvh - 330px), 460px);
    }
    .rooms button[aria-selected='true'] {
      background: var(--ink);
      color: var(--bg);
    }
    @media (max-width: 860px) {
      .page {
        height: calc(100dvh - 56px - var(--above) - var(--below) - var(--banners, 0px));
      }
      .page h1 {
        font-size: 1.4rem;
      }
    }
`

export const logStyles = css`
    :host {
      position: relative;
      display: grid;
      min-height: 0;
    }
  .own {
    display: flex;
    gap: 12px;
    opacity: 0;
    transition: opacity 0.15s;
  }
  /* Over the end of the line, so that no message is taller for what may be done about it. */
  span.own {
    position: absolute;
    inset-inline-end: 0;
    inset-block-end: 0;
    padding-inline-start: 8px;
    background: var(--bg);
  }
  article:hover .own,
  .own:focus-within,
  .own[open] {
    opacity: 1;
  }
  .more {
    display: none;
  }
  .own button {
    all: unset;
    cursor: pointer;
    color: var(--muted);
    font-size: 0.875rem;
    min-height: 24px;
  }
  .own button:focus-visible {
    outline: 2px solid var(--accent);
    border-radius: 4px;
  }
  /* Out of the way of the words: beside them while they are pointed at, below them once one was chosen. */
  bs-chat-acts:not([open]) {
    position: absolute;
    inset-inline-end: 0;
    top: 0;
    background: var(--bg);
    padding-inline-start: 8px;
  }
  @media (hover: none) {
    article p {
      padding-inline-end: 40px;
    }
    .more {
      all: unset;
      position: absolute;
      inset-inline-end: 0;
      top: 0;
      min-width: 36px;
      min-height: 28px;
      text-align: center;
      color: var(--muted);
      cursor: pointer;
    }
    .more:focus-visible {
      outline: 2px solid var(--accent);
      border-radius: 4px;
    }
    .own,
    article:not(.open) .own:not([open]) {
      display: none;
    }
    article.open .own,
    .own[open] {
      display: flex;
      opacity: 1;
    }
    span.own {
      position: static;
      padding: 0;
    }
    bs-chat-acts:not([open]) {
      position: static;
      padding: 4px 0 0;
    }
  }
  mark {
    background: var(--accent-soft);
    color: var(--ink);
    border-radius: 4px;
    padding: 0 3px;
  }

    .jump {
      position: absolute;
      inset-block-end: 8px;
      inset-inline: 0;
      margin-inline: auto;
      width: max-content;
      box-shadow: 0 2px 10px rgb(0 0 0 / 0.18);
    }
    .line {
      display: flex;
      align-items: center;
      gap: 10px;
      margin-block: 14px 0;
      color: var(--accent);
    }
    .line::before,
    .line::after {
      content: '';
      flex: 1;
      border-block-start: 1px solid currentColor;
      opacity: 0.4;
    }
    .handle {
      font-size: 0.8125rem;
    }
    .log {
      overflow-y: auto;
      overscroll-behavior: contain;
      display: flex;
      flex-direction: column;
      gap: 3px;
      padding: 2px 4px 8px 0;
      scrollbar-width: thin;
      min-height: var(--log-min, 0);
      max-height: var(--log-max, none);
    }
    .log > :first-child {
      margin-top: auto;
    }
    .log > button {
      align-self: center;
      margin-bottom: 8px;
    }
    article {
      padding-inline-start: 38px;
      position: relative;
      animation: in 0.25s var(--ease);
    }
    article:not(.run) {
      margin-top: 12px;
    }
    @keyframes in {
      from {
        opacity: 0;
        transform: translateY(5px);
      }
    }
    .who {
      display: flex;
      gap: 8px;
      align-items: baseline;
      font-size: 0.875rem;
    }
    .who time {
      font-size: 0.75rem;
      flex: none;
      white-space: nowrap;
    }
    .who b {
      color: oklch(0.8 0.11 var(--h));
      color: light-dark(oklch(0.45 0.13 var(--h)), oklch(0.8 0.11 var(--h)));
    }
    .face {
      position: absolute;
      inset-inline-start: 0;
      top: 2px;
      width: 28px;
      height: 28px;
      border-radius: 50%;
      display: grid;
      place-items: center;
      overflow: hidden;
      color: #fff;
      font-size: 0.75rem;
      font-weight: 750;
      background: oklch(0.5 0.14 var(--h));
    }
    .handle {
      unicode-bidi: isolate;
      direction: ltr;
    }
    article p {
      /* Each line runs as its own words do, whichever way the page runs. */
      unicode-bidi: plaintext;
      width: fit-content;
      overflow-wrap: anywhere;
      white-space: pre-wrap;
      line-height: 1.42;
      overflow: clip;
    }
    .folded {
      max-block-size: 14lh;
    }
    .waits p {
      color: var(--muted);
    }
`
