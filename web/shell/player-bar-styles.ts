import { css } from 'lit'

export const playerBarStyles = css`
      :host {
        background: color-mix(in oklab, var(--surface), transparent 6%);
        backdrop-filter: blur(18px);
        border-top: 1px solid var(--line);
        animation: rise 0.35s var(--ease);
      }
      @keyframes rise {
        from {
          transform: translateY(100%);
        }
      }
      .bar {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
        gap: 16px;
        align-items: center;
        padding: 10px 20px;
        max-width: 1440px;
        margin: auto;
      }
      .what {
        display: flex;
        gap: 12px;
        align-items: center;
        min-width: 0;
      }
      bs-cover {
        width: 48px;
        flex: none;
        --radius: 8px;
      }
      .what .clip {
        unicode-bidi: plaintext;
      }
      .what a {
        font-weight: 650;
        display: block;
      }
      .what a:hover {
        text-decoration: underline;
      }
      /* A long name gives way, the time never does. */
      .about {
        display: flex;
        gap: 0.35em;
        white-space: nowrap;
      }
      .about .num {
        flex: none;
      }
      .controls {
        display: flex;
        gap: 4px;
        align-items: center;
      }
      .controls .main {
        background: var(--ink);
        color: var(--bg);
        font-size: 1.1rem;
      }
      .extra {
        display: flex;
        gap: 14px;
        align-items: center;
        justify-content: end;
      }
      .extra label {
        display: flex;
        align-items: center;
        gap: 8px;
        font-weight: 500;
        color: var(--muted);
      }
      .volume {
        width: 92px;
      }
      .controls [aria-pressed='true'],
      .controls [aria-expanded='true'] {
        color: var(--accent);
      }
      .line {
        direction: ltr;
        position: relative;
        height: 18px;
        margin: -9px 0;
        cursor: pointer;
      }
      .line::before,
      .line i {
        content: '';
        position: absolute;
        inset: 8px auto 8px 0;
        width: 100%;
        background: var(--raised);
        border-radius: 2px;
      }
      .line i {
        width: auto;
        background: color-mix(in oklab, var(--ink), transparent 72%);
      }
      .line i.done {
        background: var(--accent);
      }
      .line input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 18px;
        min-height: 0;
        opacity: 0;
        cursor: pointer;
      }
      .line:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: -4px;
        border-radius: 4px;
      }
      .sentence {
        color: var(--bad);
      }
      @media (max-width: 720px) {
        .bar {
          grid-template-columns: minmax(0, 1fr) auto;
          padding: 8px 12px;
          gap: 8px;
        }
        .extra,
        .whole,
        .controls .skip {
          display: none;
        }
        bs-cover {
          width: 42px;
        }
      }
    `
