import { css } from 'lit'

export const chatStyles = css`
  .own {
    display: flex;
    gap: 12px;
    opacity: 0;
    transition: opacity 0.15s;
  }
  article:hover .own,
  .own:focus-within,
  .own[open] {
    opacity: 1;
  }
  @media (hover: none) {
    .own {
      opacity: 1;
    }
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
    article:not(.mine) p {
      padding-inline-end: 72px;
    }
    bs-chat-acts[helps]:not([open]) {
      position: static;
      padding: 0;
    }
    .own[open] {
      opacity: 1;
    }
  }
  mark {
    background: var(--accent-soft);
    color: var(--ink);
    border-radius: 4px;
    padding: 0 3px;
  }

    section {
      display: grid;
      gap: 14px;
      min-height: 0;
    }
    .page {
      grid-template-rows: auto auto 1fr auto auto auto;
      height: calc(100dvh - var(--above) - var(--below));
      min-height: 320px;
      max-width: 760px;
    }
    .page > .log {
      grid-row: 3;
    }
    .page > bs-chat-notice {
      grid-row: 4;
    }
    .page > .composer {
      grid-row: 5;
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
    .log {
      overflow-y: auto;
      overscroll-behavior: contain;
      display: flex;
      flex-direction: column;
      gap: 3px;
      padding: 2px 4px 8px 0;
      scrollbar-width: thin;
    }
    .side .log {
      min-height: 120px;
      max-height: clamp(200px, calc(100dvh - 330px), 460px);
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
      color: #fff;
      font-size: 0.75rem;
      font-weight: 750;
      background: oklch(0.5 0.14 var(--h));
    }
    article p {
      overflow-wrap: anywhere;
      white-space: pre-wrap;
      line-height: 1.42;
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
    .rooms button[aria-selected='true'] {
      background: var(--ink);
      color: var(--bg);
    }
    @media (max-width: 860px) {
      .page {
        height: calc(100dvh - 56px - var(--above) - var(--below));
      }
      .page h1 {
        font-size: 1.4rem;
      }
    }
  `
