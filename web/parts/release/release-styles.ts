import { css } from 'lit'

export const releaseStyles = css`
  .page {
    display: grid;
    gap: 36px;
  }
  .hero {
    display: grid;
    grid-template-columns: minmax(0, 280px) minmax(0, 1fr);
    gap: 36px;
    align-items: end;
  }
  .art {
    width: 100%;
    aspect-ratio: 1;
    box-shadow: var(--shadow);
  }
  .hero .line {
    height: 160px;
  }
  .artist {
    font-size: 1.2rem;
    margin-top: -8px;
  }
  .big {
    padding: 13px 28px;
    font-size: 1.05rem;
  }
  .away {
    display: flex;
    gap: 10px;
    align-items: center;
    color: var(--bad);
    font-size: 0.9375rem;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 340px;
    gap: 40px;
    align-items: start;
  }
  .columns > * {
    min-width: 0;
  }
  aside {
    position: sticky;
    top: 28px;
  }
  .tracks li {
    border-top: 1px solid var(--line);
    position: relative;
  }
  .tracks li:last-child {
    border-bottom: 1px solid var(--line);
  }
  .tracks li > button {
    width: 100%;
    border-radius: 8px;
    text-align: start;
    justify-content: start;
    color: var(--ink);
    padding-block: 10px;
    padding-inline: 8px 76px;
    gap: 14px;
    font-weight: 560;
  }
  .tracks .on > button {
    color: var(--accent);
  }
  .no {
    width: 24px;
    color: var(--muted);
    text-align: center;
    flex: none;
  }
  .on .no {
    color: inherit;
  }
  .formats summary {
    position: absolute;
    inset-inline-end: 8px;
    top: 14px;
    cursor: pointer;
    list-style: none;
    border-radius: 6px;
    padding: 0 4px;
  }
  .formats summary:hover {
    color: var(--ink);
  }
  .formats .actions {
    padding-inline: 34px 8px;
  }
  .formats .actions:empty {
    display: none;
  }
  .formats dl,
  .facts {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 6px 20px;
    padding-block: 4px 14px;
    padding-inline: 46px 8px;
  }
  .facts {
    padding: 0;
  }
  dd {
    overflow-wrap: anywhere;
  }
  @media (max-width: 1080px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    aside {
      position: static;
    }
  }
  @media (max-width: 640px) {
    .hero {
      grid-template-columns: minmax(0, 1fr);
      gap: 22px;
    }
    .hero .art {
      width: min(100%, 320px);
    }
  }
`
