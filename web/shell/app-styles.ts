import { css } from 'lit'

// Notes stand outside the template, which goes to every phone as it is. The bar of links has one height in every script: the dock stands on it.
export const appStyles = css`
  :host {
    min-height: 100dvh;
  }
  .skip {
    position: fixed;
    z-index: 90;
    inset-inline-start: 12px;
    top: -80px;
    background: var(--accent);
    color: var(--accent-ink);
    padding: 10px 16px;
    border-radius: 999px;
  }
  .skip:focus {
    top: 12px;
  }
  .top {
    position: fixed;
    z-index: 30;
    inset-block: 0;
    inset-inline-start: 0;
    width: 216px;
    padding: 26px 14px 20px;
    display: flex;
    flex-direction: column;
    gap: 26px;
  }
  .top.playing {
    padding-bottom: 92px;
  }
  .mark {
    display: flex;
    gap: 11px;
    align-items: center;
    font-weight: 760;
    font-size: 1.06rem;
    letter-spacing: -0.02em;
    padding: 0 10px;
    min-width: 0;
  }
  .mark span {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }
  .mark svg {
    width: 26px;
    flex: none;
    color: var(--accent);
  }
  nav {
    display: grid;
    gap: 2px;
  }
  nav a {
    display: flex;
    gap: 13px;
    align-items: center;
    padding: 10px 12px;
    border-radius: 12px;
    color: var(--muted);
    font-weight: 600;
    transition:
      background 0.15s,
      color 0.15s;
  }
  nav a:hover {
    color: var(--ink);
    background: var(--surface);
  }
  nav a[aria-current='page'] {
    color: var(--ink);
    background: var(--raised);
  }
  nav a[aria-current='page'] .icon {
    color: var(--accent);
  }
  .self {
    margin-top: auto;
    display: grid;
    gap: 4px;
    justify-items: start;
  }
  .operator {
    padding: 4px 12px;
  }
  .find {
    display: none;
    place-items: center;
    width: 44px;
    height: 44px;
    border-radius: 999px;
    font-size: 1.1rem;
  }
  bs-bell {
    display: block;
    min-height: 44px;
    min-width: 44px;
  }
  .find[aria-current='page'] {
    color: var(--accent);
  }
  :host {
    --above: 34px;
    --below: 40px;
  }
  :host(.playing) {
    --below: 112px;
  }
  .frame {
    margin-inline-start: 216px;
    padding: var(--above) 40px var(--below);
    max-width: 1280px;
  }
  .frame.alone {
    margin: 0 auto;
  }
  main {
    outline: none;
  }
  main bs-part {
    animation: enter 0.3s var(--ease);
  }
  @keyframes enter {
    from {
      opacity: 0;
      transform: translateY(6px);
    }
  }
  .banners {
    display: flow-root;
  }
  .offline {
    display: flex;
    gap: 10px;
    align-items: center;
    background: var(--bad-soft);
    color: var(--bad);
    border-radius: 12px;
    padding: 8px 14px;
    margin-bottom: 20px;
    font-size: 0.9rem;
  }
  .offline a {
    color: inherit;
    text-decoration: underline;
  }
  .dock {
    position: fixed;
    z-index: 40;
    inset: auto 0 0 0;
  }

  @media (max-width: 860px) {
    .find {
      display: grid;
    }
    nav a.to-search {
      display: none;
    }
    .top {
      inset: auto 0 0 0;
      width: auto;
      padding: 0;
      display: contents;
    }
    .top.playing {
      padding: 0;
    }
    .mark {
      padding: 0 18px;
      margin-inline-end: 164px;
      height: 56px;
    }
    .mark span {
      -webkit-line-clamp: 1;
    }
    .mark .home {
      display: none;
    }
    .self {
      position: absolute;
      inset-inline-end: 8px;
      top: 0;
      height: 56px;
      margin: 0;
      display: flex;
      align-items: center;
    }
    .self bs-you {
      max-width: 128px;
    }
    nav {
      position: fixed;
      z-index: 41;
      inset: auto 0 0 0;
      display: flex;
      justify-content: space-around;
      background: var(--bg);
      border-top: 1px solid var(--line);
      padding: 4px 4px calc(4px + env(safe-area-inset-bottom));
    }
    nav a {
      flex-direction: column;
      gap: 2px;
      padding: 6px 4px;
      font-size: 0.69rem;
      white-space: nowrap;
      line-height: 18px;
      flex: 1;
    }
    nav a .icon {
      width: 22px;
      height: 22px;
    }
    nav a[aria-current='page'] {
      background: none;
    }
    :host {
      --above: 8px;
      --below: calc(84px + env(safe-area-inset-bottom));
    }
    :host(.playing) {
      --below: calc(152px + env(safe-area-inset-bottom));
    }
    .frame {
      margin: 0;
      padding: var(--above) 18px var(--below);
    }
    .dock {
      bottom: calc(61px + env(safe-area-inset-bottom));
    }
    bs-toasts {
      --dock: 130px;
    }
  }
  @media (min-width: 861px) {
    bs-toasts {
      --dock: 84px;
    }
  }
`
