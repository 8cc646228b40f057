import { css } from 'lit'

/** Small pieces: chips, meters, skeletons, explanations; and reduced motion. */
// Browsers wrap the content of details in a block of its own, which would break the sentence around the term (::details-content).
export const pieces = css`
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 999px;
    background: var(--raised);
    padding: 2px 10px;
    font-size: 0.8125rem;
    color: var(--muted);
    white-space: nowrap;
  }
  .chip.good {
    color: var(--good);
  }
  .chip.bad {
    color: var(--bad);
    background: var(--bad-soft);
  }
  .dot {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--muted);
    flex: none;
  }
  .dot.on {
    background: var(--good);
  }
  .meter {
    height: 8px;
    border-radius: 8px;
    background: var(--raised);
    overflow: hidden;
    display: flex;
  }
  .meter > * {
    background: var(--accent);
    min-width: 0;
    transition: width 0.3s var(--ease);
  }

  .empty {
    display: grid;
    gap: 14px;
    justify-items: start;
    padding: 40px 0;
    max-width: 52ch;
  }
  .skeleton {
    background: linear-gradient(
        100deg,
        var(--raised) 30%,
        color-mix(in oklab, var(--raised), var(--ink) 6%) 50%,
        var(--raised) 70%
      )
      0 / 300% 100%;
    border-radius: var(--radius);
    animation: shimmer 1.6s infinite linear;
  }
  @keyframes shimmer {
    from {
      background-position: 100% 0;
    }
    to {
      background-position: -50% 0;
    }
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  .spin {
    transform-origin: 12px 12px;
    animation: turn 0.9s infinite linear;
  }

  details.explain {
    display: inline;
    position: relative;
    font-weight: inherit;
  }
  details.explain > summary {
    display: inline;
    cursor: help;
    list-style: none;
    text-decoration: underline dotted 1.5px;
    text-underline-offset: 4px;
    text-decoration-color: var(--muted);
    border-radius: 4px;
  }
  details.explain > summary::-webkit-details-marker {
    display: none;
  }
  details.explain::details-content {
    display: none;
  }
  details.explain[open]::details-content {
    display: contents;
  }
  details.explain > p {
    position: absolute;
    z-index: 20;
    inset-inline-start: 0;
    top: calc(100% + 8px);
    width: min(300px, 72vw);
    scroll-margin-block-end: 150px;
    padding: 12px 14px;
    background: var(--raised);
    color: var(--ink);
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    box-shadow: var(--shadow);
    font: 400 0.875rem / 1.45 var(--font);
    letter-spacing: 0;
    text-transform: none;
    white-space: normal;
    text-align: start;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 0.01ms !important;
    }
  }
`
